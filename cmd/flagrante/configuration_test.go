package main

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world/worldtest"
	"flagrante/draft/gate"
)

const configurationDoc = "../../docs/configuration.md"

// update rewrites what is made of the code.
var update = flag.Bool("update", false, "rewrite the generated parts of the documents")

const (
	keysBegin = "<!-- keys: made by `go test ./cmd/flagrante -run ConfigurationKeys -update` -->\n\n"
	keysEnd   = "\n<!-- keys end -->"
)

// TestConfigurationKeysDocumented holds the table of the document against the
// struct of the file, and the keys inside of lists against the sections.
func TestConfigurationKeysDocumented(t *testing.T) {
	doc := readDoc(t, configurationDoc)
	before, rest, begun := strings.Cut(doc, keysBegin)
	table, after, ended := strings.Cut(rest, keysEnd)
	if !begun || !ended {
		t.Fatal("the marks of the table are gone")
	}
	if *update {
		if err := os.WriteFile(configurationDoc, []byte(before+keysBegin+keyTable()+keysEnd+after), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(keyTable(), table); diff != "" {
		t.Errorf("the table is not made of the code (go test ./cmd/flagrante -run ConfigurationKeys -update makes it):\n%s", diff)
	}
	names := map[string]bool{}
	for _, key := range config.Keys() {
		names[key.Name] = true
		if keyTexts()[key.Name] == "" {
			t.Errorf("keyTexts does not say what %s is", key.Name)
		}
	}
	for name := range keyTexts() {
		if !names[name] {
			t.Errorf("keyTexts explains %s, which is no key", name)
		}
	}
	documented := map[string]bool{}
	for _, row := range tableRows(doc, "key") {
		documented[row.name] = true
	}
	keys := map[string]reflect.Value{}
	allKeys(keys, "", reflect.ValueOf(config.Defaults()))
	for key := range keys {
		if !documented[key] {
			t.Errorf("the document does not explain %s", key)
		}
	}
	for key := range documented {
		if _, ok := keys[key]; !ok {
			t.Errorf("the document explains %s, which is no key", key)
		}
	}
}

func TestConfigurationFlagsDocumented(t *testing.T) {
	doc := readDoc(t, configurationDoc)
	flags := 0
	for _, node := range commands(newTestParser(t, new(cli))) {
		for _, flag := range slices.Concat(node.AllFlags(false)...) {
			if len(flag.Envs) == 0 {
				continue
			}
			flags++
			row := "| `--" + flag.Name + "` | `" + flag.Envs[0] + "` |"
			if !strings.Contains(doc, row) {
				t.Errorf("%s: the document has no %s", node.Path(), row)
			}
		}
	}
	if flags == 0 {
		t.Error("no flag has a variable")
	}
}

// TestConfigurationExample reads the document's file as the program does. It
// shows every key, so none of them may be empty afterwards.
func TestConfigurationExample(t *testing.T) {
	_, rest, _ := strings.Cut(readDoc(t, configurationDoc), "```yaml\n")
	example, _, _ := strings.Cut(rest, "```")
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	conf, err := config.Read(path, worldtest.New())
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]reflect.Value{}
	allKeys(keys, "", reflect.ValueOf(conf))
	for key, value := range keys {
		if !strings.Contains(example, key[strings.LastIndex(key, ".")+1:]+":") || value.IsValid() && value.IsZero() {
			t.Errorf("the example does not show %s", key)
		}
	}
	checkExample(t, conf)
}

// checkExample uses the parts of a configuration that need no other files.
func checkExample(t *testing.T, conf config.Config) {
	t.Helper()
	conf.Profile = ""
	settings, err := conf.DraftSettings()
	if err != nil {
		t.Fatal(err)
	}
	conf.GeoIP = ""
	if _, err := config.NewLocator(conf); err != nil {
		t.Error(err)
	}
	for name, portal := range conf.Portals {
		portal.CAFile = ""
		conf.Portals[name] = portal
	}
	conf.Recipes = []string{"../../testdata/portal/own/chamados.yaml"}
	if _, err := conf.Exporter(settings, gate.New(settings.Redactor), worldtest.New()); err != nil {
		t.Error(err)
	}
}

// allKeys collects the keys under v, with the values of those that hold one.
// Keys inside of lists and maps go by their own names.
func allKeys(keys map[string]reflect.Value, prefix string, v reflect.Value) {
	for i := range v.NumField() {
		key := prefix + v.Type().Field(i).Tag.Get("yaml")
		switch field := v.Field(i); field.Kind() {
		case reflect.Struct:
			allKeys(keys, key+".", field)
		case reflect.Slice, reflect.Map:
			keys[key] = field
			if element := field.Type().Elem(); element.Kind() == reflect.Struct {
				elementKeys(keys, element)
			}
		default:
			keys[key] = field
		}
	}
}

// elementKeys collects the keys of what a list or map holds. They have no value:
// each element may leave some out. Those of rules, which read themselves, are in
// the guide.
func elementKeys(keys map[string]reflect.Value, element reflect.Type) {
	if reflect.PointerTo(element).Implements(reflect.TypeFor[yaml.Unmarshaler]()) {
		return
	}
	for _, field := range reflect.VisibleFields(element) {
		keys[field.Tag.Get("yaml")] = reflect.Value{}
	}
}

// row is a line of a Markdown table whose first column is a name in code.
type row struct{ name, line string }

// tableRows returns the rows of all tables whose first column has that title.
func tableRows(doc, title string) []row {
	first := regexp.MustCompile("^\\| `([^`]+)` \\|")
	var rows []row
	inside := false
	for line := range strings.Lines(doc) {
		if strings.HasPrefix(line, "| "+title+" |") {
			inside = true
		}
		inside = inside && strings.HasPrefix(line, "|")
		if match := first.FindStringSubmatch(line); inside && match != nil {
			rows = append(rows, row{match[1], line})
		}
	}
	return rows
}

func readDoc(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func newTestParser(t *testing.T, c *cli) *kong.Kong {
	t.Helper()
	parser, err := newParser(t.Context(), c, worldtest.New())
	if err != nil {
		t.Fatal(err)
	}
	return parser
}

// commands returns everything that can be run.
func commands(parser *kong.Kong) []*kong.Node { return parser.Model.Leaves(false) }
