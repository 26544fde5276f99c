// Package show makes captured bytes readable on a page: highlighted text, trees
// that fold, hexadecimal dumps, long bodies in parts, and what is found in them.
// All that it returns is text of the peer made harmless: hidden characters are
// written as codes, and what it gives as HTML is escaped but for our own spans.
package show

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"flagrante/capture/decode"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// Syntax is how the text of a body is written.
type Syntax string

// The syntaxes.
const (
	JSON  Syntax = "json"
	XML   Syntax = "xml"
	Form  Syntax = "form"
	Plain Syntax = "plain"
	// Binary is what cannot be shown as text.
	Binary Syntax = "binary"
)

// maxDecoded is how much of a body is undone from its content coding, in bytes.
const maxDecoded = 4 << 20

// Body is a captured body, ready to be looked at.
type Body struct {
	Syntax Syntax
	// Text is the body as text, without its content coding; empty when it is
	// binary.
	Text string
	// Bytes are the captured bytes, in the content coding in which they are kept.
	Bytes []byte
	// Size is the number of bytes that passed.
	Size int64
	// Cut says that more passed than was kept.
	Cut bool
	// Coding is the content coding that was undone.
	Coding string
	// Err says why the body broke off.
	Err string
}

// Of reads a captured body.
func Of(b proxy.Body, header proxy.Fields) Body {
	d := decode.Body(b, header, maxDecoded)
	data, _ := decode.UTF8(d.Data, header.Get("Content-Type"))
	if d.More {
		data = wholeRunes(data)
	}
	body := Body{Bytes: b.Data, Size: b.Size, Cut: d.More, Coding: d.Coding, Err: b.Err, Syntax: Binary}
	if !binary(data) {
		body.Text = string(data)
		body.Syntax = syntax(body.Text, header.Get("Content-Type"))
	}
	return body
}

// Empty reports that there is nothing to show.
func (b Body) Empty() bool { return len(b.Bytes) == 0 }

// syntax tells how a text is written: by its beginning, for types are often wrong.
func syntax(s, contentType string) Syntax {
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	start := strings.TrimSpace(strings.TrimPrefix(s, "\ufeff"))
	switch {
	case start == "":
		return Plain
	case start[0] == '{' || start[0] == '[':
		return JSON
	case start[0] == '<' && len(start) > 1 && (start[1] == '?' || start[1] == '!' || letter(start[1])) && !strings.Contains(kind, "plain"):
		return XML
	case strings.TrimSpace(kind) == "application/x-www-form-urlencoded":
		return Form
	}
	return Plain
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' }

// wholeRunes drops a character that was cut in the middle.
func wholeRunes(data []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(data); i++ {
		if start := len(data) - i; utf8.RuneStart(data[start]) {
			if !utf8.FullRune(data[start:]) {
				return data[:start]
			}
			break
		}
	}
	return data
}

// binary reports whether more than a tenth of the bytes are no text.
func binary(data []byte) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		return true
	}
	strange := 0
	for i := 0; i < len(data); {
		r, width := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && width == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != 0x1b {
			strange++
		}
		i += width
	}
	return strange*10 > len(data)
}

// Part is a piece of a long text.
type Part struct {
	// Text is the piece, From and To where it stands, in bytes.
	Text     string
	From, To int
	// Whole is how long all is.
	Whole int
}

// PartOf returns the piece of s that begins at or before from and holds at most
// size bytes. Parts lie side by side at multiples of size, moved to where a
// character begins.
func PartOf(s string, from, size int) Part {
	from = max(0, min(from, len(s)-1)) / size * size
	to := min(from+size, len(s))
	from, to = begin(s, from), begin(s, to)
	return Part{Text: s[from:to], From: from, To: to, Whole: len(s)}
}

// begin moves an offset back to the beginning of a character.
func begin(s string, at int) int {
	for i := 0; i < utf8.UTFMax && at > 0 && at < len(s) && !utf8.RuneStart(s[at]); i++ {
		at--
	}
	return at
}

// visible is a text without anything hidden.
func visible(s string) string { return text.Visible(s) }
