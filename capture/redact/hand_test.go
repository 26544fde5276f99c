package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/proxy"
)

// handed returns a Redactor with values that a person masked, as they come back from
// where they are kept.
func handed(t *testing.T, values ...string) *redact.Redactor {
	t.Helper()
	hand := &redact.Hand{}
	r := redact.New(redact.WithKey(testKey()), redact.WithHand(hand))
	var masks []redact.HandMask
	for _, value := range values {
		m, ok := r.ByHand("project", value)
		if !ok {
			t.Fatalf("%q can't be masked", value)
		}
		kept, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ToLower(string(kept)), strings.ToLower(value)) {
			t.Errorf("the value is in what is kept: %s", kept)
		}
		var again redact.HandMask
		if err := json.Unmarshal(kept, &again); err != nil {
			t.Fatal(err)
		}
		masks = append(masks, again)
	}
	hand.Set(masks)
	return r
}

// TestByHandInEveryForm holds that a value is found again however it is written.
func TestByHandInEveryForm(t *testing.T) {
	r := handed(t, "Quimera-Azul", "0045678123", "Conceição Açaí")
	for _, test := range []struct{ kind, body string }{
		{"application/json", `{"obs":"projeto Quimera-Azul aprovado"}`},
		{"application/json", `{"obs":"QUIMERA AZUL"}`},
		{"application/json", `{"obs":"quimera_azul","n":1}`},
		{"application/json", `{"Quimera-Azul":1}`},
		{"application/json", `{"a":"{\"b\":\"quimera.azul\"}"}`},
		{"application/json", `{"a":"` + base64.StdEncoding.EncodeToString([]byte(`{"p":"Quimera-Azul"}`)) + `"}`},
		{"application/json", `{"n":45678123}`},
		{"application/json", `{"n":"004.567.812-3"}`},
		{"application/json", `{"n":"Concei\u00e7\u00e3o A\u00e7a\u00ed"}`},
		{"text/xml", `<a b="Quimera-Azul"><c>quimera azul</c><!-- Quimera/Azul --><d><![CDATA[QuimeraAzul]]></d></a>`},
		{"application/x-www-form-urlencoded", "a=1&p=Concei%C3%A7%C3%A3o+A%C3%A7a%C3%AD"},
		{"text/plain", "CONCEICAO ACAI disse: Quimera-Azul; 0045678123"},
		{"multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"p\"\r\n\r\nQuimera-Azul\r\n--B--\r\n"},
	} {
		x := request("https://api.example/p/Quimera-Azul?x=quimera%2Dazul", proxy.Fields{{Name: "Content-Type", Value: test.kind}, {Name: "X-Projeto", Value: "quimera azul"}}, test.body)
		got, marks := r.Exchange(x)
		all := strings.ToLower(rendered(got))
		plain, _ := base64.StdEncoding.DecodeString(strings.TrimSuffix(strings.TrimPrefix(all, `{"a":"`), `"}`))
		for _, part := range []string{"quimera", "azul", "45678123", "567.812", "concei", "acai"} {
			if strings.Contains(all, part) || strings.Contains(string(plain), part) {
				t.Errorf("%q is left in %s", part, rendered(got))
			}
		}
		if len(marks) == 0 || marks[0].Kind != "project" || marks[0].Rule != "by-hand" {
			t.Errorf("%s: marks %v", test.body, marks)
		}
		if again, _ := r.Exchange(&got); rendered(again) != rendered(got) {
			t.Errorf("masking twice gives %s after %s", rendered(again), rendered(got))
		}
	}
}

// TestByHandLeavesOthers holds that parts of other words stay, as does what merely
// stands side by side.
func TestByHandLeavesOthers(t *testing.T) {
	r := handed(t, "1234", "Quimera-Azul")
	const body = `{"id":"512345","total":12345,"a":"quimeras-azuis","b":["quimera","azul"],"c":"quimera, com azul","d":"12:34:00"}`
	x := request("https://api.example/v1/12345", proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, body)
	if got, marks := r.Exchange(x); string(got.Request.Body.Data) != body || got.Request.URL != x.Request.URL {
		t.Errorf("became %s %s %v", got.Request.URL, got.Request.Body.Data, marks)
	}
	for _, short := range []string{"", "ab", "a-b-c", "<project:abcdefgh>"} {
		if _, ok := r.ByHand("project", short); ok {
			t.Errorf("%q can be masked", short)
		}
	}
}

// TestHandmade holds that in what is stored only what a person masked is masked, in the
// calls before as well, and that it ends when it is revoked.
func TestHandmade(t *testing.T) {
	hand := &redact.Hand{}
	r := redact.New(redact.WithKey(testKey()), redact.WithHand(hand))
	f := &capture.Failure{ID: "a", Exchange: *request("https://a.example/", nil, `{"cpf":"529.982.247-25","p":"Quimera-Azul"}`)}
	f.Before = []capture.Call{{Exchange: *request("https://a.example/?p=quimera+azul", nil, "")}}
	if _, changed := r.Handmade(f); changed {
		t.Error("there is nothing to mask yet")
	}
	m, _ := r.ByHand("project", "Quimera-Azul")
	hand.Set([]redact.HandMask{m})
	got, changed := r.Handmade(f)
	if want := `{"cpf":"529.982.247-25","p":"` + m.Mask + `"}`; !changed || string(got.Exchange.Request.Body.Data) != want {
		t.Errorf("became %s", got.Exchange.Request.Body.Data)
	}
	if url := got.Before[0].Exchange.Request.URL; strings.Contains(url, "azul") {
		t.Errorf("the call before is %s", url)
	}
	if diff := cmp.Diff([]capture.Redaction{{Where: "request.body/p", Kind: "project", Rule: "by-hand"}}, got.Redactions); diff != "" {
		t.Error(diff)
	}
	if got := r.HandmadeText(`{"nota":"Quimera Azul, CPF 529.982.247-25"}`); got != `{"nota":"`+m.Mask+`, CPF 529.982.247-25"}` {
		t.Errorf("the text became %s", got)
	}
	hand.Set(nil)
	if _, changed := r.Handmade(f); changed {
		t.Error("it is masked after it was revoked")
	}
}

// TestByHandAfterClean holds that what was found clean is looked at again once a person
// masked something.
func TestByHandAfterClean(t *testing.T) {
	hand := &redact.Hand{}
	r := redact.New(redact.WithKey(testKey()), redact.WithHand(hand))
	x := request("https://a.example/", proxy.Fields{{Name: "X-Projeto", Value: "Quimera-Azul"}}, `{"p":"Quimera-Azul"}`)
	for range 2 {
		if _, marks := r.Exchange(x); len(marks) > 0 {
			t.Fatalf("marks %v", marks)
		}
	}
	m, _ := r.ByHand("project", "Quimera-Azul")
	hand.Set([]redact.HandMask{m})
	if got, _ := r.Exchange(x); strings.Contains(rendered(got), "Quimera") {
		t.Errorf("left in %s", rendered(got))
	}
}
