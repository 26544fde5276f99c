package lifecycle

import (
	"context"
	"strings"

	"flagrante/capture"
	"flagrante/draft"
)

// Marking is what somebody changes of what people say of a failure. A nil leaves it as
// it is, and an empty note takes the note away.
type Marking struct {
	Pinned *bool
	Note   *string
	// Over is the note that was read before this one was written, nil where that does
	// not matter.
	Over        *string
	Add, Remove []string
}

// NoteError is returned for a note that would take the place of one that its author had
// not read. Nothing is changed then.
type NoteError struct {
	// Now is the note that is there, and By who wrote it.
	Now, By string
}

func (e *NoteError) Error() string { return "somebody else changed the note" }

// note changes the note of a failure.
func (m Marking) note(now *capture.Mark, actor string) error {
	if m.Note == nil || strings.TrimSpace(*m.Note) == now.Note {
		return nil
	}
	if m.Over != nil && strings.TrimSpace(*m.Over) != now.Note {
		return &NoteError{now.Note, now.NoteBy}
	}
	if now.Note, now.NoteBy = strings.TrimSpace(*m.Note), actor; now.Note == "" {
		now.NoteBy = ""
	}
	return nil
}

// Mark pins a failure, notes something of it and tags it. It returns all that people say
// of it then, or fails with a *NoteError.
func (b *Book) Mark(ctx context.Context, failure string, c draft.Change, m Marking) (capture.Mark, error) {
	if err := checkTags(m.Add); err != nil {
		return capture.Mark{}, err
	}
	if m.Note != nil && *m.Note != "" {
		if err := checkText("note", *m.Note); err != nil {
			return capture.Mark{}, err
		}
	}
	return b.store.Mark(ctx, failure, func(now *capture.Mark) (err error) {
		if m.Pinned != nil {
			now.Pinned = *m.Pinned
		}
		if err := m.note(now, c.Actor); err != nil {
			return err
		}
		now.Tags, err = retag(now.Tags, m.Add, m.Remove)
		return err
	})
}
