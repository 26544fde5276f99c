package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"flagrante/draft"
	"flagrante/draft/text"
)

// edit decides fields from the form of a draft's page. A field that is left as it
// is suggested is no choice; an empty one takes a choice back.
func (d *desk) edit(w http.ResponseWriter, r *http.Request) error {
	c, err := d.formChange(r)
	if err != nil {
		return err
	}
	one, err := d.find(r)
	if err != nil {
		return err
	}
	values := map[draft.Field]*string{}
	for _, field := range draft.Fields() {
		if !r.PostForm.Has(string(field)) {
			continue
		}
		value := lines(r.PostForm.Get(string(field)))
		switch chosen := one.Choices[field].Value; {
		case value == chosen, chosen == "" && value == suggested(one, field):
		case value == "" || value == suggested(one, field):
			values[field] = nil
		default:
			values[field] = &value
		}
	}
	if len(values) == 0 {
		return d.seeDraft(w, r, one.ID)
	}
	if _, err := d.Book.Edit(r.Context(), one.ID, c, values); err != nil {
		return fmt.Errorf("edit the draft: %w", err)
	}
	return d.changedDraft(w, r, one.ID)
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
	}
	return ""
}

// move puts a draft into a state.
func (d *desk) move(w http.ResponseWriter, r *http.Request) error {
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
func (d *desk) undo(w http.ResponseWriter, r *http.Request) error {
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

// formChange says who changes a draft, and which version the page showed.
func (d *desk) formChange(r *http.Request) (draft.Change, error) {
	if err := r.ParseForm(); err != nil {
		return draft.Change{}, errBadRequest
	}
	version, err := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	if err != nil {
		return draft.Change{}, errBadRequest
	}
	return draft.Change{Actor: visitorOf(r).Name, At: d.Now(), Version: version}, nil
}

func (d *desk) changedDraft(w http.ResponseWriter, r *http.Request, id string) error {
	d.tell(id)
	return d.seeDraft(w, r, id)
}

func (d *desk) seeDraft(w http.ResponseWriter, r *http.Request, id string) error {
	http.Redirect(w, r, "/drafts/"+url.PathEscape(id), http.StatusSeeOther)
	return nil
}
