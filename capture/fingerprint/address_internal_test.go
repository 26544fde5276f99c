package fingerprint

import (
	"net/url"
	"testing"
)

// FuzzPlainAddress holds that what is taken for a plain address is read as net/url reads it.
func FuzzPlainAddress(f *testing.F) {
	for _, raw := range []string{
		"https://api.example/v1/charges/12?expand=a#b", "http://api.example:80", "https://api.example.:443/", "https://api.example:8443/a//b?", "http://API.example/", "https://a:/", "https://a:0443/x",
		"https://u@a/", "https://[::1]/", "https://a/%41", "https://a/b c", "https://a?x", "https://a/?\x7f", "https://a/?\u00e9", "https://./x", "https:///x", "https://a.:8/", "https://a:99999999/",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, ok := plainAddress(raw)
		if !ok {
			return
		}
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatalf("%q is none: %v", raw, err)
		}
		if want := (address{hostOf(u), u.Path, u.EscapedPath()}); got != want {
			t.Errorf("%q: %+v, want %+v", raw, got, want)
		}
	})
}

func TestMostAddressesArePlain(t *testing.T) {
	for _, raw := range []string{"https://api.bank.example/v1/charges/12?expand=payer&x=%20", "http://localhost:8080", "https://api.example:443/a_b/~c/D.json"} {
		if _, ok := plainAddress(raw); !ok {
			t.Errorf("%q is not", raw)
		}
	}
}
