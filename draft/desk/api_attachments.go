package desk

import (
	"fmt"
	"net/http"

	"flagrante/draft"
)

// apiAttachments lists what was added to a draft.
func (d *desk) apiAttachments(w http.ResponseWriter, r *http.Request) error {
	one, err := d.find(r)
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

// apiAttach takes the body of the request as an attachment, called ?name=.
func (d *desk) apiAttach(w http.ResponseWriter, r *http.Request) error {
	one, err := d.find(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	a, err := d.add(r.Context(), one.ID, query.Get("name"), actor(r, query.Get("actor")), r.Body)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusCreated, a)
	return nil
}

// apiCheckAttachment notes that somebody looked at a picture or a video.
func (d *desk) apiCheckAttachment(w http.ResponseWriter, r *http.Request) error {
	var by who
	if err := readJSON(r, &by); err != nil {
		return err
	}
	id := r.PathValue("id")
	a, err := d.Shelf.Check(r.Context(), id, r.PathValue("attachment"), actor(r, by.Actor))
	if err != nil {
		return fmt.Errorf("check an attachment: %w", err)
	}
	d.tell(id)
	writeJSON(w, http.StatusOK, a)
	return nil
}

// apiRemoveAttachment takes one away.
func (d *desk) apiRemoveAttachment(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := d.Shelf.Remove(r.Context(), id, r.PathValue("attachment")); err != nil {
		return fmt.Errorf("remove an attachment: %w", err)
	}
	d.tell(id)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
