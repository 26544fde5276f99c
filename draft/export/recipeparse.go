package export

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"flagrante/draft/lines"
)

//go:embed recipes
var recipes embed.FS

// ParseRecipe reads a recipe from YAML; name stands for the data in errors. An
// unknown key, an unknown variable, or a recipe that could not make a ticket is an
// error, and each names its line.
func ParseRecipe(name string, data []byte) (*Recipe, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var r Recipe
	if err := decoder.Decode(&r); err != nil {
		if errors.Is(err, io.EOF) {
			err = errors.New("it is empty")
		}
		return nil, fmt.Errorf("read the recipe %s: %w", name, plainly(err, r))
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the recipe %s: a file holds one recipe", name)
	}
	// Strictness is lost in custom unmarshallers, so the lines for the errors come
	// from a second reading.
	var tree yaml.Node
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return nil, fmt.Errorf("read the recipe %s: %w", name, err)
	}
	if found := r.check(); len(found) > 0 {
		return nil, fmt.Errorf("check the recipe %s: %w", name, located(found, &tree))
	}
	sum := sha256.Sum256(data)
	r.digest = hex.EncodeToString(sum[:8])
	return &r, nil
}

// located says every mistake once with its line, in the order of the lines.
func located(found []mistake, tree *yaml.Node) error {
	slices.SortStableFunc(found, func(a, b mistake) int { return lines.Of(tree, a.path...) - lines.Of(tree, b.path...) })
	var errs []error
	for _, m := range found {
		errs = append(errs, fmt.Errorf("line %d: %s", lines.Of(tree, m.path...), m.text))
	}
	return errors.Join(errs...)
}

// plainly says on a line each what the YAML reader found wrong.
func plainly(err error, into any) error {
	return errors.New(strings.Join(lines.Plainly(err, into), "\n"))
}

// Recipes returns the recipes that come with the program, by their names.
func Recipes() (map[string]*Recipe, error) {
	files, err := recipes.ReadDir("recipes")
	if err != nil {
		return nil, fmt.Errorf("list the recipes: %w", err)
	}
	known := make(map[string]*Recipe, len(files))
	for _, file := range files {
		data, err := recipes.ReadFile("recipes/" + file.Name())
		if err != nil {
			return nil, fmt.Errorf("read the recipe %s: %w", file.Name(), err)
		}
		r, err := ParseRecipe(file.Name(), data)
		if err != nil {
			return nil, err
		}
		known[r.Name] = r
	}
	return known, nil
}

// RecipeSource returns the text of a recipe that comes with the program, to begin
// an own one with.
func RecipeSource(name string) ([]byte, error) {
	data, err := recipes.ReadFile("recipes/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("there is no recipe %q that comes with the program", name)
	}
	return data, nil
}

// names lists a map's keys in order.
func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// oneOrMore reads one text, or a list of texts.
func oneOrMore(node *yaml.Node, to *[]string) error {
	if node.Kind == yaml.ScalarNode {
		*to = []string{node.Value}
		return nil
	}
	return node.Decode(to)
}

// Pointers are JSON Pointers; in YAML one, or a list.
type Pointers []string

// UnmarshalYAML reads the pointer or the list.
func (p *Pointers) UnmarshalYAML(node *yaml.Node) error { return oneOrMore(node, (*[]string)(p)) }

// Capture takes a text from an answer: what the pointer At finds, or the field
// Header, or the whole Body as text. Match, a regular expression of RE2, cuts its
// first group out of that. In YAML it is a pointer, or a mapping.
type Capture struct {
	At     string `yaml:"at"`
	Header string `yaml:"header"`
	Body   bool   `yaml:"body"`
	Match  string `yaml:"match"`
}

// UnmarshalYAML reads the pointer or the mapping.
func (c *Capture) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		c.At = node.Value
		return nil
	}
	for i := 0; node.Kind == yaml.MappingNode && i < len(node.Content); i += 2 {
		if key := node.Content[i]; !slices.Contains([]string{"at", "header", "body", "match"}, key.Value) {
			return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: field %s not found", key.Line, key.Value)}}
		}
	}
	type plain Capture
	return node.Decode((*plain)(c))
}
