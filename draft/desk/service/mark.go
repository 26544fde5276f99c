package service

import (
	"context"
	"fmt"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/lifecycle"
)

// Marked marks a failure, and tells open pages. It fails with a *lifecycle.NoteError
// where somebody else changed the note that was read. A secret that somebody writes into a
// note is masked like one that was captured.
func (d *Service) Marked(ctx context.Context, id, who string, m lifecycle.Marking) (capture.Mark, error) {
	if m.Note != nil {
		masked, _ := d.Workings.Mask("text/plain", []byte(*m.Note))
		note := string(masked)
		m.Note = &note
	}
	now, err := d.Book.Mark(ctx, id, draft.Change{Actor: who, At: d.Now()}, m)
	if err != nil {
		return now, fmt.Errorf("mark the failure: %w", err)
	}
	d.Live.Publish(EventChanged, Changed{Drafts: []string{}})
	return now, nil
}
