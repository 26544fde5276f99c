package judge

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"flagrante/capture"
)

// Effect is what a rule makes of an exchange.
type Effect string

// The effects of rules.
const (
	// Fail makes a failure of it.
	Fail Effect = "fail"
	// Expected keeps a failure as part of normal work.
	Expected Effect = "expected"
	// Ignore makes no failure of it.
	Ignore Effect = "ignore"
)

// Rule says of some exchanges whether they fail. All that it names must hold.
type Rule struct {
	// ID names the rule in reasons and explanations.
	ID string
	// Host is a name or a pattern such as "*.bank.example"; Path one such as
	// "/v1/pix/{id}", in which "{id}" is one segment and "**" at the end any
	// number. Empty ones hold for all.
	Host, Path string
	Methods    []string
	// Statuses are those of the answer, as in "404" or "5xx".
	Statuses []string
	// Types are beginnings or ends of media types.
	Types []string
	// Probes are words, in lower case, of which the body must hold each before
	// it is parsed; "|" is between alternatives.
	Probes []string
	// When is the condition, in the expression language of expr-lang.org.
	When string
	Then Effect
	// Kind of the failure; body_error when empty.
	Kind capture.Kind
	// Reason is the key of the sentence that says why.
	Reason string
	// Code and Message are paths at which the answer has the vendor's words,
	// "|" between alternatives.
	Code, Message string

	line int
}

// ruleFile is how a rule is written.
type ruleFile struct {
	ID      string       `yaml:"id"`
	Host    string       `yaml:"host"`
	Path    string       `yaml:"path"`
	Method  words        `yaml:"method"`
	Status  words        `yaml:"status"`
	Type    words        `yaml:"type"`
	Probe   words        `yaml:"probe"`
	When    string       `yaml:"when"`
	Then    Effect       `yaml:"then"`
	Kind    capture.Kind `yaml:"kind"`
	Reason  string       `yaml:"reason"`
	Code    string       `yaml:"code"`
	Message string       `yaml:"message"`
}

// words is one word or a list of them.
type words []string

// UnmarshalYAML reads one word or a list.
func (w *words) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*w = words{node.Value}
		return nil
	}
	return node.Decode((*[]string)(w))
}

func ruleKeys() []string {
	return []string{"id", "host", "path", "method", "status", "type", "probe", "when", "then", "kind", "reason", "code", "message"}
}

// UnmarshalYAML reads a rule, and refuses keys that no rule has.
func (r *Rule) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: a rule is a map with id, then and when", node.Line)
	}
	for i := 0; i < len(node.Content); i += 2 {
		if key := node.Content[i]; !slices.Contains(ruleKeys(), key.Value) {
			return fmt.Errorf("line %d: field %s not found in a rule", key.Line, key.Value)
		}
	}
	var f ruleFile
	if err := node.Decode(&f); err != nil {
		return err
	}
	*r = Rule{
		ID: f.ID, Host: strings.ToLower(f.Host), Path: f.Path, Methods: f.Method, Statuses: f.Status, Types: f.Type, Probes: f.Probe,
		When: f.When, Then: f.Then, Kind: f.Kind, Reason: f.Reason, Code: f.Code, Message: f.Message, line: node.Line,
	}
	return nil
}

// compiled is a rule that is ready for use.
type compiled struct {
	Rule
	// condition is nil where there is none.
	condition *condition
	// probes are the alternatives of Probes, and sets the same for the prober.
	probes [][]string
	sets   []hits
	// probed reports that there is a set: without any of the words the rule can't hold.
	probed bool
}

// ready is what compile returns, with the condition compiled as well.
func ready(r Rule) (compiled, error) {
	c, err := compile(r)
	if err == nil && c.condition != nil {
		_, err = c.condition.ready()
	}
	if err != nil {
		return c, fmt.Errorf("line %d: rule %q: %w", r.line, r.ID, err)
	}
	return c, nil
}

func compile(r Rule) (compiled, error) {
	c := compiled{Rule: r}
	if err := r.check(); err != nil {
		return c, err
	}
	if c.Kind == "" {
		c.Kind = capture.KindBodyError
	}
	if c.Reason == "" {
		c.Reason = "judge.rule"
	}
	for _, p := range r.Probes {
		c.probes = append(c.probes, strings.Split(strings.ToLower(p), "|"))
	}
	if r.When == "" {
		return c, nil
	}
	c.condition = &condition{text: r.When}
	return c, nil
}

func (r Rule) check() error {
	switch {
	case r.ID == "":
		return errors.New("it has no id")
	case r.Then != Fail && r.Then != Expected && r.Then != Ignore:
		return fmt.Errorf("then is %q, and may be fail, expected or ignore", r.Then)
	case r.When == "" && r.Host == "" && r.Path == "" && len(r.Statuses) == 0 && len(r.Methods) == 0:
		return errors.New("it would hold for every call: give host, path, method, status or when")
	case r.Path != "" && !strings.HasPrefix(r.Path, "/"):
		return fmt.Errorf("path %q does not begin with /", r.Path)
	}
	for _, s := range r.Statuses {
		if len(s) != 3 || strings.Trim(strings.ReplaceAll(strings.ToLower(s), "x", "0"), "0123456789") != "" {
			return fmt.Errorf("status %q is neither a number such as 404 nor a class such as 4xx", s)
		}
	}
	return nil
}

// applies reports whether the rule is for such exchanges at all, and if not, what
// of it does not hold.
func (r *Rule) applies(a *answer, mediaType string) (string, bool) {
	switch {
	case r.Host != "" && !matchHost(r.Host, a.place().host):
		return "host", false
	case r.Path != "" && !matchPath(r.Path, a.place().path):
		return "path", false
	case len(r.Methods) > 0 && !slices.Contains(r.Methods, a.x.Request.Method):
		return "method", false
	case len(r.Statuses) > 0 && !matchStatus(r.Statuses, a.x.Response.Status):
		return "status", false
	case len(r.Types) > 0 && !matchType(r.Types, mediaType):
		return "type", false
	}
	return "", true
}
