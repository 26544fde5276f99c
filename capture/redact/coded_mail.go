package redact

import (
	"io"
	"mime/quotedprintable"
	"strings"
	"unicode/utf8"
)

// unescapeQuotedPrintable undoes the coding of mail (RFC 2045, section 6.7), broken lines
// too.
func unescapeQuotedPrintable(s string) (string, bool) {
	plain, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(s)))
	return string(plain), err == nil && utf8.Valid(plain)
}

func escapeQuotedPrintable(s string) string {
	var out strings.Builder
	w := quotedprintable.NewWriter(&out)
	if _, err := io.WriteString(w, s); err != nil || w.Close() != nil {
		return s // A Builder never fails.
	}
	return out.String()
}

// packedMap reports whether data begins like a map of MessagePack or of CBOR (RFC 8949) whose
// first name is a short text: its strings stand there as they are, among bytes that
// Latin-1 has letters for.
func packedMap(data string) bool {
	if len(data) < 4 {
		return false
	}
	var size int
	switch first, next := data[0], data[1]; {
	case first > 0x80 && first <= 0x8f && next > 0xa0 && next <= 0xbf:
		size = int(next - 0xa0)
	case first > 0xa0 && first <= 0xb7 && next > 0x60 && next <= 0x77:
		size = int(next - 0x60)
	default:
		return false
	}
	for i := 2; i < min(len(data), 2+size); i++ {
		if c := data[i]; !wordByte(c) || c >= 0x80 {
			return false
		}
	}
	return len(data) == 2+size || len(data) < 2+size || data[2+size] >= 0x60 || data[2+size] < 0x18
}
