package redact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/proxy"
)

// TestReveal holds that personal data is found behind its mask, with its places, and
// that nothing is behind a secret's, another's, or what a person masked.
func TestReveal(t *testing.T) {
	hand := &redact.Hand{}
	r := redact.New(redact.WithKey(testKey()), redact.WithHand(hand))
	x := request("https://a.example/clientes/52998224725", proxy.Fields{{Name: "Authorization", Value: "Bearer 9f8e7d6c5b4a39281706fedc"}}, `{"devedor":{"cpf":"529.982.247-25"},"obs":"Quimera-Azul"}`)
	kept, _ := r.Exchange(x)
	f := &capture.Failure{ID: "a", Exchange: kept}
	byHand, _ := r.ByHand("name", "Quimera-Azul")
	hand.Set([]redact.HandMask{byHand})
	mask, _ := r.Text("", "CPF 529.982.247-25")
	value, places, ok := r.Reveal(f, mask[len("CPF "):])
	if !ok || value != "52998224725" && value != "529.982.247-25" {
		t.Errorf("found %q, %v", value, ok)
	}
	if diff := cmp.Diff([]string{"request.url", "request.body/devedor/cpf"}, places); diff != "" {
		t.Error(diff)
	}
	for _, other := range []string{kept.Request.Header.Get("Authorization")[len("Bearer "):], "<cpf:aaaaaaaa>", byHand.Mask, "529.982.247-25", ""} {
		if value, _, ok := r.Reveal(f, other); ok {
			t.Errorf("behind %q there is %q", other, value)
		}
	}
}
