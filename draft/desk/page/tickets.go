package page

import (
	"net/http"
	"net/url"
	"strings"

	"flagrante/draft/desk/door"
)

// act answers a button of a receipt's page with the page as it is then.
func (d *Pages) act(w http.ResponseWriter, r *http.Request) error {
	one, receipt, err := d.Do(r, d.Deeds(ticketOfForm))
	if err != nil {
		return err
	}
	http.Redirect(w, r, receiptPath(one.ID, receipt.ID), http.StatusSeeOther)
	return nil
}

func receiptPath(draftID, receipt string) string {
	return "/drafts/" + url.PathEscape(draftID) + "/receipts/" + url.PathEscape(receipt)
}

// ticketOfForm reads the number that a person found, empty where there is none; which
// of the two has to be said.
func ticketOfForm(r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", door.ErrBadRequest
	}
	number, none := strings.TrimSpace(r.PostForm.Get("ticket")), r.PostForm.Get("none") != ""
	if none == (number != "") {
		return "", door.ErrBadRequest
	}
	return number, nil
}

// link notes that a portal has a ticket for a draft already.
func (d *Pages) link(w http.ResponseWriter, r *http.Request) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	receipt, err := d.Linked(r, one.ID, r.PostForm.Get("portal"), strings.TrimSpace(r.PostForm.Get("ticket")))
	if err != nil {
		return err
	}
	http.Redirect(w, r, receiptPath(one.ID, receipt.ID), http.StatusSeeOther)
	return nil
}
