package profile_test

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"flagrante/draft/profile"
)

// Every key of a profile is explained in both languages.
func TestKeysAreDocumented(t *testing.T) {
	for _, path := range []string{"../../docs/guide/profiles.en.md", "../../docs/guide/profiles.pt-BR.md"} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := slices.Concat(keys(reflect.TypeFor[profile.Profile]()), profile.TextNames().Parts, profile.TextNames().Values, profile.TitleValues())
		found = slices.DeleteFunc(found, func(name string) bool { return strings.HasPrefix(name, profile.ItemLabel) })
		if len(found) < 40 {
			t.Errorf("only %d keys", len(found))
		}
		for _, key := range found {
			if !strings.Contains(string(data), "`"+key+"`") && key != "pt-BR" && key != "en" {
				t.Errorf("%s does not explain %q", path, key)
			}
		}
	}
}

func keys(t reflect.Type) []string {
	if t.Kind() == reflect.Slice {
		return keys(t.Elem())
	}
	var found []string
	if t.Kind() == reflect.Struct {
		for field := range t.Fields() {
			name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
			if name != "" {
				found = append(found, name)
			}
			found = append(found, keys(field.Type)...)
		}
	}
	return found
}
