package lines

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Plainly says what the YAML reader found wrong with a file, a text for each mistake, without
// the words of Go. Into is what the file was read into: of a key that is not known it
// tells the nearest that is.
func Plainly(err error, into any) []string {
	wrong, ok := errors.AsType[*yaml.TypeError](err)
	if !ok {
		text := strings.TrimPrefix(err.Error(), "yaml: ")
		if strings.HasSuffix(text, "found character that cannot start any token") {
			text += ": indent with spaces, not with tabs, and put quotes around what begins with @, % or `"
		}
		return []string{text}
	}
	texts := make([]string, len(wrong.Errors))
	for i, line := range wrong.Errors {
		texts[i] = plain(line, reflect.TypeOf(into))
	}
	return texts
}

func plain(line string, into reflect.Type) string {
	if text, in, ok := strings.Cut(line, " in type "); ok {
		_, key, _ := strings.Cut(strings.TrimSuffix(text, " not found"), ": field ")
		if meant := nearest(key, keysOf(into, in, map[reflect.Type]bool{})); meant != "" {
			text += fmt.Sprintf(", did you mean %q?", meant)
		}
		return text
	}
	found := regexp.MustCompile("(?s)^(line \\d+: )cannot unmarshal (!!\\w+)(?: (`.*`))? into (.*)$").FindStringSubmatch(line)
	if found == nil {
		return line
	}
	what := found[3]
	if what == "" {
		what = map[string]string{"!!seq": "a list", "!!map": "a mapping"}[found[2]]
	}
	return found[1] + what + " stands where " + wanted(found[4]) + " should"
}

// wanted names a type of Go for people.
func wanted(kind string) string {
	switch kind = strings.TrimLeft(kind, "*"); {
	case kind == reflect.TypeFor[time.Duration]().String():
		return "a time such as 30s"
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "uint"), strings.HasPrefix(kind, "float"):
		return "a number"
	case kind == "bool":
		return "true or false"
	case kind == "string":
		return "a text"
	case strings.HasPrefix(kind, "[]"):
		return "a list"
	}
	return "a mapping"
}

// keysOf lists the keys of the type that is called name, within t.
func keysOf(t reflect.Type, name string, seen map[reflect.Type]bool) (keys []string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return nil
	}
	seen[t] = true
	for i := range t.NumField() {
		key, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if t.String() == name && key != "" && key != "-" {
			keys = append(keys, key)
		}
	}
	for i := range t.NumField() {
		keys = append(keys, keysOf(t.Field(i).Type, name, seen)...)
	}
	return keys
}

// nearest returns the key that a mistyped one is likely to be, empty where none is near.
func nearest(typed string, keys []string) (meant string) {
	least := max(1, len(typed)/3) + 1
	for _, key := range keys {
		d := distance(typed, key)
		if len(typed) > 3 && strings.HasPrefix(key, typed) {
			d = min(d, least-1)
		}
		if d < least {
			meant, least = key, d
		}
	}
	return meant
}

// distance counts the letters that are wrong, missing, too many, or in the place of their
// neighbour (the optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		for j := range rows[i] {
			switch {
			case i == 0 || j == 0:
				rows[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				rows[i][j] = rows[i-1][j-1]
				continue
			}
			rows[i][j] = 1 + min(rows[i-1][j], rows[i][j-1], rows[i-1][j-1])
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], 1+rows[i-2][j-2])
			}
		}
	}
	return rows[len(a)][len(b)]
}
