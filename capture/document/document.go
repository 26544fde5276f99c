// Package document reads what the body of a message says, whatever its coding,
// charset and syntax: a tree of objects, lists and scalars for JSON and XML
// alike. It is bounded in size and depth, since vendors are not to be trusted.
package document

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"flagrante/capture/decode"
	"flagrante/proxy"
)

// Limit is how much of a decoded body is looked at, in bytes.
const Limit = 1 << 20

// TreeLimit is the largest text, in bytes, that Tree reads: to answer with an error
// takes less.
const TreeLimit = 256 << 10

// Syntax is what the bytes of a body look like, whatever their type claims.
type Syntax string

// The syntaxes that are told apart.
const (
	Empty Syntax = "empty"
	JSON  Syntax = "json"
	XML   Syntax = "xml"
	HTML  Syntax = "html"
	Batch Syntax = "batch"
	Other Syntax = "other"
)

// Document is a body without its codings.
type Document struct {
	// Type is the media type in lower case, without parameters.
	Type string
	// Syntax is what Text looks like.
	Syntax Syntax
	// Text is in UTF-8, without a byte order mark and surrounding space.
	Text []byte
	// Part reports that Text ends before the body does.
	Part bool
	// Err says why the content coding could not be undone.
	Err error
	// Uncoded reports that it is because there is none but in the header: Text is what
	// was sent.
	Uncoded bool
	// Unannounced reports that a content coding was undone that no field names.
	Unannounced bool
}

// Open undoes the codings of a body. It does not parse it.
func Open(b proxy.Body, header proxy.Fields) Document {
	return Of(decode.Body(b, header, Limit), b, header)
}

// Of is Open for a body of which the codings have been undone, up to Limit.
func Of(plain decode.Decoded, b proxy.Body, header proxy.Fields) Document {
	contentType := header.Get("Content-Type")
	d := Document{Type: MediaType(contentType), Part: plain.More || !b.Complete, Err: plain.Err, Uncoded: plain.Uncoded, Unannounced: plain.Unannounced}
	if d.Err != nil && plain.Coding == "" && !d.Uncoded {
		d.Syntax = Other
		return d
	}
	d.Text = withoutCall(trim(toUTF8(plain.Data, contentType, d.Part)), d.Type)
	d.Syntax = syntax(d.Text, d.Type)
	return d
}

// MediaType returns the type of a Content-Type field in lower case, without its parameters.
func MediaType(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// toUTF8 converts text of the old charsets, announced or not: what is no UTF-8
// is Windows-1252 in practice.
func toUTF8(data []byte, contentType string, part bool) []byte {
	if converted, ok := decode.UTF16(data); ok {
		return converted
	}
	if strings.Contains(strings.ToLower(contentType), "charset") {
		if converted, charset := decode.UTF8(data, contentType); charset != "" && !utf8.Valid(data) {
			return converted
		}
	}
	if utf8.Valid(data) || part && utf8.Valid(bytes.TrimRight(data, "\x80\xbf\xc2\xc3\xe2")) {
		return data
	}
	converted, _ := decode.UTF8(data, "text/plain; charset=windows-1252")
	return converted
}

// trim takes away what may stand before and after a document: space, the byte
// order mark, and the guard that some vendors put before JSON.
func trim(text []byte) []byte {
	text = bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
	return bytes.TrimSpace(bytes.TrimPrefix(text, []byte(")]}'")))
}

// withoutCall returns the argument of a script that only calls a function with JSON, as
// JSONP does (https://en.wikipedia.org/wiki/JSONP), and text itself for anything else.
func withoutCall(text []byte, kind string) []byte {
	if !strings.HasSuffix(kind, "javascript") {
		return text
	}
	call := bytes.TrimSuffix(bytes.TrimPrefix(text, []byte("/**/")), []byte(";"))
	name, argument, ok := bytes.Cut(call, []byte("("))
	argument, closed := bytes.CutSuffix(bytes.TrimSpace(argument), []byte(")"))
	if _, isOne := Values(argument); !ok || !closed || !isOne || bytes.ContainsAny(name, " {}=;\n") {
		return text
	}
	return bytes.TrimSpace(argument)
}

func syntax(text []byte, kind string) Syntax {
	switch {
	case len(text) == 0:
		return Empty
	case text[0] == '{' || text[0] == '[', text[0] == '"' && promisesJSON(kind):
		return JSON
	case text[0] == '<' && looksHTML(text, kind):
		return HTML
	case text[0] == '<':
		return XML
	case isBatch(text, kind):
		return Batch
	}
	return Other
}

func looksHTML(text []byte, kind string) bool {
	head := bytes.ToLower(text[:min(len(text), 256)])
	return kind == "text/html" && !bytes.HasPrefix(head, []byte("<?xml")) ||
		bytes.HasPrefix(head, []byte("<!doctype html")) || bytes.HasPrefix(head, []byte("<html")) || bytes.Contains(head, []byte("<html"))
}

// PromisesJSON reports whether the type says that the body is one JSON value;
// those of several values in a row do not.
func (d Document) PromisesJSON() bool { return promisesJSON(d.Type) }

func promisesJSON(kind string) bool {
	return kind == "application/json" || kind == "text/json" || strings.HasSuffix(kind, "+json") && !strings.HasPrefix(kind, "application/connect+") && !strings.HasPrefix(kind, "application/grpc")
}

// PromisesXML reports whether the type says that the body is XML.
func (d Document) PromisesXML() bool {
	return d.Type == "application/xml" || d.Type == "text/xml" || strings.HasSuffix(d.Type, "+xml") && d.Type != "application/xhtml+xml"
}

// Tree returns the document as nested map[string]any, []any, string,
// json.Number, bool and nil. It is nil for what can't be read whole; of several
// values in a row it is the first.
func (d Document) Tree() any { return d.Within(TreeLimit) }

// Within is Tree for texts of up to limit bytes.
func (d Document) Within(limit int) any {
	if d.Err != nil && !d.Uncoded || d.Part || len(d.Text) > limit {
		return nil
	}
	switch d.Syntax {
	case JSON:
		return opened(Parse(string(d.Text)), 0)
	case XML:
		return opened(fromXML(d.Text), 0)
	case Batch:
		return answers(d.Text)
	}
	return nil
}
