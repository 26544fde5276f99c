// Package draft holds the ticket in the making: its words and its values.
// Its folders fill it (suggest, checklist), write it (text), keep it
// (lifecycle), send it (export) and show it (desk).
package draft

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/draft/compare"
	"flagrante/proxy"
)

// State is where a draft stands in its life.
type State string

// The states of a draft.
const (
	StateNew      State = "new"
	StateInReview State = "in_review"
	StateExported State = "exported"
	StateResolved State = "resolved"
	// StateRegressed means that the problem was seen again after it was resolved.
	StateRegressed State = "regressed"
	StateIgnored   State = "ignored"
	StateSnoozed   State = "snoozed"
	// StateMerged means that the draft is part of another one.
	StateMerged State = "merged"
)

// Environment tells whether the failing calls were real business.
type Environment string

// The environments.
const (
	Production Environment = "production"
	Staging    Environment = "staging"
)

// Severity is one of the guide's four levels.
type Severity string

// The severities, lowest first.
const (
	Low      Severity = "low"
	Medium   Severity = "medium"
	High     Severity = "high"
	Critical Severity = "critical"
)

// Lang is a language of drafts and desk, a BCP 47 tag.
type Lang string

// The languages.
const (
	Portuguese Lang = "pt-BR"
	English    Lang = "en"
)

// Evidence is what backs a draft.
type Evidence struct {
	Group capture.Group
	// First and Last are the earliest and the latest failure of the group. They
	// are the same pointer when there is only one.
	First *capture.Failure
	Last  *capture.Failure
	// RequestIDs are the vendor's ids of recent failures, newest first, each
	// once.
	RequestIDs []string
	// Exposed are the reasons of recent failures of the group by which an answer
	// seems to give something away: see the package expose.
	Exposed []capture.Reason
	// Attachments are the prints, videos and texts that people added, oldest first.
	Attachments []Attachment
	// Figures are the numbers around the group, of the window that ends at its last
	// failure.
	Figures Figures
	// Good is the last call to the endpoint that succeeded, nil where none is known.
	Good *proxy.Exchange
	// Timeline counts the failures in steps of Step, those without any left out, the
	// oldest first.
	Timeline []Count
	Step     time.Duration
	// Merged is the evidence of the drafts that were merged into this one.
	Merged []Evidence
	// Others are the figures of other stretches of time, some shorter than the window, in
	// which the group may have been graver than in the last one.
	Others []Figures
}

// Hosts lists the hosts of the calls in the evidence, with their ports unless those are
// the default, each once and sorted.
func (e Evidence) Hosts() []string {
	all := []string{e.Group.Host}
	for _, f := range [...]*capture.Failure{e.First, e.Last} {
		if f == nil {
			continue
		}
		all = append(all, f.Host)
		for _, c := range f.Before {
			all = append(all, hostOf(c.Exchange.Request.URL))
		}
	}
	if e.Good != nil {
		all = append(all, hostOf(e.Good.Request.URL))
	}
	for _, part := range e.Merged {
		all = append(all, part.Hosts()...)
	}
	slices.Sort(all)
	return slices.Compact(slices.DeleteFunc(all, func(host string) bool { return host == "" }))
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// InList returns what lists show of the evidence: no exchanges, no endpoints that were
// quiet, of which a host may have hundreds, and of the last failure the origin alone.
func (e Evidence) InList() Evidence {
	listed := Evidence{Group: e.Group, RequestIDs: e.RequestIDs, Figures: e.Figures, Timeline: e.Timeline, Step: e.Step}
	listed.Figures.Quiet = nil
	if e.Last != nil {
		listed.Last = &capture.Failure{Origin: e.Last.Origin}
	}
	return listed
}

// Count is a number of failures from a time on.
type Count struct {
	Start    time.Time
	Failures int64
}

// Comparison tells a call that succeeded from one that failed.
type Comparison struct {
	// Good and Bad are when the calls were made; both are zero without a comparison.
	Good, Bad time.Time
	Changes   []compare.Change
	// More reports that some changes were left out.
	More bool
}

// Suggestion is a value that was concluded, with the reasons.
type Suggestion[T any] struct {
	Value   T
	Reasons []capture.Reason
}

// Rule is what became of one rule of the severity. Its sentence is that of its
// reason, with a key of its own for a rule that did not fire.
type Rule struct {
	ID string `json:"id"`
	// Fired reports that the rule holds, so that the severity is at least Severity.
	Fired    bool     `json:"fired"`
	Severity Severity `json:"severity"`
	// Args are the numbers that it was decided by, those that it asks for included.
	Args map[string]string `json:"args"`
}

// Variant is the name of the argument that tells in which of several ways a rule fired.
const Variant = "variant"

// Reason returns the sentence of the rule.
func (r Rule) Reason() capture.Reason {
	key := "severity." + r.ID
	switch variant := r.Args[Variant]; {
	case !r.Fired:
		key += ".not"
	case variant != "":
		key += "." + variant
	}
	return capture.Reason{Key: key, Args: r.Args}
}

// Side says whose fault a failure is, as far as can be told from outside.
type Side string

// The sides.
const (
	// SideRequest means that the request broke the contract: review it before a
	// ticket is opened.
	SideRequest Side = "request"
	// SideNetwork means that the way to the vendor is to blame, ours included.
	SideNetwork Side = "network"
	SideVendor  Side = "vendor"
	SideUnknown Side = "unknown"
)

// ItemState tells whether a ticket has an item that the guide asks for.
type ItemState string

// The states of an item.
const (
	Filled        ItemState = "filled"
	Missing       ItemState = "missing"
	NotApplicable ItemState = "not_applicable"
)

// Item is one line of the guide's checklist.
type Item struct {
	Item     string    `json:"item"`
	Required bool      `json:"required"`
	State    ItemState `json:"state"`
	Value    string    `json:"value"`
}

// Draft is the ticket in the making for one fingerprint and environment.
type Draft struct {
	ID          string
	Fingerprint string
	Title       string
	State       State
	Environment Suggestion[Environment]
	// Category is the profile's name of the category, which portals know.
	Category      string
	Severity      Suggestion[Severity]
	SeverityLabel string
	// Suggested is what is suggested for title, severity, environment and category,
	// which are what a person chose where one did.
	Suggested Suggested
	Choices   map[Field]Choice
	Conflicts []Conflict
	// Rules are all rules of the severity, fired or not; its reasons are the
	// sentences of those that fired.
	Rules []Rule
	// Side says whose fault it is; it is the JSON key "side".
	Side     Suggestion[Side]
	Evidence Evidence
	// Comparison is that of the last good call with the first bad one, or with the
	// latest where the good one came between.
	Comparison Comparison
	Checklist  []Item
	Receipts   []Receipt
	// Manual is what a person wrote in place of evidence, nil for all other drafts.
	Manual *Manual
	// Complete reports that nothing that the guide requires is missing.
	Complete bool
	OnCall   OnCall
	// Version begins with 1 and counts the changes by people and portals.
	Version      int64
	Changed      time.Time
	SnoozedUntil time.Time
	ResolvedAt   time.Time
	Tags         []string
	Notes        []Note
	// Merged are the IDs of drafts that are part of this one.
	Merged []string
}
