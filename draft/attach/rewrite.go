package attach

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"flagrante/draft"
)

// Rewrite changes what is written in the texts of all drafts, and returns how many
// became others.
func (s *Shelf) Rewrite(ctx context.Context, change func(text string) string) (changed int, err error) {
	folders, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("rewrite the attachments: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, folder := range folders {
		list, err := s.List(ctx, folder.Name())
		if err != nil {
			return changed, err
		}
		for _, a := range list {
			again, err := s.rewrite(a, change)
			if err != nil {
				return changed, err
			}
			if again {
				changed++
			}
		}
	}
	return changed, nil
}

// rewrite changes the text of one attachment, and its name.
func (s *Shelf) rewrite(a draft.Attachment, change func(text string) string) (changed bool, err error) {
	if name := change(a.Name); name != a.Name {
		a.Name, changed = name, true
	}
	if !a.Picture() && !a.Video() {
		data, err := os.ReadFile(s.content(a))
		if err != nil {
			return false, fmt.Errorf("rewrite the attachment %s: %w", a.ID, err)
		}
		if text := change(string(data)); text != string(data) {
			changed = true
			if err := s.write(&a, strings.NewReader(text), 2*MaxText); err != nil {
				return false, err
			}
		}
	}
	if !changed {
		return false, nil
	}
	return true, s.note(a)
}
