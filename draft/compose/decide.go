package compose

import (
	"cmp"
	"maps"
	"slices"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/draft"
	"flagrante/draft/checklist"
)

// masked returns the decisions as they may leave: people paste what they should not.
func (by Decisions) masked(r *redact.Redactor, hosts []string) Decisions {
	by.Choices = maps.Clone(by.Choices)
	for field, c := range by.Choices {
		switch field {
		case draft.FieldSeverity, draft.FieldEnvironment, draft.FieldCategory, draft.FieldCountry:
		default:
			c.Value, _ = r.Text("draft."+string(field), c.Value, hosts...)
			by.Choices[field] = c
		}
	}
	return by
}

// environment is the one that was chosen, or else what is suggested.
func (by Decisions) environment(suggested draft.Environment) draft.Environment {
	return draft.Environment(cmp.Or(by.Choices[draft.FieldEnvironment].Value, string(suggested)))
}

// finish puts what was chosen over what is suggested, and concludes from both what
// is missing.
func finish(d draft.Draft, by Decisions, s Settings) draft.Draft {
	d.Choices = by.Choices
	d.Environment = chosen(d.Suggested.Environment, by.Choices[draft.FieldEnvironment])
	d.Suggested.Category = s.Profile.Category(d.Environment.Value)
	d.Severity = chosen(d.Suggested.Severity, by.Choices[draft.FieldSeverity])
	d.SeverityLabel = s.Profile.Severity(d.Severity.Value).Label.Say(s.Lang)
	d.Title = cmp.Or(by.Choices[draft.FieldTitle].Value, d.Suggested.Title)
	d.Category = cmp.Or(by.Choices[draft.FieldCategory].Value, d.Suggested.Category)
	d.OnCall = draft.OnCall{
		Required: s.Profile.OnCall.From(d.Severity.Value), Phone: cmp.Or(s.Phone, s.Profile.OnCall.Phone),
		Done: len(by.Calls) > 0, Calls: by.Calls,
	}
	d.Evidence.Attachments = by.Attachments
	d.Checklist = checklist.Fill(s.Profile, d, checklist.Options{Lang: s.Lang, Zone: s.Zone})
	d.Complete = !slices.ContainsFunc(d.Checklist, func(i draft.Item) bool { return i.Required && i.State == draft.Missing })
	d.Conflicts = conflicts(d)
	return d
}

// chosen is what a person chose, with a reason that says so before those of the
// suggestion.
func chosen[T ~string](suggested draft.Suggestion[T], c draft.Choice) draft.Suggestion[T] {
	if c.Value == "" {
		return suggested
	}
	family := "severity.level"
	if _, isEnvironment := any(suggested.Value).(draft.Environment); isEnvironment {
		family = "environment"
	}
	reason := capture.Reason{Key: "chosen." + family, Args: map[string]string{"by": c.By, "suggested": string(suggested.Value)}}
	return draft.Suggestion[T]{Value: T(c.Value), Reasons: append([]capture.Reason{reason}, suggested.Reasons...)}
}

// Basis returns what a choice of a field is made against: its suggestion, or for a
// text that of the title.
func Basis(d draft.Draft, field draft.Field) string {
	switch field {
	case draft.FieldSeverity:
		return string(d.Suggested.Severity.Value)
	case draft.FieldEnvironment:
		return string(d.Suggested.Environment.Value)
	case draft.FieldCategory:
		return d.Suggested.Category
	}
	return d.Suggested.Title
}

// conflicts returns the choices whose suggestion is another one by now, in the order
// of the fields.
func conflicts(d draft.Draft) []draft.Conflict {
	var found []draft.Conflict
	for _, field := range draft.Fields() {
		c, ok := d.Choices[field]
		now := Basis(d, field)
		if ok && c.Suggested != now && c.Value != now {
			found = append(found, draft.Conflict{Field: field, Value: c.Value, Then: c.Suggested, Now: now})
		}
	}
	return found
}
