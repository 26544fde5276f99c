package desk

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

// problem is an error that the caller is told about. Its words are in the
// catalogue under error.KEY and error.KEY.hint.
type problem struct {
	status int
	key    string
	// detail is said after the hint; it holds no secret and nothing captured.
	detail string
}

func (p *problem) Error() string { return p.key }

// The errors that callers are told about.
var (
	errInternal       = &problem{status: http.StatusInternalServerError, key: "internal"}
	errNotFound       = &problem{status: http.StatusNotFound, key: "not_found"}
	errUnauthorized   = &problem{status: http.StatusUnauthorized, key: "unauthorized"}
	errWrongToken     = &problem{status: http.StatusUnauthorized, key: "wrong_token"}
	errWrongPassword  = &problem{status: http.StatusUnauthorized, key: "wrong_password"}
	errForbidden      = &problem{status: http.StatusForbidden, key: "forbidden"}
	errTooMany        = &problem{status: http.StatusTooManyRequests, key: "too_many"}
	errForeignHost    = &problem{status: http.StatusMisdirectedRequest, key: "foreign_host"}
	errCrossOrigin    = &problem{status: http.StatusForbidden, key: "cross_origin"}
	errNoPicture      = &problem{status: http.StatusNotFound, key: "no_picture"}
	errBadRequest     = &problem{status: http.StatusBadRequest, key: "bad_request"}
	errBadLimit       = &problem{status: http.StatusBadRequest, key: "bad_limit"}
	errAlreadySent    = &problem{status: http.StatusConflict, key: "already_sent"}
	errNotLearned     = &problem{status: http.StatusNotFound, key: "not_learned"}
	errChangedSince   = &problem{status: http.StatusPreconditionFailed, key: "changed"}
	errChanged        = &problem{status: http.StatusConflict, key: "changed"}
	errNoPortal       = &problem{status: http.StatusNotFound, key: "no_portal"}
	errLargeBundles   = &problem{status: http.StatusRequestEntityTooLarge, key: "large_bundles"}
	errTooManyReaders = &problem{status: http.StatusServiceUnavailable, key: "too_many_readers"}
	errClosing        = &problem{status: http.StatusServiceUnavailable, key: "closing"}
)

// refused finds the words for an export or a change that did not even begin.
func refused(err error) (*problem, bool) {
	if errors.Is(err, draft.ErrAlreadySent) {
		return errAlreadySent, true
	}
	if _, ok := errors.AsType[*draft.VersionError](err); ok {
		return errChanged, true
	}
	if wrong, ok := errors.AsType[*lifecycle.NoteError](err); ok {
		return &problem{http.StatusConflict, "note_changed", wrong.Now}, true
	}
	if wrong, ok := errors.AsType[*attach.RefusedError](err); ok {
		return &problem{status: http.StatusUnprocessableEntity, key: "attach." + wrong.Reason}, true
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &problem{status: http.StatusRequestEntityTooLarge, key: "attach." + attach.TooLarge}, true
	}
	if missing, ok := errors.AsType[*export.MissingError](err); ok {
		return &problem{http.StatusUnprocessableEntity, "lacking", strings.Join(missing.Missing, "; ")}, true
	}
	if blocked, ok := errors.AsType[*gate.BlockedError](err); ok {
		return &problem{http.StatusUnprocessableEntity, "held_back", blocked.Places()}, true
	}
	if wrong, ok := ofTicket(err); ok {
		return wrong, true
	}
	if large, ok := errors.AsType[*export.TooLargeError](err); ok {
		return &problem{http.StatusUnprocessableEntity, "too_large", large.Error()}, true
	}
	return nil, false
}

// ofTicket finds the words for what can't be done about an export or a ticket.
func ofTicket(err error) (*problem, bool) {
	if wrong, ok := errors.AsType[*outbox.NumberError](err); ok {
		return &problem{http.StatusUnprocessableEntity, "no_number", wrong.Number}, true
	}
	if _, ok := errors.AsType[*outbox.StateError](err); ok {
		return &problem{status: http.StatusConflict, key: "other_state"}, true
	}
	if soon, ok := errors.AsType[*outbox.TooSoonError](err); ok {
		return &problem{http.StatusConflict, "too_soon", soon.Allowed.Format("15:04")}, true
	}
	if errors.Is(err, outbox.ErrNothingNew) {
		return &problem{status: http.StatusConflict, key: "nothing_new"}, true
	}
	if refused, ok := errors.AsType[*export.RefusedError](err); ok {
		return &problem{http.StatusBadGateway, "portal_refused", refused.Text}, true
	}
	if errors.Is(err, outbox.ErrNoReceipt) {
		return errNotFound, true
	}
	return nil, false
}
