package export

import (
	"encoding/json"
	"strconv"
	"strings"
)

// lookup returns the scalar at pointer in a decoded JSON document, as text, and
// whether there is one.
func lookup(doc any, pointer string) (string, bool) {
	switch value := at(doc, pointer).(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case bool:
		return strconv.FormatBool(value), true
	}
	return "", false
}

// at returns what stands at pointer, nil when nothing does. The pointer is that of
// RFC 6901, with two additions: on a list, the segment "key=value" means the first
// object whose member key has that value, and "-1" the last item.
func at(doc any, pointer string) any {
	if pointer == "" {
		return doc
	}
	for segment := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		doc = child(doc, strings.NewReplacer("~1", "/", "~0", "~").Replace(segment))
	}
	return doc
}

// escapePointer writes a value so that it is one segment of a pointer.
func escapePointer(s string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(s) }

func child(doc any, segment string) any {
	switch node := doc.(type) {
	case map[string]any:
		return node[segment]
	case []any:
		if key, value, ok := strings.Cut(segment, "="); ok {
			return member(node, key, value)
		}
		i, err := strconv.Atoi(segment)
		if i == -1 {
			i = len(node) - 1
		}
		if err == nil && i >= 0 && i < len(node) {
			return node[i]
		}
	}
	return nil
}

func member(list []any, key, value string) any {
	for _, item := range list {
		if object, ok := item.(map[string]any); ok {
			if got, found := lookup(object[key], ""); found && got == value {
				return object
			}
		}
	}
	return nil
}
