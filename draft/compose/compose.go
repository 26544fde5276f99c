// Package compose makes a draft from evidence: it concludes the fields, names
// the category, writes the title and fills the checklist.
package compose

import (
	"slices"
	"time"

	"flagrante/capture/redact"
	"flagrante/draft"
	"flagrante/draft/checklist"
	"flagrante/draft/profile"
	"flagrante/draft/suggest"
	"flagrante/draft/text"
)

// Settings are what drafts are composed with.
type Settings struct {
	Profile profile.Profile
	Lang    draft.Lang
	// Zone is the one that times are shown in; nil means UTC.
	Zone *time.Location
	// Hosts are the rules that tell environments apart before any other sign.
	Hosts []suggest.HostRule
	// Redactor masks the evidence; nil is one with the built-in rules.
	Redactor *redact.Redactor
}

// Draft returns the new draft that e backs. Personal data is masked in the
// evidence first, so that nothing that is made of it has any. It is pure: the same evidence and
// settings always give the same draft.
func Draft(id string, e draft.Evidence, s Settings) draft.Draft {
	e = masked(e, s.Redactor)
	env := suggest.Environment(suggest.CallOf(e), s.Hosts)
	severity, rules := suggest.Severity(env.Value, e, s.Profile.Rules)
	title := text.Title(e, s.Lang)
	return draft.Draft{
		ID:            id,
		Fingerprint:   e.Group.Fingerprint,
		Title:         title,
		State:         draft.StateNew,
		Environment:   env,
		Category:      s.Profile.Category(env.Value),
		Severity:      severity,
		SeverityLabel: s.Profile.Severity(severity.Value).Label.Say(s.Lang),
		Rules:         rules,
		Side:          suggest.Side(e),
		Evidence:      e,
		Checklist:     checklist.Fill(s.Profile, e, checklist.Options{Title: title, Lang: s.Lang, Zone: s.Zone}),
	}
}

// masked returns the evidence as it may leave.
func masked(e draft.Evidence, r *redact.Redactor) draft.Evidence {
	if r == nil {
		r = redact.New()
	}
	first, last := e.First, e.Last
	if last != nil {
		e.Last = r.Failure(last)
	}
	switch {
	case first == last:
		e.First = e.Last
	case first != nil:
		e.First = r.Failure(first)
	}
	e.Group.Endpoint, _ = r.Text("endpoint", e.Group.Endpoint)
	e.Group.Members = slices.Clone(e.Group.Members)
	for i := range e.Group.Members {
		m := &e.Group.Members[i]
		m.Endpoint, _ = r.Text("endpoint", m.Endpoint)
	}
	e.Group.VendorCode, _ = r.Text("vendor.code", e.Group.VendorCode)
	e.RequestIDs = slices.Clone(e.RequestIDs)
	for i, id := range e.RequestIDs {
		e.RequestIDs[i] = r.ID(id)
	}
	return e
}
