package page

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"flagrante/draft/text"
)

// leaf is one value of what leaves, for people to read.
type leaf struct {
	// Name is the way to it, as in "CustomFields › Severidade".
	Name  string
	Value string
	// Long asks for a block of its own.
	Long bool
}

// maxLeaves bounds how much of a body is spelled out.
const maxLeaves = 200

// leaves spells out a JSON body, in its own order but for the long values, which
// come last. Of a body that is no JSON it returns none: the bytes themselves are
// shown anyway.
func leaves(body []byte) []leaf {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	w := &leafWalk{decoder: decoder}
	if !w.value(nil) || decoder.More() {
		return nil
	}
	slices.SortStableFunc(w.found, func(a, b leaf) int { return rank(a) - rank(b) })
	return w.found
}

func rank(l leaf) int {
	if l.Long {
		return 1
	}
	return 0
}

type leafWalk struct {
	decoder *json.Decoder
	found   []leaf
}

// value reads one value, and reports whether it could.
func (w *leafWalk) value(path []string) bool {
	token, err := w.decoder.Token()
	if err != nil || len(w.found) >= maxLeaves {
		return false
	}
	switch token := token.(type) {
	case json.Delim:
		return w.inside(path, token)
	case string:
		w.add(path, token)
	case json.Number:
		w.add(path, token.String())
	case bool:
		w.add(path, map[bool]string{true: "true", false: "false"}[token])
	}
	return true
}

func (w *leafWalk) inside(path []string, open json.Delim) bool {
	for w.decoder.More() {
		inner := path
		if open == '{' {
			token, err := w.decoder.Token()
			name, ok := token.(string)
			if err != nil || !ok {
				return false
			}
			inner = slices.Concat(path, []string{name})
		}
		if !w.value(inner) {
			return false
		}
	}
	_, err := w.decoder.Token()
	return err == nil
}

func (w *leafWalk) add(path []string, value string) {
	w.found = append(w.found, leaf{
		Name: text.Visible(strings.Join(path, " › ")), Value: text.Visible(value),
		Long: strings.Contains(value, "\n") || len(value) > 200,
	})
}
