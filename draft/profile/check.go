package profile

import (
	"slices"
	"strings"

	"flagrante/draft"
)

// problem is what is wrong with a profile, and where in it.
type problem struct {
	path []any
	// line is that in the text at path, from 1; 0 means the text as a whole.
	line int
	text string
}

func (p Profile) check() *problem {
	if strings.TrimSpace(p.Name) == "" {
		return &problem{path: []any{"name"}, text: "a profile needs a name"}
	}
	checks := []func() *problem{
		func() *problem { return p.Title.check("title") },
		p.checkCategories, p.checkSeverities, p.checkItems, p.checkOnCall, p.checkTicket, p.Rules.check,
	}
	for _, check := range checks {
		if bad := check(); bad != nil {
			return bad
		}
	}
	return nil
}

func (t Text) check(path ...any) *problem {
	if strings.TrimSpace(t.Portuguese) == "" || strings.TrimSpace(t.English) == "" {
		return &problem{path: path, text: "a text is needed in both pt-BR and en"}
	}
	return nil
}

func (p Profile) checkCategories() *problem {
	var seen []draft.Environment
	for i, c := range p.Categories {
		at := []any{"categories", i}
		switch {
		case strings.TrimSpace(c.Name) == "":
			return &problem{path: at, text: "a category needs a name"}
		case c.Environment != draft.Production && c.Environment != draft.Staging:
			return &problem{path: append(at, "environment"), text: "an environment is production or staging"}
		case slices.Contains(seen, c.Environment):
			return &problem{path: append(at, "environment"), text: "two categories are for " + string(c.Environment)}
		}
		if bad := c.When.check("categories", i, "when"); bad != nil {
			return bad
		}
		seen = append(seen, c.Environment)
	}
	if len(seen) != 2 {
		return &problem{path: []any{"categories"}, text: "a category is needed for production and one for staging"}
	}
	return nil
}

func (p Profile) checkSeverities() *problem {
	order := []draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical}
	for i, s := range p.Severities {
		if i >= len(order) || s.ID != order[i] {
			return &problem{path: []any{"severities", i, "id"}, text: "the severities are low, medium, high and critical, in this order"}
		}
		if bad := s.Label.check("severities", i, "label"); bad != nil {
			return bad
		}
		if bad := s.Definition.check("severities", i, "definition"); bad != nil {
			return bad
		}
	}
	if len(p.Severities) != len(order) {
		return &problem{path: []any{"severities"}, text: "the severities are low, medium, high and critical, in this order"}
	}
	return nil
}

func (p Profile) checkItems() *problem {
	known := itemIDs()
	var seen []ItemID
	for i, item := range p.Items {
		at := []any{"items", i, "id"}
		switch {
		case !slices.Contains(known, item.ID):
			return &problem{path: at, text: "the item " + string(item.ID) + " is not known"}
		case slices.Contains(seen, item.ID):
			return &problem{path: at, text: "the item " + string(item.ID) + " is there twice"}
		}
		if bad := item.Label.check("items", i, "label"); bad != nil {
			return bad
		}
		if bad := item.Advice.check("items", i, "advice"); bad != nil {
			return bad
		}
		seen = append(seen, item.ID)
	}
	if len(seen) == 0 {
		return &problem{path: []any{"items"}, text: "a profile needs items"}
	}
	return nil
}

func (p Profile) checkOnCall() *problem {
	if !isSeverity(p.OnCall.Severity) {
		return &problem{path: []any{"on_call", "severity"}, text: notASeverity}
	}
	for name, words := range map[string]Text{"text": p.OnCall.Text, "label": p.OnCall.Label, "advice": p.OnCall.Advice} {
		if bad := words.check("on_call", name); bad != nil {
			return bad
		}
	}
	return nil
}
