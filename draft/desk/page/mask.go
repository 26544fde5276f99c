package page

import (
	"net/http"
	"net/url"
	"strings"

	"flagrante/capture/redact/detect"
	"flagrante/capture/store"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
)

// maskedView is the data of the page of what is masked by hand.
type maskedView struct {
	Masks []store.Masked
	Audit []store.Audit
}

// auditRows is how many rows of the audit the page shows.
const auditRows = 100

// masked lists what is masked by hand, and who did what with masks.
func (d *Pages) masked(w http.ResponseWriter, r *http.Request) error {
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
func (d *Pages) mask(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	id := r.PostForm.Get("draft")
	by := service.MaskBy{Kind: service.KindOf(r.PostForm.Get("kind")), Actor: door.Actor(r, ""), DraftID: id}
	if _, err := d.Masks.Mask(r.Context(), r.PostForm.Get("value"), by); err != nil {
		return service.Explained(err)
	}
	d.Tell(id)
	target := "/masked"
	if id != "" {
		target = "/drafts/" + url.PathEscape(id) + "#masked"
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}

// unmask revokes a mask, from its row on the page.
func (d *Pages) unmask(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	if err := d.Masks.Unmask(r.Context(), r.PostForm.Get("id"), door.Actor(r, "")); err != nil {
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
