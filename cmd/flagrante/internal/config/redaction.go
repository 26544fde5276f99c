package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"flagrante/capture/redact"
	"flagrante/capture/redact/detect"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/hinted"
)

// redactConfig says what is masked beyond the built-in rules, and when.
type redactConfig struct {
	// Personal is when personal data is masked: at export, or at capture.
	Personal  string        `yaml:"personal"`
	AtCapture []string      `yaml:"at_capture"`
	Rules     []redactRule  `yaml:"rules"`
	Allow     []redactAllow `yaml:"allow"`
}

// redactRule masks values by their names or by a pattern.
type redactRule struct {
	Host    string   `yaml:"host"`
	Names   []string `yaml:"names"`
	Pattern string   `yaml:"pattern"`
	Kind    string   `yaml:"kind"`
	At      string   `yaml:"at"`
}

// redactAllow keeps values readable.
type redactAllow struct {
	Host    string   `yaml:"host"`
	Names   []string `yaml:"names"`
	Pattern string   `yaml:"pattern"`
}

// When something is masked.
const (
	AtExport  = "export"
	AtCapture = "capture"
)

// Options returns what a Redactor is made with, but for the key.
func (c redactConfig) Options() ([]redact.Option, error) {
	if c.Personal != AtExport && c.Personal != AtCapture {
		return nil, hinted.New(fmt.Errorf("redact.personal: %q is no time", c.Personal), "use export or capture")
	}
	var options []redact.Option
	if c.Personal == AtCapture {
		options = append(options, redact.AtCapture(detect.Personal()...))
	}
	for _, name := range c.AtCapture {
		kind := detect.Kind(name)
		if !slices.Contains(detect.Personal(), kind) {
			return nil, hinted.New(fmt.Errorf("redact.at_capture: there is no kind %q", name), "docs/configuration.md lists the kinds")
		}
		options = append(options, redact.AtCapture(kind))
	}
	for i, r := range c.Rules {
		rule, err := r.rule()
		if err != nil {
			return nil, fmt.Errorf("rule %d under redact.rules: %w", i+1, err)
		}
		options = append(options, redact.WithRules(rule))
	}
	for i, a := range c.Allow {
		pattern, err := wholePattern(a.Pattern)
		if err != nil || pattern == nil && len(a.Names) == 0 {
			return nil, hinted.New(fmt.Errorf("entry %d under redact.allow can't be used", i+1), "give names, or a pattern as regular expressions of Go are written")
		}
		options = append(options, redact.WithAllowances(redact.Allowance{Host: a.Host, Names: a.Names, Pattern: pattern}))
	}
	return options, nil
}

// Redaction returns what a Redactor is made with, the key in dir included.
func (c Config) Redaction(dir string) ([]redact.Option, error) {
	options, err := c.Redact.Options()
	if err != nil {
		return nil, err
	}
	number := c.OnCall.Phone
	if number == "" && c.Profile != "" {
		guide, _, err := c.Guide()
		if err != nil {
			return nil, err
		}
		number = guide.OnCall.Phone
	}
	if phone := onDuty(number); phone != nil {
		options = append(options, redact.WithAllowances(redact.Allowance{Pattern: phone}))
	}
	key, err := datadir.MaskKey(dir)
	return append(options, redact.WithKey(key)), err
}

// local is how many digits a number has at least that is told without its prefixes.
const local = 8

// onDuty matches the number of those on duty, which a ticket names on purpose, however it
// is written; nil where it is too short to be one.
func onDuty(phone string) *regexp.Regexp {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	if len(digits) < local {
		return nil
	}
	var pattern strings.Builder
	pattern.WriteString(`^\D*`)
	for i, d := range digits {
		pattern.WriteRune(d)
		if i < len(digits)-local {
			pattern.WriteByte('?')
		}
		pattern.WriteString(`\D*`)
	}
	return regexp.MustCompile(pattern.String() + `$`)
}

func (r redactRule) rule() (redact.Rule, error) {
	rule := redact.Rule{Host: r.Host, Names: r.Names, Kind: detect.Kind(r.Kind), Early: r.At == AtCapture}
	if err := ValidKind(r.Kind); err != nil {
		return rule, err
	}
	if r.At != "" && r.At != AtCapture && r.At != AtExport {
		return rule, hinted.New(fmt.Errorf("at: %q is no time", r.At), "use export or capture")
	}
	if r.Pattern == "" && len(r.Names) == 0 {
		return rule, hinted.New(fmt.Errorf("it has neither names nor a pattern"), "give one of them")
	}
	if r.Pattern == "" {
		return rule, nil
	}
	var err error
	if rule.Pattern, err = regexp.Compile(r.Pattern); err != nil {
		return rule, hinted.New(fmt.Errorf("the pattern can't be read: %w", err), "write it as regular expressions of Go are written")
	}
	return rule, nil
}

// ValidKind holds that a mask can be told from other text by the name of its kind.
func ValidKind(kind string) error {
	if strings.Trim(kind, "abcdefghijklmnopqrstuvwxyz_") != "" || len(kind) < 2 || len(kind) > 20 {
		return hinted.New(fmt.Errorf("%q is no name of a kind", kind), "use 2 to 20 small letters, as in contract")
	}
	return nil
}

func wholePattern(expr string) (*regexp.Regexp, error) {
	if expr == "" {
		return nil, nil //nolint:nilnil // No pattern is a good answer.
	}
	return regexp.Compile("^(?:" + expr + ")$")
}
