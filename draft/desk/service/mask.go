package service

import (
	"context"
	"errors"
	"net/http"

	"flagrante/capture/store"
	"flagrante/draft/desk/door"
)

// MaskBy says how a value is masked by hand, and by whom.
type MaskBy struct {
	// Kind is what the value is, in small letters; the mask shows it.
	Kind  string
	Actor string
	// DraftID is the draft at which that was decided, empty for none.
	DraftID string
}

// Masks masks values by hand: in all that is stored and shown, and wherever they come
// from then on. Mask fails with a *MaskError for what can't be masked, Unmask with
// store.ErrNotFound where there is no such mask.
type Masks interface {
	Mask(ctx context.Context, value string, by MaskBy) (store.Masked, error)
	Masked(ctx context.Context) ([]store.Masked, error)
	Unmask(ctx context.Context, id, actor string) error
}

// The reasons for which a value can't be masked by hand.
const (
	// MaskShort is for what is too short to mean one value, or is a mask.
	MaskShort = "short"
	// MaskKind is for what can't be the name of a kind.
	MaskKind = "kind"
	// MaskOurs is for what names a host, a method or the like: the failures would not
	// be found any more.
	MaskOurs = "ours"
)

// MaskError says why a value can't be masked. It does not hold the value.
type MaskError struct{ Reason string }

// Error names the reason.
func (e *MaskError) Error() string { return "the value can't be masked: " + e.Reason }

// Explained finds the words for such an error.
func Explained(err error) error {
	if wrong, ok := errors.AsType[*MaskError](err); ok {
		return &door.Problem{Status: http.StatusUnprocessableEntity, Key: "mask." + wrong.Reason}
	}
	return err
}

// KindOf is what a value is masked as when nobody says.
func KindOf(asked string) string {
	if asked == "" {
		return "secret"
	}
	return asked
}
