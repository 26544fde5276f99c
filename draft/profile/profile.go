// Package profile holds support guides as data: which categories and severities
// a vendor's support knows, what a ticket must have, and what to say when
// something is missing.
package profile

import (
	"slices"

	"flagrante/draft"
)

// Profile is a support guide.
type Profile struct {
	Name       string     `yaml:"name"`
	Title      Text       `yaml:"title"`
	Categories []Category `yaml:"categories"`
	Severities []Severity `yaml:"severities"`
	Items      []Item     `yaml:"items"`
	OnCall     OnCall     `yaml:"on_call"`
	// Ticket are the built-in texts where a profile has none of its own.
	Ticket Ticket `yaml:"ticket"`
	// Rules are the built-in ones where a profile has none of its own.
	Rules Rules `yaml:"rules"`
}

// Text is a text in each language.
type Text struct {
	Portuguese string `yaml:"pt-BR"`
	English    string `yaml:"en"`
}

// Category is one of the portal's categories.
type Category struct {
	// Name is the category's name as the portal knows it, never translated.
	Name string `yaml:"name"`
	// Environment is the one whose failures belong here.
	Environment draft.Environment `yaml:"environment"`
	When        Text              `yaml:"when"`
}

// Severity is a level with its name in the guide and its meaning.
type Severity struct {
	ID         draft.Severity `yaml:"id"`
	Label      Text           `yaml:"label"`
	Definition Text           `yaml:"definition"`
}

// ItemID names a thing that a ticket must or should have.
type ItemID string

// The items that can be filled from evidence, or said to be missing.
const (
	ItemTitle    ItemID = "title"
	ItemTime     ItemID = "time"
	ItemSteps    ItemID = "steps"
	ItemMedia    ItemID = "media"
	ItemDevice   ItemID = "device"
	ItemEndpoint ItemID = "endpoint"
	ItemRequest  ItemID = "request"
	ItemCountry  ItemID = "country"
	ItemResponse ItemID = "response"
)

// ItemOnCall is the step that OnCall asks for. It is no item of a profile.
const ItemOnCall ItemID = "on_call"

// Item is a line of the guide's checklist.
type Item struct {
	ID ItemID `yaml:"id"`
	// Required is false for an item that is asked for only where it applies.
	Required bool `yaml:"required"`
	Label    Text `yaml:"label"`
	// Advice says how to get the item when it is missing.
	Advice Text `yaml:"advice"`
}

// Ask returns the name of an item, and what to do when it is missing.
func (p Profile) Ask(id ItemID, lang draft.Lang) (label, advice string) {
	if id == ItemOnCall {
		return p.OnCall.Label.Say(lang), p.OnCall.Advice.Say(lang)
	}
	item, ok := p.Item(id)
	if !ok {
		return string(id), ""
	}
	return item.Label.Say(lang), item.Advice.Say(lang)
}

// OnCall says from which severity on, and how, people on call are reached.
type OnCall struct {
	Severity draft.Severity `yaml:"severity"`
	// Phone is the number, which may be left to the configuration.
	Phone string `yaml:"phone"`
	// Text stands in the ticket; Label and Advice in the checklist, until the call is
	// recorded. The built-in ones stand in for those.
	Text   Text `yaml:"text"`
	Label  Text `yaml:"label"`
	Advice Text `yaml:"advice"`
}

// From reports whether a severity is one for which people on call are reached.
func (o OnCall) From(s draft.Severity) bool {
	order := []draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical}
	return slices.Index(order, s) >= slices.Index(order, o.Severity)
}

// Say returns the text in lang; every language but English gets pt-BR.
func (t Text) Say(lang draft.Lang) string {
	if lang == draft.English {
		return t.English
	}
	return t.Portuguese
}

// Category returns the name of the category for env.
func (p Profile) Category(env draft.Environment) string {
	for _, c := range p.Categories {
		if c.Environment == env {
			return c.Name
		}
	}
	return ""
}

// Severity returns the level with the id. Parse makes sure that there is one
// for each of the four.
func (p Profile) Severity(id draft.Severity) Severity {
	for _, s := range p.Severities {
		if s.ID == id {
			return s
		}
	}
	return Severity{}
}

// Item returns the item with the id, and whether the guide asks for it.
func (p Profile) Item(id ItemID) (Item, bool) {
	for _, item := range p.Items {
		if item.ID == id {
			return item, true
		}
	}
	return Item{}, false
}
