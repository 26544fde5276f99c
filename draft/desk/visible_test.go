package desk

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"João\n\tok\r\n": "João\n\tok\r\n", "\x1b[31m": "␛[31m", "a\x00b\x7f": "a␀b␡", "\u202egnp": "⟨U+202E⟩gnp",
		"\xff\xfe": "⟨FF⟩⟨FE⟩", "\u0085": "⟨U+0085⟩", "\ufeff": "⟨U+FEFF⟩", "a\rb": "a␍b", "\u2028": "⟨U+2028⟩", "�": "�", "": "",
	} {
		if got := visible(in); got != want {
			t.Errorf("visible(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzVisible(f *testing.F) {
	f.Add(hostile)
	f.Fuzz(func(t *testing.T, s string) {
		got := visible(s)
		if !utf8.ValidString(got) {
			t.Errorf("no UTF-8: %q", got)
		}
		if i := strings.IndexFunc(got, func(r rune) bool {
			return r != '\n' && r != '\t' && r != '\r' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
		}); i >= 0 {
			t.Errorf("%q still acts in %q", got[i:], got)
		}
	})
}
