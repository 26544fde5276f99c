package text

import (
	"testing"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	tests := []struct{ in, want string }{
		{"plain\n\ttext", "plain\n\ttext"},
		{"ação 日本 é", "ação 日本 é"},
		{"a\r\nb\rc", "a\nb[U+000D]c"},
		{"\x1b[31m", "[U+001B][31m"},
		{"a\u202eb\u200bc\ufeff", "a[U+202E]b[U+200B]c[U+FEFF]"},
		{"\u2028\u0085\x7f\x00", "[U+2028][U+0085][U+007F][U+0000]"},
		{"caf\xe9", "caf[0xE9]"},
		{"\uFFFD", "\uFFFD"},
		{"\U000E0041", "[U+E0041]"},
	}
	for _, tt := range tests {
		if got := Visible(tt.in); got != tt.want {
			t.Errorf("Visible(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestOneLine(t *testing.T) {
	if got, want := OneLine("a\r\nb\tc\x00"), "a[U+000A]b[U+0009]c[U+0000]"; got != want {
		t.Errorf("OneLine = %q, want %q", got, want)
	}
}

func TestClip(t *testing.T) {
	tests := []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"the quick brown fox", 12, "the quick…"},
		{"ação ação ação", 10, "ação ação…"},
		{"onelongwordwithoutend", 8, "onelong…"},
		{"ends, with punctuation", 8, "ends…"},
	}
	for _, tt := range tests {
		if got := clip(tt.in, tt.limit); got != tt.want {
			t.Errorf("clip(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

func FuzzVisible(f *testing.F) {
	f.Add("a\x1b\u202e\xff\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		once := Visible(s)
		if !utf8.ValidString(once) || Visible(once) != once {
			t.Errorf("Visible(%q) = %q is not final", s, once)
		}
	})
}
