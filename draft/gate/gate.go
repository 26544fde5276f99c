// Package gate looks once more at what is about to leave, at its final bytes:
// whatever was forgotten before it, by a rule or by a person, does not pass.
package gate

import (
	"fmt"
	"strconv"
	"strings"

	"flagrante/capture/redact"
)

// Part is one of the things that leave together, as it leaves.
type Part struct {
	// Name is how findings call it: "body", "ticket.md".
	Name string
	// ContentType may be empty or wrong.
	ContentType string
	Data        []byte
	// Checked says that a person has looked at it. It is asked for where the gate
	// cannot look: at pictures, videos, and whatever else is no text.
	Checked bool
	// Hosts are those of the calls that it tells of; none where that is not known. They
	// decide which rules and allowances of the configuration hold.
	Hosts []string
	// Meant are values that leave on purpose, such as the address of who asks.
	Meant []string
}

// Finding says where something is that must not leave. It never holds what it is.
type Finding struct {
	Part string `json:"part"`
	// Where is the way to the value inside of the part, as in "Content" or
	// "entries/0/request/url"; it may be empty.
	Where string `json:"where,omitempty"`
	// Line and Column count from 1; they are 0 when not known.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Kind is what the value seems to be, Rule what told it, By whose rule that is.
	Kind string `json:"kind"`
	Rule string `json:"rule"`
	By   string `json:"by"`
}

// Whose rules found something.
const (
	byUs       = "flagrante"
	byGitleaks = "gitleaks"
)

// Unchecked is the kind of a finding that a person can settle by looking.
const Unchecked = "unchecked"

// String names place, kind and rule, in words of no language:
// "ticket.md:14 cpf (cpf-form)".
func (f Finding) String() string {
	place := f.Part
	if f.Line > 0 {
		place += ":" + strconv.Itoa(f.Line)
	}
	if f.Where != "" {
		place += " " + f.Where
	}
	return fmt.Sprintf("%s %s (%s)", place, f.Kind, f.Rule)
}

// BlockedError says that something must not leave.
type BlockedError struct{ Findings []Finding }

// maxNamed is how many findings an error spells out.
const maxNamed = 5

// Error names the first findings.
func (e *BlockedError) Error() string {
	return "this must not leave as it is: " + e.Places()
}

// Places lists the first findings.
func (e *BlockedError) Places() string {
	var all []string
	for _, f := range e.Findings[:min(len(e.Findings), maxNamed)] {
		all = append(all, f.String())
	}
	if more := len(e.Findings) - maxNamed; more > 0 {
		all = append(all, fmt.Sprintf("+ %d", more))
	}
	return strings.Join(all, "; ")
}

// Hint says what to do about it.
func (e *BlockedError) Hint() string {
	for _, f := range e.Findings {
		if f.Kind != Unchecked {
			return "mask it, with `flagrante mask --value VALUE` or with a rule under redact.rules; if it is harmless, allow its name or form under redact.allow"
		}
	}
	return "look at what is no text, and confirm that it may leave"
}

// Gate looks at what leaves. It is safe for use by many goroutines.
type Gate struct {
	redactor   *redact.Redactor
	references references
	leaks      leaks
}

// New returns a Gate with the rules and allowances of that Redactor.
func New(r *redact.Redactor) *Gate { return &Gate{redactor: r} }

// maxFindings bounds what is reported of one check.
const maxFindings = 100

// Check returns nil when all parts may leave, a *BlockedError when one of them
// must not, and another error when it could not look.
func (g *Gate) Check(parts ...Part) error {
	var found []Finding
	for _, p := range parts {
		inner, err := unpack(p)
		if err != nil {
			return fmt.Errorf("look into %s: %w", p.Name, err)
		}
		for _, p := range inner {
			more, err := g.look(p)
			if err != nil {
				return fmt.Errorf("look at %s: %w", p.Name, err)
			}
			found = append(found, more...)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return &BlockedError{Findings: found[:min(len(found), maxFindings)]}
}

// look finds what must not leave in one part.
func (g *Gate) look(p Part) ([]Finding, error) {
	text, ok := redact.Readable(p.ContentType, p.Data)
	if !ok {
		if p.Checked || len(p.Data) == 0 {
			return nil, nil
		}
		return []Finding{{Part: p.Name, Kind: Unchecked, Rule: "needs-a-look", By: byUs}}, nil
	}
	for _, meant := range p.Meant {
		text = without(text, meant)
	}
	plain := g.references.hide(text)
	found := g.own(p, plain)
	leaked, err := g.leaks.find(text, plain)
	if err != nil {
		return nil, err
	}
	for _, f := range leaked {
		f.Part = p.Name
		found = append(found, f)
	}
	return found, nil
}

// without hides a value that may leave behind as many stars, so that the places of
// the others stay.
func without(text, value string) string {
	if len(value) < 4 {
		return text
	}
	return strings.ReplaceAll(text, value, strings.Repeat("*", len(value)))
}
