// Package lifecycle keeps what becomes of drafts. The failures of one
// fingerprint are one draft; what a draft says is composed anew from them each
// time, and only what people and portals did is stored.
package lifecycle

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

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
	// digest tells whether a draft was concluded with these settings. It is made when a
	// draft is first asked for, since a start does not wait for drafts.
	digest func() string
	// now is the clock, nil where nothing has to come back from a snooze.
	now func() time.Time
	// attachments lists what was added to a draft, nil where nothing can be.
	attachments func(ctx context.Context, draftID string) ([]draft.Attachment, error)
	// watch is told of drafts that were concluded anew, nil where nobody wants to know.
	watch func(draftID string, begun time.Time, err error)
}

// New returns the Book of the drafts in s.
func New(s *store.Store, c compose.Settings) *Book {
	c = c.Complete()
	return &Book{store: s, settings: c, digest: sync.OnceValue(func() string { return digest(c) })}
}

// WithClock returns the same Book with a clock, by which snoozed drafts come back.
func (b *Book) WithClock(now func() time.Time) *Book {
	c := *b
	c.now = now
	return &c
}

// WithAttachments returns the same Book, whose drafts have the attachments that list
// returns.
func (b *Book) WithAttachments(list func(ctx context.Context, draftID string) ([]draft.Attachment, error)) *Book {
	c := *b
	c.attachments = list
	return &c
}

// WithWatch returns the same Book, which needs a clock, and tells watch of every draft that
// Refresh concluded anew: when that was begun, and the error with which it ended.
func (b *Book) WithWatch(watch func(draftID string, begun time.Time, err error)) *Book {
	c := *b
	c.watch = watch
	return &c
}

// digest covers what decides a draft. The language is left out: a
// command in another one would have all titles written anew.
func digest(c compose.Settings) string {
	data, err := json.Marshal([]any{c.Profile, c.Hosts, c.Zone.String(), c.Phone, c.Edition})
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

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

// Draft returns the draft with that ID, or ErrNotFound. The ID of what became part
// of a larger draft opens that.
func (b *Book) Draft(ctx context.Context, id string) (draft.Draft, error) {
	id, err := b.target(ctx, id)
	if err != nil {
		return draft.Draft{}, err
	}
	r, err := known(ctx, reader{b}, id)
	if err != nil {
		return draft.Draft{}, err
	}
	g, err := b.group(ctx, id)
	switch {
	case errors.Is(err, ErrNotFound):
		return b.bare(ctx, r)
	case err != nil:
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

// draft concludes the draft of a group, and keeps its row up to date.
func (b *Book) draft(ctx context.Context, g capture.Group) (draft.Draft, error) {
	id := ID(g.Fingerprint)
	r, err := known(ctx, reader{b}, id)
	if err != nil {
		return draft.Draft{}, err
	}
	pulse, err := b.store.Pulse(ctx, g.Host)
	if err != nil {
		return draft.Draft{}, err
	}
	e, err := b.evidence(ctx, g)
	if err != nil {
		return draft.Draft{}, err
	}
	merged, err := b.merged(ctx, id, &e)
	if err != nil {
		return draft.Draft{}, err
	}
	by, err := b.decisions(ctx, r, merged...)
	if err != nil {
		return draft.Draft{}, err
	}
	return b.finish(ctx, r, compose.Decided(id, e, by, b.settings), merged, madeOf(pulse, e, by))
}

// merged adds the evidence of what was merged into a draft.
func (b *Book) merged(ctx context.Context, id string, e *draft.Evidence) (ids []string, err error) {
	parts, err := rows(ctx, reader{b}, `merged_into = ? ORDER BY id`, id)
	if err != nil {
		return nil, err
	}
	for _, part := range parts {
		ids = append(ids, part.id)
		g, err := b.group(ctx, part.id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		more, err := b.evidence(ctx, g)
		if err != nil {
			return nil, err
		}
		e.Merged = append(e.Merged, more)
	}
	return ids, nil
}

// bare returns a draft that has no evidence: one that a person wrote, or one whose
// failures were deleted.
func (b *Book) bare(ctx context.Context, r row) (draft.Draft, error) {
	by, err := b.decisions(ctx, r)
	if err != nil {
		return draft.Draft{}, err
	}
	if r.Manual != nil {
		return b.finish(ctx, r, compose.Manual(r.id, r.fingerprint, *r.Manual, by, b.settings), nil, made{})
	}
	kept, err := b.kept(ctx, r.id)
	if err != nil {
		return draft.Draft{}, err
	}
	return b.finish(ctx, r, compose.Kept(kept, by, b.settings), nil, made{})
}

// finish adds what is known of a draft besides its evidence, and keeps it for lists.
func (b *Book) finish(ctx context.Context, r row, d draft.Draft, merged []string, from made) (draft.Draft, error) {
	d, err := b.around(ctx, r, d, merged)
	if err != nil {
		return draft.Draft{}, err
	}
	return d, b.project(ctx, d, r, from)
}

// around adds what people and portals did with a draft.
func (b *Book) around(ctx context.Context, r row, d draft.Draft, merged []string) (draft.Draft, error) {
	var err error
	if d.Receipts, err = b.receipts(ctx, d.ID); err != nil {
		return draft.Draft{}, err
	}
	state := r.record
	state.settle(d.Evidence.Group.LastSeen, d.Receipts)
	d.State, d.Version, d.Changed = state.state(), r.seen(), r.changed
	d.SnoozedUntil, d.ResolvedAt = state.SnoozedUntil, state.ResolvedAt
	d.Tags, d.Notes, d.Merged = r.Tags, sorted(r.Notes), merged
	return d, nil
}

// decisions returns what people decided of a draft and added to it, or to what was
// merged into it.
func (b *Book) decisions(ctx context.Context, r row, merged ...string) (compose.Decisions, error) {
	by := compose.Decisions{Choices: r.Choices, Calls: sorted(r.Calls)}
	if b.attachments == nil {
		return by, nil
	}
	for _, id := range append([]string{r.id}, merged...) {
		added, err := b.attachments(ctx, id)
		if err != nil {
			return compose.Decisions{}, err
		}
		by.Attachments = append(by.Attachments, added...)
	}
	return by, nil
}

// kept returns what was concluded of a draft when it still had evidence.
func (b *Book) kept(ctx context.Context, id string) (draft.Draft, error) {
	d, found, err := store.First(ctx, b.store, `SELECT fingerprint, title, severity, environment, side, host, endpoint, method, status, vendor_code, kind, count, first_seen, last_seen FROM drafts WHERE id = ?`, []any{id}, scanKept)
	switch {
	case err != nil:
		return draft.Draft{}, fmt.Errorf("read draft %s: %w", id, err)
	case !found:
		return draft.Draft{}, fmt.Errorf("draft %q: %w", id, ErrNotFound)
	}
	d.ID = id
	return d, nil
}

func scanKept(row func(...any) error) (d draft.Draft, err error) {
	g := &d.Evidence.Group
	var first, last int64
	err = row(&d.Fingerprint, &d.Title, &d.Severity.Value, &d.Environment.Value, &d.Side.Value, &g.Host, &g.Endpoint, &g.Method, &g.Status, &g.VendorCode, &g.Kind, &g.Count, &first, &last)
	g.Fingerprint, g.FirstSeen, g.LastSeen = d.Fingerprint, moment(first), moment(last)
	return d, err
}
