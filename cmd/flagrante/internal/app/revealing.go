package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/draft/desk/service"
)

// revealing shows personal data behind masks where desk.reveal allows it.
type revealing struct {
	store    *store.Store
	redactor *redact.Redactor
	allowed  bool
	now      func() time.Time
}

// Allowed reports whether the settings allow it.
func (r *revealing) Allowed() bool { return r.allowed }

// Reveal returns the value behind a mask in a failure. Who asked, and for what place, is
// noted before the value is given.
func (r *revealing) Reveal(ctx context.Context, failureID, mask, actor string) (string, error) {
	if !r.allowed {
		return "", service.ErrForbidden
	}
	f, err := r.store.Failure(ctx, failureID)
	if err != nil {
		return "", err
	}
	value, places, ok := r.redactor.Reveal(f, mask)
	if !ok {
		return "", fmt.Errorf("look behind a mask of failure %s: %w", failureID, store.ErrNotFound)
	}
	err = r.store.Note(ctx, store.Audit{Time: r.now(), Actor: actor, Action: "reveal", Subject: failureID, Place: strings.Join(places, ", "), Mask: mask})
	if err != nil {
		return "", err
	}
	return value, nil
}

// Looked notes that somebody looked at a picture of a failure.
func (r *revealing) Looked(ctx context.Context, failureID, place, actor string) error {
	return r.store.Note(ctx, store.Audit{Time: r.now(), Actor: actor, Action: "picture", Subject: failureID, Place: place})
}

// Audited lists who did what with masks, the newest first.
func (r *revealing) Audited(ctx context.Context, limit int) ([]store.Audit, error) {
	return r.store.Audited(ctx, limit)
}
