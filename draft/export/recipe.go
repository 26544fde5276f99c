package export

import (
	"bytes"
	"embed"
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
)

//go:embed recipes
var recipes embed.FS

// Recipe says, as data, how a kind of portal takes a ticket: an ordered list of
// requests, built from a draft's variables, and what their answers mean.
type Recipe struct {
	// Name is how a portal's settings call the recipe.
	Name string `yaml:"name"`
	// Contract is the address of the portal's published interface.
	Contract string `yaml:"contract"`
	// Text names the form of the ticket's description: "text.plain",
	// "text.html" or "text.markdown".
	Text string `yaml:"text"`
	// Require lists the variables without which nothing is sent.
	Require []string `yaml:"require"`
	Limits  Limits   `yaml:"limits"`
	// Values are variables that translate a draft's word into the portal's. One
	// that is called like a draft's variable takes its place.
	Values map[string]Value `yaml:"values"`
	// Link is the address of a ticket's page for people, of {base} and {ticket}.
	Link string `yaml:"link"`
	// Message points to the portal's own words in an answer that refuses.
	Message string `yaml:"message"`
	Steps   []Step `yaml:"steps"`
}

// Limits are what a portal can hold, in bytes of UTF-8; 0 means no limit.
type Limits struct {
	// Title is the size to which a longer title is cut.
	Title int `yaml:"title"`
	// Request is the size of a body beyond which nothing is sent.
	Request int `yaml:"request"`
}

// Value translates the draft's variable From through Map.
type Value struct {
	From string            `yaml:"from"`
	Map  map[string]string `yaml:"map"`
}

// The things that a step can do.
const (
	doCreate = "create"
	doVerify = "verify"
)

// Step is one request of a recipe.
type Step struct {
	// Do is "create", which makes the ticket, or "verify", which reads back.
	Do     string `yaml:"do"`
	Method string `yaml:"method"`
	// Path is appended to the portal's URL; variables in it are escaped.
	Path   string            `yaml:"path"`
	Query  map[string]string `yaml:"query"`
	Header map[string]string `yaml:"header"`
	// JSON is the body as a tree, nil for none. Members that come out empty are
	// left out.
	JSON any `yaml:"json"`
	// OK are the status codes that mean success.
	OK []int `yaml:"ok"`
	// Capture takes variables from the answer: the name, and a pointer to it.
	Capture map[string]string `yaml:"capture"`
	// Compare holds, by the name that a person knows the field by, what the
	// answer of a verify step must hold.
	Compare map[string]Comparison `yaml:"compare"`
}

// Comparison says that the text at the pointer At should be Want.
type Comparison struct {
	At   string `yaml:"at"`
	Want string `yaml:"want"`
}

// ParseRecipe reads a recipe from YAML. An unknown key, an unknown variable, or
// a recipe that could not make a ticket is an error.
func ParseRecipe(data []byte) (*Recipe, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var r Recipe
	if err := decoder.Decode(&r); err != nil {
		return nil, fmt.Errorf("read the recipe: %w", err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("check the recipe %q: %w", r.Name, err)
	}
	return &r, nil
}

// embedded reads the recipes that come with the program, by their names.
func embedded() (map[string]*Recipe, error) {
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
		r, err := ParseRecipe(data)
		if err != nil {
			return nil, err
		}
		known[r.Name] = r
	}
	return known, nil
}

// create returns the step that makes the ticket.
func (r *Recipe) create() Step {
	return r.Steps[slices.IndexFunc(r.Steps, func(s Step) bool { return s.Do == doCreate })]
}

// variables lists what the recipe's own strings may use, without the secret.
func (r *Recipe) variables() []string {
	names := append(draftVariables(), "requestor", "text")
	names = slices.AppendSeq(names, maps.Keys(r.Values))
	slices.Sort(names)
	return slices.Compact(names)
}
