package service

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"

	"flagrante/draft/gate"
	"flagrante/draft/text"
)

// SendMarkdown hands over the ticket as a file.
func (d *Service) SendMarkdown(w http.ResponseWriter, r *http.Request) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	body := []byte(text.Markdown(one, d.TextOptions(d.Lang)))
	if err := d.Gate.Check(gate.Part{Name: "ticket.md", ContentType: "text/markdown", Data: body, Hosts: one.Evidence.Hosts()}); err != nil {
		return fmt.Errorf("hand over the ticket: %w", err)
	}
	return sendFile(w, "flagrante-"+one.ID+".md", "text/markdown; charset=utf-8", body)
}

// SendBundle hands over the archive for portals without an API.
func (d *Service) SendBundle(w http.ResponseWriter, r *http.Request) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	var zip bytes.Buffer
	if err := d.Bundle(r.Context(), &zip, one); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	return sendFile(w, "flagrante-"+one.ID+".zip", "application/zip", zip.Bytes())
}

// sendFile answers with a file to save, never to open in the page.
func sendFile(w http.ResponseWriter, name, mediaType string, data []byte) error {
	w.Header().Set("Content-Type", mediaType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	// A failing write means that the reader is gone.
	_, _ = w.Write(data)
	return nil
}
