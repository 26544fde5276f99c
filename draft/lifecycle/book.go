// Package lifecycle keeps what becomes of drafts. The failures of one
// fingerprint are one draft; what a draft says is composed anew from them each
// time, and only what people and portals did is stored.
package lifecycle

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/fingerprint"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/compose"
)

// ErrNotFound is returned for an ID that no draft has.
var ErrNotFound = errors.New("there is no such draft")

// idLength is how many characters of a fingerprint's digest name its draft: 50
// bits, which no installation has enough problems to collide in.
const idLength = 10

const (
	idPrefix          = "d-"
	fingerprintPrefix = fingerprint.Version
)

// Book gives the drafts of one store.
type Book struct {
	store    *store.Store
	settings compose.Settings
}

// New returns the Book of the drafts in s.
func New(s *store.Store, c compose.Settings) *Book { return &Book{store: s, settings: c} }

// ID returns the ID of the draft for a fingerprint. The host is part of a
// fingerprint and decides the environment, so a fingerprint has one draft.
func ID(fingerprint string) string {
	digest := strings.TrimPrefix(fingerprint, fingerprintPrefix)
	return idPrefix + digest[:min(len(digest), idLength)]
}

// DraftID returns the ID of the draft that f belongs to, empty when an expected
// failure makes none.
func DraftID(f *capture.Failure) string {
	if f.Expected {
		return ""
	}
	return ID(cmp.Or(f.Incident, f.Fingerprint))
}

// List returns a page of drafts, those seen last first, and the ID after which
// the next page starts, empty when there is none.
func (b *Book) List(ctx context.Context, after string, limit int) (drafts []draft.Draft, next string, err error) {
	page := store.Page{Limit: limit}
	if after != "" {
		g, err := b.group(ctx, after)
		if err != nil {
			return nil, "", err
		}
		page.After = g.Fingerprint
	}
	groups, more, err := b.store.Groups(ctx, page)
	if err != nil {
		return nil, "", err
	}
	for _, g := range groups {
		d, err := b.draft(ctx, g)
		if err != nil {
			return nil, "", err
		}
		drafts = append(drafts, d)
	}
	if more != "" {
		next = ID(more)
	}
	return drafts, next, nil
}

// Draft returns the draft with that ID, or ErrNotFound. The ID of a group that
// belongs to a larger one opens the draft of that.
func (b *Book) Draft(ctx context.Context, id string) (draft.Draft, error) {
	g, err := b.group(ctx, id)
	if errors.Is(err, ErrNotFound) {
		if now, aliasErr := b.alias(ctx, id); aliasErr == nil {
			g, err = b.group(ctx, now)
		}
	}
	if err == nil && g.Parent != "" {
		g, err = b.group(ctx, ID(g.Parent))
	}
	if err != nil {
		return draft.Draft{}, err
	}
	return b.draft(ctx, g)
}

func (b *Book) group(ctx context.Context, id string) (capture.Group, error) {
	digest, ok := strings.CutPrefix(id, idPrefix)
	if !ok || len(digest) != idLength {
		return capture.Group{}, fmt.Errorf("draft %q: %w", id, ErrNotFound)
	}
	g, err := b.store.Group(ctx, fingerprintPrefix+digest)
	if errors.Is(err, store.ErrNotFound) {
		return capture.Group{}, fmt.Errorf("draft %q: %w", id, ErrNotFound)
	}
	return g, err
}

// recentIDs is how many failures are asked for their request ids: support looks
// up a few of them, not all.
const recentIDs = 20

func (b *Book) draft(ctx context.Context, g capture.Group) (draft.Draft, error) {
	e := draft.Evidence{Group: g}
	var err error
	if e.Last, err = b.store.Failure(ctx, g.LastID); err != nil {
		return draft.Draft{}, err
	}
	e.First = e.Last
	if g.FirstID != g.LastID {
		if e.First, err = b.store.Failure(ctx, g.FirstID); err != nil {
			return draft.Draft{}, err
		}
	}
	if e.RequestIDs, err = b.store.RequestIDs(ctx, g.Fingerprint, recentIDs); err != nil {
		return draft.Draft{}, err
	}
	if e.Exposed, err = b.store.Exposures(ctx, g.Fingerprint, samples); err != nil {
		return draft.Draft{}, err
	}
	end, err := b.tail(ctx, g.Host, g.LastSeen)
	if err != nil {
		return draft.Draft{}, err
	}
	if e.Figures, err = b.figures(ctx, g, end); err != nil {
		return draft.Draft{}, err
	}
	if end, err := b.peak(ctx, g); err != nil {
		return draft.Draft{}, err
	} else if !end.IsZero() {
		if e.Peak, err = b.figures(ctx, g, end); err != nil {
			return draft.Draft{}, err
		}
	}
	d := compose.Draft(ID(g.Fingerprint), e, b.settings)
	if d.Receipts, err = b.receipts(ctx, d.ID); err != nil {
		return draft.Draft{}, err
	}
	if slices.ContainsFunc(d.Receipts, func(r draft.Receipt) bool { return r.State == draft.ReceiptSent }) {
		d.State = draft.StateExported
	}
	return d, nil
}
