// Package compose makes a draft from evidence: it concludes the fields, names
// the category, writes the title and fills the checklist.
package compose

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/draft"
	"flagrante/draft/compare"
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
	// Phone is the number of those on duty; the profile's holds where it is empty.
	Phone string
	// Redactor masks the evidence; nil is one with the built-in rules.
	Redactor *redact.Redactor
	// Edition names the program and its rules of masking: what another edition composed
	// is composed anew.
	Edition string
}

// Decisions are what people decided of a draft.
type Decisions struct {
	Choices map[draft.Field]draft.Choice
	// Calls are the recorded phone calls to those on duty, oldest first.
	Calls []draft.Call
	// Attachments are what people added to the draft.
	Attachments []draft.Attachment
}

// Decided returns the draft that e backs. What a person chose holds, and what is
// suggested stands beside it. Personal data is masked in the
// evidence first, so that nothing that is made of it has any. It is pure: the same evidence, decisions and
// settings always give the same draft.
func Decided(id string, e draft.Evidence, by Decisions, s Settings) draft.Draft {
	s = s.Complete()
	by = by.masked(s.Redactor, e.Hosts())
	e = masked(e, s.Redactor)
	env := suggest.Environment(suggest.CallOf(e), s.Hosts)
	d := draft.Draft{
		ID:          id,
		Fingerprint: e.Group.Fingerprint,
		State:       draft.StateNew,
		Side:        suggest.Side(e),
		Suggested:   draft.Suggested{Title: text.Title(e, s.Profile, s.Lang), Environment: env},
	}
	d.Suggested.Severity, d.Rules = severity(by.environment(env.Value), e, s)
	d.Comparison = compared(e)
	d.Evidence = joined(e)
	return finish(d, by, s)
}

// compared tells the last good call from the first bad one. A good call that came
// after it is compared with the latest.
func compared(e draft.Evidence) draft.Comparison {
	if e.Good == nil || e.First == nil {
		return draft.Comparison{}
	}
	bad := e.First
	if e.Good.Start.After(bad.Time) {
		bad = e.Last
	}
	if bad.Endpoint != "" && bad.Exchange.Request.Method != e.Good.Request.Method {
		return draft.Comparison{}
	}
	c := draft.Comparison{Good: e.Good.Start, Bad: bad.Time}
	c.Changes, c.More = compare.Calls(e.Good, &bad.Exchange)
	return c
}

// severity is that of the evidence, or of what was merged into it, whichever is
// higher.
func severity(env draft.Environment, e draft.Evidence, s Settings) (draft.Suggestion[draft.Severity], []draft.Rule) {
	most, rules := suggest.Severity(env, e, s.Profile.Rules)
	for _, part := range e.Merged {
		if other, its := suggest.Severity(env, part, s.Profile.Rules); suggest.Higher(other.Value, most.Value) {
			most, rules = other, its
		}
	}
	return most, rules
}

// Manual returns a draft that a person wrote without evidence. The guide wants what
// can wait to be low.
func Manual(id, fingerprint string, m draft.Manual, by Decisions, s Settings) draft.Draft {
	s = s.Complete()
	by = by.masked(s.Redactor, nil)
	m.Title, _ = s.Redactor.Text("draft.title", m.Title)
	m.Text, _ = s.Redactor.Text("draft.text", m.Text)
	env := m.Environment
	reason := capture.Reason{Key: "environment.written"}
	if env == "" {
		env, reason = draft.Staging, capture.Reason{Key: "environment.asked"}
	}
	d := draft.Draft{
		ID: id, Fingerprint: fingerprint, State: draft.StateNew, Manual: &m,
		Side: draft.Suggestion[draft.Side]{Value: draft.SideUnknown, Reasons: []capture.Reason{{Key: "side.manual"}}},
		Suggested: draft.Suggested{
			Title:       m.Title,
			Environment: draft.Suggestion[draft.Environment]{Value: env, Reasons: []capture.Reason{reason}},
			Severity:    draft.Suggestion[draft.Severity]{Value: draft.Low, Reasons: []capture.Reason{{Key: "severity.manual." + string(m.Kind)}}},
		},
	}
	return finish(d, by, s)
}

// Kept returns a draft whose evidence was deleted: what was concluded of it stays.
func Kept(d draft.Draft, by Decisions, s Settings) draft.Draft {
	s = s.Complete()
	d.Suggested = draft.Suggested{Title: d.Title, Environment: d.Environment, Severity: d.Severity}
	d.Suggested.Severity.Reasons = []capture.Reason{{Key: "severity.kept"}}
	return finish(d, by.masked(s.Redactor, d.Evidence.Hosts()), s)
}

// joined adds the numbers of merged evidence to those of the rest.
func joined(e draft.Evidence) draft.Evidence {
	if len(e.Merged) == 0 {
		return e
	}
	members := map[string]int64{}
	for _, part := range append([]draft.Evidence{e}, e.Merged...) {
		for _, m := range text.Endpoints(part.Group) {
			members[m.Endpoint] += m.Count
		}
	}
	for _, part := range e.Merged {
		g := part.Group
		e.Group.Count += g.Count
		if g.FirstSeen.Before(e.Group.FirstSeen) {
			e.Group.FirstSeen, e.Group.FirstID, e.First = g.FirstSeen, g.FirstID, part.First
		}
		if g.LastSeen.After(e.Group.LastSeen) {
			e.Group.LastSeen, e.Group.LastID, e.Last = g.LastSeen, g.LastID, part.Last
		}
		for _, id := range part.RequestIDs {
			if !slices.Contains(e.RequestIDs, id) {
				e.RequestIDs = append(e.RequestIDs, id)
			}
		}
	}
	e.Group.Origins = joinedOrigins(e)
	e.Group.Members = nil
	for _, endpoint := range slices.Sorted(maps.Keys(members)) {
		e.Group.Members = append(e.Group.Members, capture.Member{Endpoint: endpoint, Count: members[endpoint]})
	}
	slices.SortStableFunc(e.Group.Members, func(a, b capture.Member) int { return cmp.Compare(b.Count, a.Count) })
	return e
}

// Complete fills in what may be left out.
func (s Settings) Complete() Settings {
	if s.Redactor == nil {
		s.Redactor = redact.New()
	}
	return s
}

// masked returns the evidence as it may leave.
func masked(e draft.Evidence, r *redact.Redactor) draft.Evidence {
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
	if e.Good != nil {
		good, _ := r.Personal(e.Good)
		e.Good = &good
	}
	hosts := e.Hosts()
	e.Group.Endpoint, _ = r.Text("endpoint", e.Group.Endpoint, hosts...)
	e.Group.Members = slices.Clone(e.Group.Members)
	for i := range e.Group.Members {
		m := &e.Group.Members[i]
		m.Endpoint, _ = r.Text("endpoint", m.Endpoint, hosts...)
	}
	e.Group.Origins = slices.Clone(e.Group.Origins)
	for i := range e.Group.Origins {
		o := &e.Group.Origins[i]
		o.Machine, _ = r.Text("origin.machine", o.Machine, hosts...)
		o.App, _ = r.Text("origin.app", o.App, hosts...)
	}
	e.Group.VendorCode, _ = r.Text("vendor.code", e.Group.VendorCode, hosts...)
	e.RequestIDs = slices.Clone(e.RequestIDs)
	for i, id := range e.RequestIDs {
		e.RequestIDs[i] = r.ID(id, hosts...)
	}
	e.Merged = slices.Clone(e.Merged)
	for i, part := range e.Merged {
		e.Merged[i] = masked(part, r)
	}
	return e
}
