package record_test

import (
	"fmt"
	"testing"

	"flagrante/capture/record"
)

func TestPlacesOfManyNamesAreLearned(t *testing.T) {
	p := pipeline()
	var names []string
	for i := range 150 {
		names = append(names, fmt.Sprintf("GET api.bank.example/pessoas/%c%c-silva/saldo", 'a'+i/26, 'a'+i%26))
	}
	x := exchange("1", 503)
	x.Request.Method, x.Request.URL = "GET", "https://api.bank.example/pessoas/zz-souza/saldo"
	before := p.Failure(x)
	p.Learn(names)
	after := p.Failure(x)
	if before.Endpoint == after.Endpoint || after.Endpoint != "GET api.bank.example/pessoas/{id}/saldo" {
		t.Errorf("the endpoint was %s and is %s", before.Endpoint, after.Endpoint)
	}
	if !p.Again(before) || before.Fingerprint != after.Fingerprint || before.Endpoint != after.Endpoint {
		t.Errorf("again it is %s with %s, want %s with %s", before.Endpoint, before.Fingerprint, after.Endpoint, after.Fingerprint)
	}
	if p.Again(before) {
		t.Error("twice makes a difference")
	}
}

// TestCallsToComeAreLearned has the first call of a series under the name of the last.
func TestCallsToComeAreLearned(t *testing.T) {
	p := pipeline()
	x := exchange("1", 503)
	for i := range 6 {
		x.Request.Method, x.Request.URL = "GET", fmt.Sprintf("https://api.bank.example/pix/dev%d", i)
		p.LearnCall(x.Request)
	}
	x.Request.URL = "https://api.bank.example/pix/dev0"
	if f := record.NewSequence(p).Add(x); f == nil || f.Endpoint != "GET api.bank.example/pix/{id}" {
		t.Errorf("%+v", f)
	}
}
