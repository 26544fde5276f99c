package api

import (
	"net/http"

	"flagrante/draft/desk/door"
)

// act is the same for the API, and gives the receipt.
func (d *API) act(w http.ResponseWriter, r *http.Request) error {
	_, receipt, err := d.Do(r, d.Deeds(ticketOfJSON))
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, receipt)
	return nil
}

// ticketOfJSON reads {"ticket": "…"} or {"none": true}.
func ticketOfJSON(r *http.Request) (string, error) {
	var word struct {
		Ticket string `json:"ticket"`
		None   bool   `json:"none"`
	}
	if err := readJSON(r, &word); err != nil {
		return "", err
	}
	if word.None == (word.Ticket != "") {
		return "", door.ErrBadRequest
	}
	return word.Ticket, nil
}

// link is the same for the API, and gives the receipt.
func (d *API) link(w http.ResponseWriter, r *http.Request) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	var word struct {
		Ticket string `json:"ticket"`
	}
	if err := readJSON(r, &word); err != nil {
		return err
	}
	receipt, err := d.Linked(r, one.ID, r.PathValue("portal"), word.Ticket)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, receipt)
	return nil
}
