package profile

import (
	"errors"
	"slices"
	"strings"

	"flagrante/draft"
	"flagrante/draft/template"
)

// Ticket are the texts that a ticket is made of: see the package template.
type Ticket struct {
	// Title is of one line; it is cut where it is too long.
	Title Text `yaml:"title"`
	Text  Text `yaml:"text"`
}

// TitleValues returns the values that a title may have.
func TitleValues() []string {
	return []string{"subject", "outcome", "vendor", "method", "path", "host", "endpoint", "status", "vendor_code", "vendor_message"}
}

// TextNames returns the parts and the values that the text of a ticket may have.
func TextNames() template.Names {
	values := []string{
		"title", "category", "severity_label", "environment_label", "side_label", "endpoint", "method", "host", "path", "outcome", "status",
		"vendor_code", "vendor_message", "request_id", "count", "first_seen", "last_seen", "device", "country", "phone", "draft_id", "fingerprint",
	}
	for _, id := range itemIDs() {
		values = append(values, ItemLabel+string(id))
	}
	return template.Names{Values: values, Parts: []string{
		"summary", "on_call", "description", "time", "scope", "steps", "origin", "request", "response", "comparison", "request_ids", "connection",
		"media", "missing", "masked",
	}}
}

// ItemLabel stands before the ID of an item in the name of the value that is its label.
const ItemLabel = "item_"

func itemIDs() []ItemID {
	return []ItemID{ItemTitle, ItemTime, ItemSteps, ItemMedia, ItemDevice, ItemEndpoint, ItemRequest, ItemCountry, ItemResponse}
}

// shownBy names the parts and values of which one has to be in a text, so that an item
// is not asked for and then left out.
func shownBy(id ItemID) (parts, values []string) {
	switch id {
	case ItemTitle:
		return nil, []string{"title"}
	case ItemDevice:
		return []string{"origin"}, []string{"device"}
	case ItemCountry:
		return []string{"origin"}, []string{"country"}
	case ItemEndpoint:
		return []string{"summary"}, []string{"endpoint"}
	case ItemTime:
		return []string{"time"}, []string{"last_seen"}
	}
	return []string{string(id)}, nil
}

// checkTicket reads the texts in both languages. What is wrong in a text has the line in
// it.
func (p Profile) checkTicket() *problem {
	for _, texts := range []struct {
		key  string
		text Text
	}{{"title", p.Ticket.Title}, {"text", p.Ticket.Text}} {
		if bad := texts.text.check("ticket", texts.key); bad != nil {
			return bad
		}
	}
	var parts [2][]string
	for i, lang := range []draft.Lang{draft.Portuguese, draft.English} {
		at := func(key string) []any { return []any{"ticket", key, string(lang)} }
		if _, err := template.Line(strings.TrimSpace(p.Ticket.Title.Say(lang)), TitleValues()); err != nil {
			return inText(at("title"), err)
		}
		text, err := template.Parse(p.Ticket.Text.Say(lang), TextNames())
		if err != nil {
			return inText(at("text"), err)
		}
		if missing := p.unshown(text); missing != "" {
			return &problem{path: at("text"), text: missing}
		}
		parts[i] = slices.Sorted(slices.Values(text.Parts()))
		if twice := repeated(parts[i]); twice != "" {
			return &problem{path: at("text"), text: "the part {" + twice + "} is there twice"}
		}
	}
	for i, others := range [][]string{parts[1], parts[0]} {
		for _, name := range parts[i] {
			if !slices.Contains(others, name) {
				return &problem{path: []any{"ticket", "text"}, text: "the part {" + name + "} is in one language only"}
			}
		}
	}
	return nil
}

// unshown says which item of the guide a text leaves out.
func (p Profile) unshown(t template.Template) string {
	for _, item := range p.Items {
		parts, values := shownBy(item.ID)
		shown := slices.ContainsFunc(parts, func(name string) bool { return slices.Contains(t.Parts(), name) }) || slices.ContainsFunc(values, t.Has)
		if !shown {
			return "the item " + string(item.ID) + " is asked for, so the text needs {" + strings.Join(slices.Concat(parts, values), "} or {") + "}"
		}
	}
	if !slices.Contains(t.Parts(), "on_call") {
		return "the text needs {on_call}, which says whom to phone where the severity demands it"
	}
	return ""
}

func repeated(sorted []string) string {
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return sorted[i]
		}
	}
	return ""
}

func inText(path []any, err error) *problem {
	var wrong *template.Error
	if errors.As(err, &wrong) {
		return &problem{path: path, line: wrong.Line, text: wrong.Text}
	}
	return &problem{path: path, text: err.Error()}
}
