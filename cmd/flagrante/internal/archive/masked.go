package archive

import (
	"context"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/capture/store"
)

// MaskedFailures reads failures as they may be shown: without personal data.
type MaskedFailures struct {
	store    *store.Store
	redactor *redact.Redactor
}

// Failures returns a page of failures, newest first, and the ID after which the
// next page starts.
func (m MaskedFailures) Failures(ctx context.Context, page store.Page) ([]capture.Failure, string, error) {
	failures, next, err := m.store.Failures(ctx, page)
	for i := range failures {
		failures[i] = *m.redactor.Failure(&failures[i])
	}
	return failures, next, err
}

// Values returns values of a field, which are names of hosts, endpoints and the like.
func (m MaskedFailures) Values(ctx context.Context, field, prefix string, limit int) ([]string, error) {
	return m.store.Values(ctx, field, prefix, limit)
}

// Failure returns one failure, or store.ErrNotFound.
func (m MaskedFailures) Failure(ctx context.Context, id string) (*capture.Failure, error) {
	f, err := m.store.Failure(ctx, id)
	if err != nil {
		return nil, err
	}
	return m.redactor.Failure(f), nil
}
