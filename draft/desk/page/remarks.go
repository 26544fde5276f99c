package page

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"flagrante/draft"
	"flagrante/draft/desk/door"
)

// minutes is how a form writes a time (HTML, section 2.3.5.5, without seconds), in the
// zone of the desk.
const minutes = "2006-01-02T15:04"

// called records a phone call to those on duty.
func (d *Pages) called(w http.ResponseWriter, r *http.Request) error {
	c, err := d.formChange(r)
	if err != nil {
		return err
	}
	at, err := time.ParseInLocation(minutes, r.PostForm.Get("at"), d.Zone)
	if err != nil {
		return door.ErrBadRequest
	}
	id := r.PathValue("id")
	if _, err := d.Book.Call(r.Context(), id, c, draft.Call{By: r.PostForm.Get("by"), Whom: r.PostForm.Get("whom"), At: at}); err != nil {
		return fmt.Errorf("record a call: %w", err)
	}
	return d.changedDraft(w, r, id)
}

// note adds a remark.
func (d *Pages) note(w http.ResponseWriter, r *http.Request) error {
	c, err := d.formChange(r)
	if err != nil {
		return err
	}
	id, remark := r.PathValue("id"), lines(r.PostForm.Get("text"))
	if strings.TrimSpace(remark) == "" {
		return d.seeDraft(w, r, id)
	}
	if _, err := d.Book.Note(r.Context(), id, c, remark); err != nil {
		return fmt.Errorf("add a note: %w", err)
	}
	return d.changedDraft(w, r, id)
}

// tag adds the tags that are written with commas between them, or takes one away.
func (d *Pages) tag(w http.ResponseWriter, r *http.Request) error {
	c, err := d.formChange(r)
	if err != nil {
		return err
	}
	add := tagsIn(r.PostForm.Get("add"))
	id, remove := r.PathValue("id"), r.PostForm["remove"]
	if len(add) == 0 && len(remove) == 0 {
		return d.seeDraft(w, r, id)
	}
	if _, err := d.Book.Tag(r.Context(), id, c, add, remove); err != nil {
		return fmt.Errorf("tag the draft: %w", err)
	}
	return d.changedDraft(w, r, id)
}

// tagsIn reads tags with commas between them.
func tagsIn(text string) (tags []string) {
	for tag := range strings.SplitSeq(text, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}

// until is when a draft that is put aside for some hours comes back.
func (d *Pages) until(r *http.Request) (time.Time, error) {
	if r.PostForm.Get("state") != string(draft.StateSnoozed) {
		return time.Time{}, nil
	}
	hours, err := strconv.Atoi(r.PostForm.Get("hours"))
	if err != nil || hours < 1 || hours > 24*365 {
		return time.Time{}, door.ErrBadRequest
	}
	return d.Now().Add(time.Duration(hours) * time.Hour), nil
}

// lines undoes what forms do to the ends of lines.
func lines(s string) string { return strings.ReplaceAll(s, "\r\n", "\n") }

// Target is the place on the page where an item of the checklist is seen or filled.
func (v draftView) Target(item string) string {
	switch item {
	case "title", "steps", "time", "device", "country":
		if v.May {
			return "edit-" + item
		}
	case "media":
		return "attachments"
	case "on_call":
		return "on-call"
	}
	return "evidence-head"
}

// Written are the texts that a person may write in place of what is suggested.
func (v draftView) Written() []draft.Field {
	return []draft.Field{draft.FieldDescription, draft.FieldSteps, draft.FieldExpected, draft.FieldTime, draft.FieldDevice, draft.FieldCountry}
}

// Writing reports that one of these texts was written.
func (v draftView) Writing() bool {
	return slices.ContainsFunc(v.Written(), func(field draft.Field) bool { return v.Choices[field].Value != "" })
}
