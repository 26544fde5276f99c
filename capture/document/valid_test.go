package document_test

import (
	"encoding/json"
	"strings"
	"testing"

	"flagrante/capture/document"
)

func TestValues(t *testing.T) {
	tests := map[string]struct {
		text string
		n    int
		ok   bool
	}{
		"object":              {`{"a":[1,-2.5e+3,true,false,null,"\u00e9\n"],"b":{}}`, 1, true},
		"two in a row":        {"{}\n[ ]", 2, true},
		"nothing":             {" ", 0, false},
		"not a number":        {`{"a":NaN}`, 0, false},
		"comma at the end":    {`[1,]`, 0, false},
		"single quotes":       {`{'a':1}`, 0, false},
		"breaks off":          {`{"a":[1,2`, 0, false},
		"breaks off in text":  {`{"a":"b`, 0, false},
		"page after a value":  {`{} <html>`, 1, false},
		"leading zero":        {`[01]`, 0, false},
		"line in a string":    {"[\"a\nb\"]", 0, false},
		"an escape too short": {`["\u00"]`, 0, false},
		"bottomless":          {strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000), 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if n, ok := document.Values([]byte(test.text)); n != test.n || ok != test.ok {
				t.Errorf("got %d, %v; want %d, %v", n, ok, test.n, test.ok)
			}
		})
	}
}

func FuzzValues(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-2.5e+3,"\u00e9"]}`, `[01]`, "{} []", `"\x"`, "-", "1e", `[1.]`, "nul", "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, ok := document.Values(text)
		if got, want := ok && n == 1, json.Valid(text); got != want {
			t.Errorf("Values says %v, json.Valid %v: %q", got, want, text)
		}
	})
}

func BenchmarkValues(b *testing.B) {
	text := []byte(`{"cobs":[` + strings.Repeat(`{"txid":"7978c0c97ea847e78e8849634473c1f1","situation":"ATIVA","valor":{"original":"10.00"}},`, 10) + `{}]}`)
	b.Run("Values", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			document.Values(text)
		}
	})
	b.Run("json.Valid", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			json.Valid(text)
		}
	})
}
