package api

import (
	"net/http"

	"flagrante/draft"
	"flagrante/draft/profile"
)

// guideJSON is a support guide in one language.
type guideJSON struct {
	Name       string            `json:"name"`
	Title      string            `json:"title"`
	Categories []categoryJSON    `json:"categories"`
	Severities []levelJSON       `json:"severities"`
	Items      []guideItemJSON   `json:"items"`
	OnCall     onCallJSON        `json:"on_call"`
	Ticket     map[string]string `json:"ticket"`
	Rules      map[string]any    `json:"rules"`
}

type categoryJSON struct {
	Name        string            `json:"name"`
	Environment draft.Environment `json:"environment"`
	When        string            `json:"when"`
}

type levelJSON struct {
	ID         draft.Severity `json:"id"`
	Label      string         `json:"label"`
	Definition string         `json:"definition"`
}

type guideItemJSON struct {
	ID       profile.ItemID `json:"id"`
	Required bool           `json:"required"`
	Label    string         `json:"label"`
	Advice   string         `json:"advice"`
}

type onCallJSON struct {
	Severity draft.Severity `json:"severity"`
	Label    string         `json:"label"`
	Advice   string         `json:"advice"`
	Text     string         `json:"text"`
}

// profile gives the support guide that drafts follow, in the language asked for.
func (d *API) profile(w http.ResponseWriter, r *http.Request) error {
	rules, err := d.Profile.Rules.Keys()
	if err != nil {
		return err
	}
	guide := guideOf(d.Profile, d.LangOf(r))
	guide.Rules = rules
	writeJSON(w, http.StatusOK, guide)
	return nil
}

func guideOf(p profile.Profile, lang draft.Lang) guideJSON {
	g := guideJSON{
		Name: p.Name, Title: p.Title.Say(lang),
		OnCall: onCallJSON{p.OnCall.Severity, p.OnCall.Label.Say(lang), p.OnCall.Advice.Say(lang), p.OnCall.Text.Say(lang)},
		Ticket: map[string]string{"title": p.Ticket.Title.Say(lang), "text": p.Ticket.Text.Say(lang)},
	}
	for _, c := range p.Categories {
		g.Categories = append(g.Categories, categoryJSON{c.Name, c.Environment, c.When.Say(lang)})
	}
	for _, s := range p.Severities {
		g.Severities = append(g.Severities, levelJSON{s.ID, s.Label.Say(lang), s.Definition.Say(lang)})
	}
	for _, i := range p.Items {
		g.Items = append(g.Items, guideItemJSON{i.ID, i.Required, i.Label.Say(lang), i.Advice.Say(lang)})
	}
	return g
}
