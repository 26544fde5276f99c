package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"time"

	"flagrante/draft"
	"flagrante/draft/attach"
)

// attach takes the files of a form.
func (d *desk) attach(w http.ResponseWriter, r *http.Request) error {
	one, err := d.find(r)
	if err != nil {
		return err
	}
	form, err := r.MultipartReader()
	if err != nil {
		return errBadRequest
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errBadRequest
		}
		// A form without a chosen file sends an empty one.
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		if _, err := d.add(r.Context(), one.ID, part.FileName(), visitorOf(r).Name, part); err != nil {
			return err
		}
	}
	return seeAttachments(w, r, one.ID)
}

// add stores an attachment, and tells open pages.
func (d *desk) add(ctx context.Context, id, name, by string, content io.Reader) (draft.Attachment, error) {
	a, err := d.Shelf.Add(ctx, id, attach.Incoming{Name: name, By: by}, content)
	if err != nil {
		return a, fmt.Errorf("attach to draft %s: %w", id, err)
	}
	d.tell(id)
	return a, nil
}

// tell has open pages read a draft again.
func (d *desk) tell(ids ...string) {
	if len(ids) > 0 {
		d.Live.Publish(EventChanged, Changed{Drafts: ids})
	}
}

func seeAttachments(w http.ResponseWriter, r *http.Request, id string) error {
	http.Redirect(w, r, "/drafts/"+url.PathEscape(id)+"#attachments", http.StatusSeeOther)
	return nil
}

// attachment shows one: pictures and videos in the page, everything else as a file
// to save. It can neither load nor run anything.
func (d *desk) attachment(w http.ResponseWriter, r *http.Request) error {
	content, a, err := d.Shelf.Open(r.Context(), r.PathValue("id"), r.PathValue("attachment"))
	if err != nil {
		return fmt.Errorf("show an attachment: %w", err)
	}
	defer content.Close()
	disposition := "attachment"
	if a.Picture() || a.Video() {
		disposition = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", a.MediaType)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": a.Name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", `"`+a.Digest+`"`)
	http.ServeContent(w, r, "", time.Time{}, content)
	return nil
}

// checkAttachment notes that somebody looked at a picture or a video.
func (d *desk) checkAttachment(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if _, err := d.Shelf.Check(r.Context(), id, r.PathValue("attachment"), visitorOf(r).Name); err != nil {
		return fmt.Errorf("check an attachment: %w", err)
	}
	d.tell(id)
	return seeAttachments(w, r, id)
}

// removeAttachment takes one away.
func (d *desk) removeAttachment(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if err := d.Shelf.Remove(r.Context(), id, r.PathValue("attachment")); err != nil {
		return fmt.Errorf("remove an attachment: %w", err)
	}
	d.tell(id)
	return seeAttachments(w, r, id)
}
