package page

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/text"
)

// edit decides fields from the form of a draft's page. A field that is left as it
// is suggested is no choice; an empty one takes a choice back. When somebody else
// changed the draft meanwhile, the page shows both texts.
func (d *Pages) edit(w http.ResponseWriter, r *http.Request) error {
	c, err := d.formChange(r)
	if err != nil {
		return err
	}
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	values := chosen(one, r.PostForm)
	if len(values) == 0 {
		return d.seeDraft(w, r, one.ID)
	}
	_, err = d.Book.Edit(r.Context(), one.ID, c, values)
	if _, behind := errors.AsType[*draft.VersionError](err); behind {
		return d.showDraft(w, r, http.StatusConflict, d.mine(r, one, values))
	}
	if err != nil {
		return fmt.Errorf("edit the draft: %w", err)
	}
	return d.changedDraft(w, r, one.ID)
}

// chosen returns what a form decides that was not decided before.
func chosen(one draft.Draft, form url.Values) map[draft.Field]*string {
	values := map[draft.Field]*string{}
	for _, field := range draft.Fields() {
		if !form.Has(string(field)) {
			continue
		}
		value := lines(form.Get(string(field)))
		switch chosen := one.Choices[field].Value; {
		case value == chosen, chosen == "" && value == suggested(one, field):
		case value == "" || value == suggested(one, field):
			values[field] = nil
		default:
			values[field] = &value
		}
	}
	return values
}

// suggested is what a field is when nobody decided it.
func suggested(one draft.Draft, field draft.Field) string {
	switch field {
	case draft.FieldTitle:
		// As the page shows it.
		return text.Visible(one.Suggested.Title)
	case draft.FieldSeverity:
		return string(one.Suggested.Severity.Value)
	case draft.FieldEnvironment:
		return string(one.Suggested.Environment.Value)
	case draft.FieldCategory:
		return one.Suggested.Category
	}
	return ""
}

// mineView is a text that was not stored, beside the one that stands there now.
type mineView struct{ Field, Label, Theirs, Mine, By string }

// mine lists what a form would have changed of the draft as it is now.
func (d *Pages) mine(r *http.Request, now draft.Draft, values map[draft.Field]*string) []mineView {
	var all []mineView
	for _, field := range draft.Fields() {
		value, ok := values[field]
		if !ok {
			continue
		}
		v := mineView{Field: string(field), Label: d.label(d.LangOf(r), string(field)), Theirs: current(now, field), By: now.Choices[field].By}
		if value != nil {
			v.Mine = *value
		}
		all = append(all, v)
	}
	return all
}

// current is what a field is now.
func current(one draft.Draft, field draft.Field) string {
	if value := one.Choices[field].Value; value != "" {
		return value
	}
	return suggested(one, field)
}

// label names a field of the form.
func (d *Pages) label(lang draft.Lang, field string) string {
	if word := d.Books[lang].Say("field." + field); word != "field."+field {
		return word
	}
	return d.item(lang, field)
}

// move puts a draft into a state.
func (d *Pages) move(w http.ResponseWriter, r *http.Request) error {
	c, err := d.formChange(r)
	if err != nil {
		return err
	}
	until, err := d.until(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if _, err := d.Book.SetState(r.Context(), id, c, draft.Move{State: draft.State(r.PostForm.Get("state")), Until: until}); err != nil {
		return fmt.Errorf("move the draft: %w", err)
	}
	return d.changedDraft(w, r, id)
}

// undo takes the last change back.
func (d *Pages) undo(w http.ResponseWriter, r *http.Request) error {
	c, err := d.formChange(r)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	if _, err := d.Book.Undo(r.Context(), id, c); err != nil {
		return fmt.Errorf("undo a change: %w", err)
	}
	return d.changedDraft(w, r, id)
}

// formChange says who changes a draft, and which version the page showed, 0 where
// that does not matter.
func (d *Pages) formChange(r *http.Request) (draft.Change, error) {
	if err := r.ParseForm(); err != nil {
		return draft.Change{}, door.ErrBadRequest
	}
	version, err := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if err != nil {
		return draft.Change{}, door.ErrBadRequest
	}
	return draft.Change{Actor: door.VisitorOf(r).Name, At: d.Now(), Version: version}, nil
}

func (d *Pages) changedDraft(w http.ResponseWriter, r *http.Request, id string) error {
	d.Tell(id)
	return d.seeDraft(w, r, id)
}

func (d *Pages) seeDraft(w http.ResponseWriter, r *http.Request, id string) error {
	http.Redirect(w, r, "/drafts/"+url.PathEscape(id), http.StatusSeeOther)
	return nil
}
