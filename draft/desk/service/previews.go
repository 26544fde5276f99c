package service

import (
	"slices"
	"sync"

	"flagrante/draft"
)

// previewsKept bounds the memory for drafts that somebody looked at.
const previewsKept = 16

// Previews remembers the drafts of the last previews. A draft goes on changing
// while its API fails; with this the button below a preview sends what was seen.
type Previews struct {
	mu   sync.Mutex
	seen []seen
}

type seen struct {
	digest string
	draft  draft.Draft
}

func newPreviews() *Previews { return &Previews{} }

// Keep remembers the draft behind a preview.
func (p *Previews) Keep(digest string, d draft.Draft) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = slices.DeleteFunc(p.seen, func(s seen) bool { return s.digest == digest })
	p.seen = append(p.seen, seen{digest, d})
	p.seen = p.seen[max(0, len(p.seen)-previewsKept):]
}

// find returns the draft behind a preview.
func (p *Previews) find(digest string) (draft.Draft, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.seen {
		if s.digest == digest {
			return s.draft, true
		}
	}
	return draft.Draft{}, false
}
