package redact_test

import (
	"slices"
	"testing"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/proxy"
)

// TestSearch holds that a value is found in every form, and by its mask, and that
// another is not.
func TestSearch(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	masked, _ := r.Text("x", "CPF 529.982.247-25")
	for _, wanted := range []string{"52998224725", "529.982.247-25", masked[len("CPF "):]} {
		s, ok := r.Search(wanted)
		if !ok {
			t.Fatalf("%q is not sought", wanted)
		}
		for body, want := range map[string]bool{
			`{"cpf":52998224725}`: true, `{"m":"CPF 529.982.247-25 bloqueado"}`: true, `{"p":"eyJjcGYiOiI1MjkuOTgyLjI0Ny0yNSJ9"}`: true,
			`{"cpf":"11144477735"}`: false, `{"valor":"150.00"}`: false, `{"cpf":"` + masked[len("CPF "):] + `"}`: true,
		} {
			if got := s.Exchange(answered("https://api.bank.example/x", "application/json", body)); got != want {
				t.Errorf("%s in %s: %t", wanted, body, got)
			}
		}
		if !s.Exchange(&proxy.Exchange{Request: proxy.Request{URL: "https://api.bank.example/clientes/529.982.247-25"}}) {
			t.Errorf("%s is not found in a path", wanted)
		}
		if !s.Failure(&capture.Failure{Vendor: capture.Vendor{Message: "CPF 529.982.247-25"}}) && wanted[0] != '<' {
			t.Errorf("%s is not found in a message", wanted)
		}
		if forms, _ := s.Forms(); wanted[0] != '<' && !slices.Contains(forms, "529.982.247-25") {
			t.Errorf("the forms of %s are %v", wanted, forms)
		}
	}
	if _, ok := r.Search("ab"); ok {
		t.Error("two letters are sought")
	}
}
