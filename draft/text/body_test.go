package text

import (
	"strings"
	"testing"
)

func TestLanguage(t *testing.T) {
	tests := []struct{ contentType, body, want string }{
		{"application/json", "", "json"},
		{"application/problem+json; charset=utf-8", "", "json"},
		{"text/html", "{", "html"},
		{"application/soap+xml", "", "xml"},
		{"text/xml", "", "xml"},
		{"", "\n {\"a\":1}", "json"},
		{"text/plain", "hello", "text"},
		{"```evil", "hello", "text"},
	}
	for _, tt := range tests {
		if got := language(tt.contentType, tt.body); got != tt.want {
			t.Errorf("language(%q, %q) = %q, want %q", tt.contentType, tt.body, got, tt.want)
		}
	}
}

func TestBinary(t *testing.T) {
	tests := []struct {
		data string
		want bool
	}{
		{"", false},
		{"text with \x1b[31m colour in a line of some length", false},
		{"a\x00b", true},
		{strings.Repeat("caf\xe9 ", 10), true},
		{"um caf\xe9 e mais algumas palavras", false},
		{"ação e coração", false},
	}
	for _, tt := range tests {
		if got := binary([]byte(tt.data)); got != tt.want {
			t.Errorf("binary(%q) = %v, want %v", tt.data, got, tt.want)
		}
	}
}

func TestPrefixKeepsRunesWhole(t *testing.T) {
	tests := []struct {
		in    string
		limit int
		want  string
		cut   bool
	}{
		{"abc", 3, "abc", false},
		{"abcd", 3, "abc", true},
		{"éé", 3, "é", true},
		{"日", 2, "", true},
	}
	for _, tt := range tests {
		if got, cut := prefix(tt.in, tt.limit); got != tt.want || cut != tt.cut {
			t.Errorf("prefix(%q, %d) = %q, %v; want %q, %v", tt.in, tt.limit, got, cut, tt.want, tt.cut)
		}
	}
}
