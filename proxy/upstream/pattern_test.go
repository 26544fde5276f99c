package upstream_test

import (
	"testing"

	"flagrante/proxy/upstream"
)

func TestPatternMatches(t *testing.T) {
	tests := []struct {
		pattern, host, port string
		want                bool
	}{
		{"api.bank.example", "api.bank.example", "443", true},
		{"API.Bank.Example", "api.bank.example.", "443", true},
		{"api.bank.example", "apixbank.example", "443", false},
		{"bank.example", "api.bank.example", "443", false},
		{"*.bank.example", "api.v2.bank.example", "443", true},
		{"*.bank.example", "bank.example", "443", false},
		{"*.bank.example", "bank.example.evil.example", "443", false},
		{"*bank*", "a.bank.b", "1", true},
		{"*", "anything", "1", true},
		{"*:8443", "anything", "8443", true},
		{"*:8443", "anything", "443", false},
		{"127.0.0.1", "127.0.0.1", "80", true},
		{"127.0.0.1", "::ffff:127.0.0.1", "80", true},
		{"::1", "::1", "80", true},
		{"[::1]", "0:0:0:0:0:0:0:1", "80", true},
		{"[::1]:80", "::1", "81", false},
		{"*.ação.example", "x.xn--ao-siap.example", "443", true},
		{"a+b(c", "a+b(c", "443", true},
	}
	for _, test := range tests {
		p, err := upstream.ParsePattern(test.pattern)
		check(t, err)
		if got := p.Match(test.host, test.port); got != test.want {
			t.Errorf("%s for %s port %s: got %v", test.pattern, test.host, test.port, got)
		}
	}
}

func TestPatternRefuses(t *testing.T) {
	for _, text := range []string{"", "https://bank.example", "bank.example/path", "bank.example:https", "bank.example:70000", ":443", "a b", "user@host", "a:b:c"} {
		if _, err := upstream.ParsePattern(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func FuzzParsePattern(f *testing.F) {
	for _, seed := range []string{"*.bank.example:443", "[::1]:80", "**", "xn--", "\xff*"} {
		f.Add(seed, "host.example")
	}
	f.Fuzz(func(t *testing.T, text, host string) {
		p, err := upstream.ParsePattern(text)
		if err != nil {
			return
		}
		if p.Match(host, "443") && p.String() != text {
			t.Errorf("%q became %q", text, p)
		}
	})
}
