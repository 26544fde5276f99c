package export

import (
	"encoding/json"
	"strconv"
	"strings"
)

// lookup returns the scalar at pointer in a decoded JSON document, as text, and
// whether there is one. The pointer is that of RFC 6901, with one addition: on a
// list, the segment "key=value" means the first object whose member key has that
// value.
func lookup(doc any, pointer string) (string, bool) {
	if pointer != "" {
		for segment := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
			doc = child(doc, strings.NewReplacer("~1", "/", "~0", "~").Replace(segment))
		}
	}
	switch value := doc.(type) {
	case string:
		return value, true
	case json.Number:
		return value.String(), true
	case bool:
		return strconv.FormatBool(value), true
	}
	return "", false
}

func child(doc any, segment string) any {
	switch node := doc.(type) {
	case map[string]any:
		return node[segment]
	case []any:
		if key, value, ok := strings.Cut(segment, "="); ok {
			return member(node, key, value)
		}
		if i, err := strconv.Atoi(segment); err == nil && i >= 0 && i < len(node) {
			return node[i]
		}
	}
	return nil
}

func member(list []any, key, value string) any {
	for _, item := range list {
		if object, ok := item.(map[string]any); ok && object[key] == value {
			return object
		}
	}
	return nil
}
