package decode

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"flagrante/proxy"
)

// unannounced undoes a coding that begins with its mark and that no field names, as where
// a gateway packs what was packed before, or leaves the field out.
func (u *Unpacker) unannounced(d Decoded, coding string, b proxy.Body, limit int) Decoded {
	packed := d.Data
	if d.Coding == "" {
		packed = b.Data
	}
	data, err := u.undo(packed, []string{coding}, limit+1)
	if len(data) == 0 {
		return d
	}
	data, more := cut(data, limit)
	name := coding
	if d.Coding != "" {
		name = d.Coding + ", " + coding
	}
	return Decoded{Data: data, Coding: name, More: more || b.Cut || d.More, Unannounced: true, Err: err}
}

// marked returns the coding of which data has the mark (RFC 1952, section 2.3.1, with the
// only method that there is, and RFC 8878, section 3.1.1).
func marked(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\x1f\x8b\x08")):
		return "gzip"
	case bytes.HasPrefix(data, []byte("\x28\xb5\x2f\xfd")):
		return "zstd"
	}
	return ""
}

// isMessage reports whether a type is that of something which a program or a person
// reads, and no file that may well be packed.
func isMessage(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind = strings.TrimSpace(contentType)
	}
	return kind == "" || strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "xml") ||
		strings.HasSuffix(kind, "javascript") || kind == "application/x-www-form-urlencoded"
}

// isText reports whether data, of which the end may be missing, is text in UTF-8 or one
// of the charsets with a byte a letter: packed data is hardly ever without controls.
func isText(data []byte) bool {
	other := 0
	for _, c := range data {
		switch {
		case c < ' ' && c != '\n' && c != '\r' && c != '\t', c == 0x7f:
			return false
		case c >= 0x80:
			other++
		}
	}
	return other == 0 || utf8.Valid(data) || other*4 < len(data)
}
