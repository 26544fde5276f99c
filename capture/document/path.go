package document

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Get returns what stands under a path such as "error.code" or
// "errors.0.message", or nil. Names are compared without case, accents, "_" and
// "-"; a name asked of a list is asked of its first item. "*" is the only member
// of an object, whatever its name, and "*errors" the first whose name ends so.
func Get(value any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		value = member(value, step)
		if value == nil {
			return nil
		}
	}
	return value
}

func member(value any, name string) any {
	switch value := value.(type) {
	case map[string]any:
		return named(value, name)
	case []any:
		i, err := strconv.Atoi(name)
		switch {
		case err == nil && i >= 0 && i < len(value):
			return value[i]
		case err != nil && len(value) > 0:
			if o, ok := value[0].(map[string]any); ok {
				return named(o, name)
			}
		}
	}
	return nil
}

func named(o map[string]any, name string) any {
	if value, ok := o[name]; ok {
		return value
	}
	folded := Fold(name)
	if suffix, ok := strings.CutPrefix(folded, "*"); ok {
		return ending(o, suffix)
	}
	for _, key := range Keys(o) {
		if Fold(key) == folded {
			return o[key]
		}
	}
	return nil
}

func ending(o map[string]any, suffix string) any {
	for _, key := range Keys(o) {
		if suffix == "" && len(o) == 1 || suffix != "" && strings.HasSuffix(Fold(key), suffix) {
			return o[key]
		}
	}
	return nil
}

// Keys returns the names of an object in their order, so that the same document
// is always read in the same way.
func Keys(o map[string]any) []string {
	keys := make([]string, 0, len(o))
	for key := range o {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// First returns the first of several paths, separated by "|", that holds
// something.
func First(value any, paths string) any {
	for path := range strings.SplitSeq(paths, "|") {
		if found := Get(value, path); Filled(found) {
			return found
		}
	}
	return nil
}

// Filled reports whether value says anything: null, false, 0, "" and empty
// objects and lists do not.
func Filled(value any) bool {
	switch value := value.(type) {
	case string:
		return strings.TrimSpace(value) != ""
	case bool:
		return value
	case json.Number:
		return strings.Trim(value.String(), "0.-") != ""
	case []any:
		return len(value) > 0
	case map[string]any:
		return len(value) > 0
	}
	return value != nil
}

// Scalar returns a text or a number as text, and "" for anything else.
func Scalar(value any) string {
	switch value := value.(type) {
	case string:
		return strings.TrimSpace(value)
	case json.Number:
		return value.String()
	}
	return ""
}

// Fold returns a name in lower case, without accents, "_" and "-". The "__type"
// of AWS keeps its name, which is not "type".
func Fold(name string) string {
	if name == "__type" || isFolded(name) {
		return name
	}
	return strings.Map(fold, name)
}

// isFolded knows most names that need no folding.
func isFolded(name string) bool {
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

func fold(r rune) rune {
	switch r = unicode.ToLower(r); r {
	case '_', '-':
		return -1
	case 'ç':
		return 'c'
	case 'ó', 'õ', 'ô', 'ö', 'ò':
		return 'o'
	case 'ã', 'á', 'â', 'à', 'ä':
		return 'a'
	case 'é', 'ê', 'è', 'ë':
		return 'e'
	case 'í', 'ï':
		return 'i'
	case 'ú', 'ü', 'û':
		return 'u'
	case 'ñ':
		return 'n'
	}
	return r
}
