package lifecycle

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/text"
)

const (
	// maxText is the greatest length of a text that a person writes, in bytes.
	maxText = 32 << 10
	// maxTag and maxTags bound the tags of a draft.
	maxTag, maxTags = 40, 20
)

// Edit decides fields of a draft; a nil takes the decision back, so that what is
// suggested holds again. Whatever is suggested later leaves the choices as they are.
func (b *Book) Edit(ctx context.Context, id string, c draft.Change, values map[draft.Field]*string) (draft.Draft, error) {
	d, err := b.Draft(ctx, id)
	if err != nil {
		return draft.Draft{}, err
	}
	for field, value := range values {
		if err := b.checkChoice(field, value); err != nil {
			return draft.Draft{}, err
		}
	}
	return b.change(ctx, id, c, "edit", func(r *record) error {
		r.Choices = maps.Clone(r.Choices)
		if r.Choices == nil {
			r.Choices = map[draft.Field]draft.Choice{}
		}
		for field, value := range values {
			if value == nil {
				delete(r.Choices, field)
				continue
			}
			if r.Choices[field].Value == *value {
				continue
			}
			r.Choices[field] = draft.Choice{Value: *value, By: c.Actor, At: c.At.UTC(), Suggested: compose.Basis(d, field)}
		}
		return nil
	})
}

// checkChoice returns why a value can't be chosen.
func (b *Book) checkChoice(field draft.Field, value *string) error {
	if !slices.Contains(draft.Fields(), field) {
		return draft.Refuse("no_field", "field", string(field))
	}
	if value == nil {
		return nil
	}
	v := *value
	switch field {
	case draft.FieldSeverity:
		return oneOf("severity", v, "low", "medium", "high", "critical")
	case draft.FieldEnvironment:
		return oneOf("environment", v, "production", "staging")
	case draft.FieldCategory:
		var names []string
		for _, category := range b.settings.Profile.Categories {
			names = append(names, category.Name)
		}
		return oneOf("category", v, names...)
	case draft.FieldTitle:
		if strings.TrimSpace(v) == "" || utf8.RuneCountInString(v) > text.MaxTitle || strings.ContainsAny(v, "\r\n") {
			return draft.Refuse("title")
		}
	}
	return checkText(string(field), v)
}

func checkText(what, v string) error {
	switch {
	case strings.TrimSpace(v) == "":
		return draft.Refuse("empty", "what", what)
	case len(v) > maxText || !utf8.ValidString(v):
		return draft.Refuse("long", "what", what)
	}
	return nil
}

func oneOf(what, v string, allowed ...string) error {
	if slices.Contains(allowed, v) {
		return nil
	}
	return draft.Refuse("no_value", "what", what, "value", v, "allowed", strings.Join(allowed, ", "))
}

// Note adds a remark, which stays with the draft and never leaves.
func (b *Book) Note(ctx context.Context, id string, c draft.Change, remark string) (draft.Draft, error) {
	if err := checkText("note", remark); err != nil {
		return draft.Draft{}, err
	}
	return b.change(ctx, id, c, "note", func(r *record) error {
		r.Notes = numbered(r.Notes, draft.Note{Text: remark, By: c.Actor, At: c.At.UTC()})
		return nil
	})
}

// Tag adds tags and takes tags away.
func (b *Book) Tag(ctx context.Context, id string, c draft.Change, add, remove []string) (draft.Draft, error) {
	if err := checkTags(add); err != nil {
		return draft.Draft{}, err
	}
	return b.change(ctx, id, c, "tag", func(r *record) (err error) {
		r.Tags, err = retag(r.Tags, add, remove)
		return err
	})
}

// checkTags returns why something can't be a tag.
func checkTags(tags []string) error {
	for _, tag := range tags {
		if tag == "" || len(tag) > maxTag || strings.TrimSpace(tag) != tag || strings.ContainsAny(tag, ",\r\n") {
			return draft.Refuse("tag")
		}
	}
	return nil
}

// retag returns tags with some more and without others, in their order.
func retag(tags, add, remove []string) ([]string, error) {
	tags = slices.Concat(tags, add)
	tags = slices.DeleteFunc(tags, func(t string) bool { return slices.Contains(remove, t) })
	slices.Sort(tags)
	if tags = slices.Compact(tags); len(tags) > maxTags {
		return nil, draft.Refuse("tags")
	}
	return tags, nil
}

// Call records a phone call to those on duty, which the guide asks for in critical
// cases.
func (b *Book) Call(ctx context.Context, id string, c draft.Change, call draft.Call) (draft.Draft, error) {
	if strings.TrimSpace(call.By) == "" || call.At.IsZero() {
		return draft.Draft{}, draft.Refuse("call")
	}
	if call.At.After(c.At.Add(time.Hour)) {
		return draft.Draft{}, draft.Refuse("call_future")
	}
	if err := checkText("name", call.By+call.Whom); err != nil {
		return draft.Draft{}, err
	}
	call.At = call.At.UTC()
	return b.change(ctx, id, c, "call", func(r *record) error {
		r.Calls = numbered(r.Calls, call)
		return nil
	})
}
