package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"flagrante/capture/redact/detect"
	"flagrante/capture/store"
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

// explained finds the words for such an error.
func explained(err error) error {
	if wrong, ok := errors.AsType[*MaskError](err); ok {
		return &problem{status: http.StatusUnprocessableEntity, key: "mask." + wrong.Reason}
	}
	return err
}

// maskedView is the data of the page of what is masked by hand.
type maskedView struct {
	Masks []store.Masked
	Audit []store.Audit
}

// auditRows is how many rows of the audit the page shows.
const auditRows = 100

// masked lists what is masked by hand, and who did what with masks.
func (d *desk) masked(w http.ResponseWriter, r *http.Request) error {
	masks, err := d.Masks.Masked(r.Context())
	if err != nil {
		return err
	}
	rows, err := d.Reveals.Audited(r.Context(), auditRows)
	if err != nil {
		return err
	}
	return d.render(w, r, http.StatusOK, "masked", view{Title: "masked.title", Data: maskedView{masks, rows}})
}

// mask takes the form of a page: it works without scripts.
func (d *desk) mask(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	id := r.PostForm.Get("draft")
	by := MaskBy{Kind: kindOf(r.PostForm.Get("kind")), Actor: actor(r, ""), DraftID: id}
	if _, err := d.Masks.Mask(r.Context(), r.PostForm.Get("value"), by); err != nil {
		return explained(err)
	}
	d.tell(id)
	target := "/masked"
	if id != "" {
		target = "/drafts/" + url.PathEscape(id) + "#masked"
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}

// kindOf is what a value is masked as when nobody says.
func kindOf(asked string) string {
	if asked == "" {
		return "secret"
	}
	return asked
}

// unmask revokes a mask, from its row on the page.
func (d *desk) unmask(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	if err := d.Masks.Unmask(r.Context(), r.PostForm.Get("id"), actor(r, "")); err != nil {
		return err
	}
	http.Redirect(w, r, "/masked", http.StatusSeeOther)
	return nil
}

// personal lists the kinds of personal data, with spaces between them: what may be
// revealed.
func personal() string {
	var all []string
	for _, kind := range detect.Personal() {
		all = append(all, string(kind))
	}
	return strings.Join(all, " ")
}

// kinds are what a person is offered to call a value; others can be written.
func kinds() []string {
	return []string{"secret", "password", "token", "name", "document", "account", "email", "phone", "address"}
}
