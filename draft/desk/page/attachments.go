package page

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"flagrante/draft/desk/door"
)

// attach takes the files of a form.
func (d *Pages) attach(w http.ResponseWriter, r *http.Request) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	form, err := r.MultipartReader()
	if err != nil {
		return door.ErrBadRequest
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return door.ErrBadRequest
		}
		// A form without a chosen file sends an empty one.
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		if _, err := d.AddAttachment(r.Context(), one.ID, part.FileName(), door.VisitorOf(r).Name, part); err != nil {
			return err
		}
	}
	return seeAttachments(w, r, one.ID)
}

func seeAttachments(w http.ResponseWriter, r *http.Request, id string) error {
	http.Redirect(w, r, "/drafts/"+url.PathEscape(id)+"#attachments", http.StatusSeeOther)
	return nil
}

// checkAttachment notes that somebody looked at a picture or a video.
func (d *Pages) checkAttachment(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if _, err := d.Shelf.Check(r.Context(), id, r.PathValue("attachment"), door.VisitorOf(r).Name); err != nil {
		return fmt.Errorf("check an attachment: %w", err)
	}
	d.Tell(id)
	return seeAttachments(w, r, id)
}

// removeAttachment takes one away.
func (d *Pages) removeAttachment(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := d.Shelf.Remove(r.Context(), id, r.PathValue("attachment")); err != nil {
		return fmt.Errorf("remove an attachment: %w", err)
	}
	d.Tell(id)
	return seeAttachments(w, r, id)
}
