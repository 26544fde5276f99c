package page

import (
	"errors"
	"net/http"
	"net/url"

	"flagrante/draft/desk/door"
)

// send sends what the preview showed. When that is no longer known, and the draft
// has changed, it shows the new preview instead of sending something unseen.
func (d *Pages) send(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	now, portal, err := d.Parcel(r)
	if err != nil {
		return err
	}
	one, err := d.AsShown(r, now, portal, r.PostForm.Get("digest"))
	if errors.Is(err, door.ErrChanged) {
		return d.showPreview(w, r, http.StatusConflict, portal, now, true)
	}
	if err != nil {
		return err
	}
	receipt, err := d.Export(r.Context(), portal, one, door.VisitorOf(r).Name)
	if err != nil && receipt.ID == "" {
		return err
	}
	if err != nil {
		// Its end could not be recorded, so this page is the only one that knows it.
		d.Report(r, err)
		return d.showReceipt(w, r, one, receipt)
	}
	http.Redirect(w, r, "/drafts/"+url.PathEscape(one.ID)+"/receipts/"+url.PathEscape(receipt.ID), http.StatusSeeOther)
	return nil
}
