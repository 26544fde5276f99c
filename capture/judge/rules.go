package judge

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"

	"flagrante/capture"
	"flagrante/capture/document"
	"flagrante/capture/extract"
	"flagrante/proxy"
)

//go:embed rules.yaml
var builtin []byte

// New returns a Judge with the rules of the user before those built in. An error
// names the line and the rule.
func New(own []Rule) (*Judge, error) {
	var rules []Rule
	if err := yaml.Unmarshal(builtin, &rules); err != nil {
		return nil, fmt.Errorf("read the built-in rules: %w", err)
	}
	j := &Judge{reach: reach{whole: 64 << 10, tree: document.TreeLimit}}
	seen := map[string]bool{}
	for _, r := range own {
		c, err := ready(r)
		if err != nil {
			return nil, err
		}
		if seen[r.ID] {
			return nil, fmt.Errorf("line %d: rule %q: there is another one with this id", r.line, r.ID)
		}
		seen[r.ID] = true
		j.own = append(j.own, c)
	}
	for _, r := range rules {
		c, err := compile(r)
		if err != nil {
			return nil, fmt.Errorf("the built-in rules: %w", err)
		}
		j.builtin = append(j.builtin, c)
	}
	j.readings = newReadings()
	for _, list := range [][]compiled{j.own, j.builtin} {
		for i := range list {
			list[i].sets = j.readings.prober.groups(list[i].probes)
			list[i].probed = slices.ContainsFunc(list[i].sets, func(s hits) bool { return s != nil })
		}
	}
	return j, nil
}

// verdict adds what the rule says to the verdict so far.
func (c *compiled) verdict(v capture.Verdict) capture.Verdict {
	args := map[string]string{"rule": c.ID}
	if c.Then == Expected {
		if v.Failing {
			v.Expected = true
			v.Reasons = append(v.Reasons, capture.Reason{Key: "judge.expected.rule", Args: args})
		}
		return v
	}
	return also(v, c.Kind, capture.Reason{Key: c.Reason, Args: maps.Clone(args)})
}

// Vendor returns the vendor's code and message of an exchange that has been
// redacted: from the paths of the user's rule that holds for it, as far as it
// names any, else from the usual places.
func (j *Judge) Vendor(x *proxy.Exchange) capture.Vendor {
	return j.VendorOver(x, extract.Vendor(x.Response))
}

// VendorOver is Vendor where extract has been asked before.
func (j *Judge) VendorOver(x *proxy.Exchange, found capture.Vendor) capture.Vendor {
	if x.Response == nil || len(j.own) == 0 {
		return found
	}
	rule := j.newAnswer(x, nil).first(j.own)
	if rule == nil || rule.Code == "" && rule.Message == "" {
		return found
	}
	tree := document.Open(x.Response.Body, x.Response.Header).Tree()
	named := extract.Bounded(document.Scalar(document.First(tree, rule.Code)), document.Scalar(document.First(tree, rule.Message)))
	if named.Code != "" {
		found.Code = named.Code
	}
	if named.Message != "" {
		found.Message = named.Message
	}
	return found
}

// Outcome is what became of a rule that was tried.
type Outcome string

// The outcomes of tries.
const (
	// Fired means that the rule holds.
	Fired Outcome = "fired"
	// NotApplicable means that it is for other exchanges.
	NotApplicable Outcome = "not_applicable"
	// NoProbe means that the body lacks a word without which it can't hold.
	NoProbe Outcome = "probe"
	// False means that the condition does not hold.
	False Outcome = "false"
	// Unanswerable means that the condition could not be answered.
	Unanswerable Outcome = "unanswerable"
)

// Try says of one rule whether it held for an exchange, and if not, why.
type Try struct {
	Rule    string  `json:"rule"`
	Outcome Outcome `json:"outcome"`
	// Detail is what did not hold: host, path, method, status or type, or the
	// words that the body lacks.
	Detail string `json:"detail,omitempty"`
}

// Explain returns the verdict with the rules that were tried, in their order;
// those after the one that fired are not.
func (j *Judge) Explain(x *proxy.Exchange) (capture.Verdict, []Try) {
	var tries []Try
	v := j.judge(x, func(t Try) { tries = append(tries, t) })
	return v, tries
}
