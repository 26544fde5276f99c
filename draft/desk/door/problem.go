package door

import (
	"errors"
	"net/http"
	"strings"

	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/lifecycle"
	"flagrante/draft/outbox"
)

// Problem is an error that the caller is told about. Its words are in the
// catalogue under error.KEY and error.KEY.hint.
type Problem struct {
	Status int
	Key    string
	// Detail is said after the hint; it holds no secret and nothing captured.
	Detail string
}

// Error is the key of its words.
func (p *Problem) Error() string { return p.Key }

// The errors that callers are told about.
var (
	ErrInternal       = &Problem{Status: http.StatusInternalServerError, Key: "internal"}
	ErrNotFound       = &Problem{Status: http.StatusNotFound, Key: "not_found"}
	ErrUnauthorized   = &Problem{Status: http.StatusUnauthorized, Key: "unauthorized"}
	errWrongToken     = &Problem{Status: http.StatusUnauthorized, Key: "wrong_token"}
	errWrongPassword  = &Problem{Status: http.StatusUnauthorized, Key: "wrong_password"}
	ErrForbidden      = &Problem{Status: http.StatusForbidden, Key: "forbidden"}
	ErrTooMany        = &Problem{Status: http.StatusTooManyRequests, Key: "too_many"}
	ErrForeignHost    = &Problem{Status: http.StatusMisdirectedRequest, Key: "foreign_host"}
	ErrCrossOrigin    = &Problem{Status: http.StatusForbidden, Key: "cross_origin"}
	ErrNoPicture      = &Problem{Status: http.StatusNotFound, Key: "no_picture"}
	ErrBadRequest     = &Problem{Status: http.StatusBadRequest, Key: "bad_request"}
	ErrBadLimit       = &Problem{Status: http.StatusBadRequest, Key: "bad_limit"}
	errAlreadySent    = &Problem{Status: http.StatusConflict, Key: "already_sent"}
	ErrNotLearned     = &Problem{Status: http.StatusNotFound, Key: "not_learned"}
	ErrChangedSince   = &Problem{Status: http.StatusPreconditionFailed, Key: "changed"}
	ErrChanged        = &Problem{Status: http.StatusConflict, Key: "changed"}
	ErrNoPortal       = &Problem{Status: http.StatusNotFound, Key: "no_portal"}
	ErrLargeBundles   = &Problem{Status: http.StatusRequestEntityTooLarge, Key: "large_bundles"}
	ErrTooManyReaders = &Problem{Status: http.StatusServiceUnavailable, Key: "too_many_readers"}
	ErrClosing        = &Problem{Status: http.StatusServiceUnavailable, Key: "closing"}
)

// Refused finds the words for an export or a change that did not even begin.
func Refused(err error) (*Problem, bool) {
	if errors.Is(err, draft.ErrAlreadySent) {
		return errAlreadySent, true
	}
	if _, ok := errors.AsType[*draft.VersionError](err); ok {
		return ErrChanged, true
	}
	if wrong, ok := errors.AsType[*lifecycle.NoteError](err); ok {
		return &Problem{http.StatusConflict, "note_changed", wrong.Now}, true
	}
	if wrong, ok := errors.AsType[*attach.RefusedError](err); ok {
		return &Problem{Status: http.StatusUnprocessableEntity, Key: "attach." + wrong.Reason}, true
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &Problem{Status: http.StatusRequestEntityTooLarge, Key: "attach." + attach.TooLarge}, true
	}
	if missing, ok := errors.AsType[*export.MissingError](err); ok {
		return &Problem{http.StatusUnprocessableEntity, "lacking", strings.Join(missing.Missing, "; ")}, true
	}
	if blocked, ok := errors.AsType[*gate.BlockedError](err); ok {
		return &Problem{http.StatusUnprocessableEntity, "held_back", blocked.Places()}, true
	}
	if wrong, ok := ofTicket(err); ok {
		return wrong, true
	}
	if large, ok := errors.AsType[*export.TooLargeError](err); ok {
		return &Problem{http.StatusUnprocessableEntity, "too_large", large.Error()}, true
	}
	return nil, false
}

// ofTicket finds the words for what can't be done about an export or a ticket.
func ofTicket(err error) (*Problem, bool) {
	if wrong, ok := errors.AsType[*outbox.NumberError](err); ok {
		return &Problem{http.StatusUnprocessableEntity, "no_number", wrong.Number}, true
	}
	if _, ok := errors.AsType[*outbox.StateError](err); ok {
		return &Problem{Status: http.StatusConflict, Key: "other_state"}, true
	}
	if soon, ok := errors.AsType[*outbox.TooSoonError](err); ok {
		return &Problem{http.StatusConflict, "too_soon", soon.Allowed.Format("15:04")}, true
	}
	if errors.Is(err, outbox.ErrNothingNew) {
		return &Problem{Status: http.StatusConflict, Key: "nothing_new"}, true
	}
	if refused, ok := errors.AsType[*export.RefusedError](err); ok {
		return &Problem{http.StatusBadGateway, "portal_refused", refused.Text}, true
	}
	if errors.Is(err, outbox.ErrNoReceipt) {
		return ErrNotFound, true
	}
	return nil, false
}
