package api

import (
	"fmt"
	"net/http"

	"flagrante/draft"
	"flagrante/draft/desk/door"
)

// attachments lists what was added to a draft.
func (d *API) attachments(w http.ResponseWriter, r *http.Request) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	list := one.Evidence.Attachments
	if list == nil {
		list = []draft.Attachment{}
	}
	writeJSON(w, http.StatusOK, struct {
		Attachments []draft.Attachment `json:"attachments"`
	}{list})
	return nil
}

// attach takes the body of the request as an attachment, called ?name=.
func (d *API) attach(w http.ResponseWriter, r *http.Request) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	a, err := d.AddAttachment(r.Context(), one.ID, query.Get("name"), door.Actor(r, query.Get("actor")), r.Body)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusCreated, a)
	return nil
}

// checkAttachment notes that somebody looked at a picture or a video.
func (d *API) checkAttachment(w http.ResponseWriter, r *http.Request) error {
	var by who
	if err := readJSON(r, &by); err != nil {
		return err
	}
	id := r.PathValue("id")
	a, err := d.Shelf.Check(r.Context(), id, r.PathValue("attachment"), door.Actor(r, by.Actor))
	if err != nil {
		return fmt.Errorf("check an attachment: %w", err)
	}
	d.Tell(id)
	writeJSON(w, http.StatusOK, a)
	return nil
}

// removeAttachment takes one away.
func (d *API) removeAttachment(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := d.Shelf.Remove(r.Context(), id, r.PathValue("attachment")); err != nil {
		return fmt.Errorf("remove an attachment: %w", err)
	}
	d.Tell(id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
