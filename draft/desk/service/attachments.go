package service

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"flagrante/draft"
	"flagrante/draft/attach"
)

// AddAttachment stores an attachment, and tells open pages.
func (d *Service) AddAttachment(ctx context.Context, id, name, by string, content io.Reader) (draft.Attachment, error) {
	a, err := d.Shelf.Add(ctx, id, attach.Incoming{Name: name, By: by}, content)
	if err != nil {
		return a, fmt.Errorf("attach to draft %s: %w", id, err)
	}
	d.Tell(id)
	return a, nil
}

// Tell has open pages read a draft again.
func (d *Service) Tell(ids ...string) {
	if len(ids) > 0 {
		d.Live.Publish(EventChanged, Changed{Drafts: ids})
	}
}

// SendAttachment shows one: pictures and videos in the page, everything else as a file
// to save. It can neither load nor run anything.
func (d *Service) SendAttachment(w http.ResponseWriter, r *http.Request) error {
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
