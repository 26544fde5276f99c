package redact_test

import (
	"fmt"
	"net/netip"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture/redact"
	"flagrante/proxy"
)

// TestWhatComesAgainIsMaskedAsAtFirst masks samples on a host of their own with one that is
// allowed more, whole and cut off, and compares with Redactors that have seen nothing yet.
func TestWhatComesAgainIsMaskedAsAtFirst(t *testing.T) {
	options := []redact.Option{redact.WithKey(testKey()), redact.WithAllowances(redact.Allowance{Host: "open.example", Names: []string{"cpf", "email", "token"}})}
	lived := redact.New(options...)
	type result struct {
		X     proxy.Exchange
		Marks any
	}
	mask := func(r *redact.Redactor, s sample, variant int) (of [2]result) {
		x := s.exchange()
		switch variant {
		case 1:
			x.Request.URL = "https://open.example/v1"
		case 2:
			x.Request.Body.Cut = true
		}
		early, marks := r.Exchange(x)
		of[0] = result{early, marks}
		leaving, marks := r.Personal(x)
		of[1] = result{leaving, marks}
		return of
	}
	// What is the same is told many times as fast as where it differs.
	differ := func(a, b [2]result) string {
		if reflect.DeepEqual(a, b) {
			return ""
		}
		return cmp.Diff(a, b, cmpopts.EquateComparable(netip.AddrPort{}))
	}
	for i, s := range append(samples(t, "recall"), samples(t, "precision")...) {
		for variant := range 3 {
			first, second := mask(lived, s, variant), mask(lived, s, variant)
			if diff := differ(first, second); diff != "" {
				t.Fatalf("%s, variant %d (-first +second):\n%s", s.name, variant, diff)
			}
			if i%4 > 0 {
				continue
			}
			if diff := differ(mask(redact.New(options...), s, variant), second); diff != "" {
				t.Fatalf("%s, variant %d (-fresh +lived):\n%s", s.name, variant, diff)
			}
		}
	}
}

// TestASecretThatWasLearnedIsMaskedWhereNothingWasFoundBefore holds that what was clean is
// looked at again when a value in it has become known.
func TestASecretThatWasLearnedIsMaskedWhereNothingWasFoundBefore(t *testing.T) {
	const given = "zq70a1b2c3d4e5"
	r := redact.New(redact.WithKey(testKey()))
	var m redact.Memory
	echo := func() *proxy.Exchange {
		x := answered("https://api.bank.example/v1/x", "application/json", `{"eco":"`+given+`"}`)
		x.Response.Header = append(x.Response.Header, proxy.Field{Name: "X-Echo", Value: given})
		return x
	}
	for range 2 {
		if out, _ := r.Remembered(&m, echo()); string(out.Response.Body.Data) != `{"eco":"`+given+`"}` {
			t.Fatalf("masked too early: %s", out.Response.Body.Data)
		}
	}
	r.Learn(&m, answered("https://api.bank.example/oauth/token", "application/json", `{"access_token":"`+given+`"}`))
	out, _ := r.Remembered(&m, echo())
	if text := fmt.Sprintf("%v %s", out.Response.Header, out.Response.Body.Data); text == fmt.Sprintf("%v %s", echo().Response.Header, echo().Response.Body.Data) {
		t.Errorf("left as it was: %s", text)
	}
}

// TestWhatIsCleanHereIsNotCleanThere holds that a body without anything to mask says nothing
// of the same one on another host, cut off, of another type, or on its way out.
func TestWhatIsCleanHereIsNotCleanThere(t *testing.T) {
	const body = `{"token":"zq70a1b2c3d4e5","cpf":"529.982.247-25"}`
	r := redact.New(redact.WithKey(testKey()), redact.WithAllowances(redact.Allowance{Host: "open.example", Names: []string{"token"}}))
	masked := func(host, kind, body string, cut bool) bool {
		x := answered("https://"+host+"/v1", kind, body)
		x.Response.Body.Cut = cut
		out, _ := r.Exchange(x)
		return string(out.Response.Body.Data) != body
	}
	for range 2 {
		if masked("open.example", "application/json", body, false) {
			t.Error("what is allowed is masked")
		}
		if !masked("closed.example", "application/json", body, false) {
			t.Error("what is allowed on one host is allowed on all")
		}
		if masked("a.example", "text/plain", "tudo certo por aqui", false) {
			t.Error("words are masked")
		}
		if !masked("a.example", "text/plain", "tudo certo por aqui", true) {
			t.Error("the end of what was cut off is left")
		}
		if out, _ := r.Personal(answered("https://open.example/v1", "application/json", body)); string(out.Response.Body.Data) == body {
			t.Error("what may be kept may leave")
		}
	}
}
