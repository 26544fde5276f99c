package decode_test

import (
	"testing"

	"flagrante/capture/decode"
)

func TestUTF8(t *testing.T) {
	tests := []struct {
		data, contentType, want, charset string
	}{
		{"Opera\xe7\xe3o", "text/xml; charset=ISO-8859-1", "Operação", "iso-8859-1"},
		{"5 \x80", `text/xml; charset="windows-1252"`, "5 €", "windows-1252"},
		{"5 \xa4", "text/plain;charset=iso-8859-15", "5 €", "iso-8859-15"},
		{"Operação", "application/json; charset=utf-8", "Operação", ""},
		{"\xe7", "application/json", "\xe7", ""},
		{"\xe7", "text/xml; charset=koi8-r", "\xe7", ""},
		{"\xe7", "; ;", "\xe7", ""},
	}
	for _, tt := range tests {
		got, charset := decode.UTF8([]byte(tt.data), tt.contentType)
		if string(got) != tt.want || charset != tt.charset {
			t.Errorf("UTF8(%q, %q) = %q, %q; want %q, %q", tt.data, tt.contentType, got, charset, tt.want, tt.charset)
		}
	}
}
