package api

import (
	"net/http"

	"flagrante/draft/desk/service"
)

// sendParcels sends several drafts, and says what became of each.
func (d *API) sendParcels(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Drafts []service.Order `json:"drafts"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	results, err := d.SendAll(r, r.PathValue("portal"), body.Drafts)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Results []service.OrderResult `json:"results"`
	}{results})
	return nil
}
