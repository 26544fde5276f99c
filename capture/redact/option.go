package redact

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"flagrante/capture/redact/detect"
	"flagrante/capture/redact/mask"
)

// Option changes how a Redactor works.
type Option func(*Redactor)

// WithKey sets the key of the pseudonyms. It belongs to one installation and must
// never leave it.
func WithKey(key []byte) Option { return func(r *Redactor) { r.masker = mask.New(key) } }

// AtCapture masks personal data of those kinds at capture already, so that it is
// never written.
func AtCapture(kinds ...detect.Kind) Option {
	return func(r *Redactor) {
		for _, kind := range kinds {
			r.early[kind] = true
		}
	}
}

// WithRules adds rules to the built-in ones.
func WithRules(rules ...Rule) Option {
	return func(r *Redactor) {
		for _, rule := range rules {
			r.rules = append(r.rules, rule)
			if rule.Early {
				r.early[rule.Kind] = true
			}
		}
	}
}

// WithAllowances keeps values readable that the built-in rules would mask.
func WithAllowances(allow ...Allowance) Option {
	return func(r *Redactor) { r.allow = append(r.allow, allow...) }
}

// Rule is a rule of an installation: values with those names, or that match the
// pattern, are of a kind.
type Rule struct {
	// Host is a pattern for hosts, as in "*.bank.example"; empty means all. The rule
	// holds as well for what belongs to no known host.
	Host string
	// Names are names in any case; an asterisk stands for any letters.
	Names   []string
	Pattern *regexp.Regexp
	Kind    detect.Kind
	// Early masks at capture already.
	Early bool
}

// Allowance keeps values readable: those with such a name, or that match the
// pattern as a whole. It does not hold for what looks like a secret.
type Allowance struct {
	// Host is that of Rule, but an allowance for some hosts does not hold for what belongs
	// to no known one.
	Host    string
	Names   []string
	Pattern *regexp.Regexp
}

// holding returns the rules and allowances that hold for one of the hosts; without any,
// it is not known where something belongs.
func (r *Redactor) holding(hosts []string) (rules []Rule, allow []Allowance) {
	in := func(pattern string) bool {
		return slices.ContainsFunc(hosts, func(host string) bool { return hostMatches(pattern, host) })
	}
	for _, rule := range r.rules {
		if rule.Host == "" || len(hosts) == 0 || in(rule.Host) {
			rules = append(rules, rule)
		}
	}
	for _, a := range r.allow {
		if a.Host == "" || in(a.Host) {
			allow = append(allow, a)
		}
	}
	return rules, allow
}

// hostMatches compares a host, with or without its port, with a pattern: an asterisk
// stands for any characters, and a pattern without a port fits every port.
func hostMatches(pattern, host string) bool {
	pattern, host = strings.ToLower(pattern), strings.ToLower(host)
	if withoutPort(pattern) == pattern {
		host = withoutPort(host)
	}
	if !strings.Contains(pattern, "*") {
		return pattern == host
	}
	ok, err := path.Match(pattern, host)
	return ok && err == nil
}

// withoutPort cuts the port; the colons of an IPv6 address stand in brackets.
func withoutPort(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > 0 && strings.IndexByte(host[i:], ']') < 0 {
		return host[:i]
	}
	return host
}

// nameMatches compares a folded name with patterns.
func nameMatches(patterns []string, folded string) bool {
	for _, p := range patterns {
		parts := strings.Split(p, "*")
		for i := range parts {
			parts[i] = detect.Fold(parts[i])
		}
		if ok, err := path.Match(strings.Join(parts, "*"), folded); ok && err == nil {
			return true
		}
	}
	return false
}

func hostOf(raw string) string {
	_, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	return rest[strings.LastIndexByte(rest, '@')+1:]
}
