// Package compose makes a draft from evidence: it concludes the fields, names
// the category, writes the title and fills the checklist.
package compose

import (
	"time"

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
}

// Draft returns the new draft that e backs. It is pure: the same evidence and
// settings always give the same draft.
func Draft(id string, e draft.Evidence, s Settings) draft.Draft {
	env := suggest.Environment(e.Group.Host, s.Hosts)
	severity := suggest.Severity(env.Value, e)
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
		Evidence:      e,
		Checklist:     checklist.Fill(s.Profile, e, checklist.Options{Title: title, Lang: s.Lang, Zone: s.Zone}),
	}
}
