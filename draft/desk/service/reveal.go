package service

import (
	"context"
	"errors"

	"flagrante/capture/store"
)

// Reveals shows personal data behind masks, where the settings of this installation
// allow it, pictures to whoever asks for them, and keeps who did that. Secrets are not there to be shown. Reveal fails with
// ErrForbidden where it is not allowed, and with store.ErrNotFound where no personal
// data is behind that mask in the failure.
type Reveals interface {
	Allowed() bool
	Reveal(ctx context.Context, failureID, mask, actor string) (value string, err error)
	// Looked notes that somebody looked at a picture of a failure, which nothing masks.
	Looked(ctx context.Context, failureID, place, actor string) error
	Audited(ctx context.Context, limit int) ([]store.Audit, error)
}

// ErrForbidden is returned where the settings don't allow it.
var ErrForbidden = errors.New("desk.reveal is not on")
