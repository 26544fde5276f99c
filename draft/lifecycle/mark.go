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
	Pinned      *bool
	Note        *string
	Add, Remove []string
}

// Mark pins a failure, notes something of it and tags it. It returns all that people say
// of it then.
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
		if m.Note != nil && strings.TrimSpace(*m.Note) != now.Note {
			now.Note, now.NoteBy = strings.TrimSpace(*m.Note), c.Actor
		}
		if now.Note == "" {
			now.NoteBy = ""
		}
		now.Tags, err = retag(now.Tags, m.Add, m.Remove)
		return err
	})
}
