package document

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

const (
	// maxTokens and maxDepth bound the work on one XML document.
	maxTokens = 20_000
	maxDepth  = 32
)

// element is an element that has been begun.
type element struct {
	name     string
	children map[string]any
	text     strings.Builder
}

// fromXML returns an object with the root under its local name. An element with
// neither children nor attributes is its text; attributes are children with "@"
// before their name, and the text beside children is "#text". Elements of one
// name become a list. What breaks off says nothing.
func fromXML(text []byte) any {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	decoder.Strict = false
	// What the declaration names has been converted to UTF-8 before.
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	open := []*element{{children: map[string]any{}}}
	for range maxTokens {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) && len(open) == 1 {
			return open[0].children
		}
		if err != nil {
			return nil
		}
		if open = grow(open, token); open == nil {
			return nil
		}
	}
	return nil
}

// grow takes one token; nil means that the elements do not fit together.
func grow(open []*element, token xml.Token) []*element {
	top := open[len(open)-1]
	switch token := token.(type) {
	case xml.StartElement:
		if len(open) > maxDepth {
			return nil
		}
		return append(open, begin(token))
	case xml.CharData:
		top.text.Write(token)
	case xml.EndElement:
		if len(open) == 1 || top.name != token.Name.Local {
			return nil
		}
		open = open[:len(open)-1]
		open[len(open)-1].add(top.name, top.value())
	}
	return open
}

func begin(token xml.StartElement) *element {
	e := &element{name: token.Name.Local, children: map[string]any{}}
	for _, a := range token.Attr {
		if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			e.add("@"+a.Name.Local, a.Value)
		}
	}
	return e
}

func (e *element) add(name string, value any) {
	switch old := e.children[name].(type) {
	case nil:
		e.children[name] = value
	case []any:
		e.children[name] = append(old, value)
	default:
		e.children[name] = []any{old, value}
	}
}

func (e *element) value() any {
	text := strings.TrimSpace(e.text.String())
	if len(e.children) == 0 {
		return text
	}
	if text != "" {
		e.add("#text", text)
	}
	return e.children
}
