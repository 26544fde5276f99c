package redact_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"flagrante/capture/redact"
	"flagrante/proxy"
)

// TestCharsets holds that a body stays in the charset that it came in.
func TestCharsets(t *testing.T) {
	const body, want = `{"nome":"João Araújo","situação":"é","senha":"x1y2z3"}`, `{"nome":"<name>","situação":"é","senha":"<password>"}`
	latin1, err := charmap.ISO8859_1.NewEncoder().String(body)
	if err != nil {
		t.Fatal(err)
	}
	utf16 := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	wide, err := utf16.NewEncoder().String(body)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		kind, body string
		plain      func(string) (string, error)
	}{
		"latin1":          {"application/json; charset=iso-8859-1", latin1, charmap.ISO8859_1.NewDecoder().String},
		"latin1 unnamed":  {"application/json", latin1, charmap.ISO8859_1.NewDecoder().String},
		"utf-16":          {"application/json; charset=utf-16", wide, utf16.NewDecoder().String},
		"utf-8 with mark": {"application/json", "\ufeff" + body, func(s string) (string, error) { return strings.TrimPrefix(s, "\ufeff"), nil }},
	} {
		x := request("https://a.example/", proxy.Fields{{Name: "Content-Type", Value: test.kind}}, test.body)
		out, _ := redact.New().Personal(x)
		if got, err := test.plain(string(out.Request.Body.Data)); err != nil || got != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
}

// TestCutBodies holds that the last value of a body that was cut off is dropped.
func TestCutBodies(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":1,"x":"eyJhbGci`:            `{"a":1,"x":`,
		`{"a":1,"senha":"hunt`:            `{"a":1,"senha":"<password>"`,
		`{"a":1,"n":123456`:               `{"a":1,"n":`,
		`<a><b>x</b><c d="hunt`:           `<a><b>x</b>`,
		`<a><b>x</b><c>eyJhbGci`:          `<a><b>x</b><c>`,
		`<a><senha>hunt`:                  `<a><senha>&lt;password&gt;`,
		`level=info Authorization=Bearer`: `level=info Authorization=`,
		`a=1&b=sk_live_4eC3`:              `a=1&b=`,
	} {
		x := request("https://a.example/", nil, body)
		x.Request.Body.Cut = true
		out, marks := redact.New().Exchange(x)
		if got := string(out.Request.Body.Data); got != want || len(marks) == 0 {
			t.Errorf("%s became %s, want %s; marks %v", body, got, want, marks)
		}
	}
}
