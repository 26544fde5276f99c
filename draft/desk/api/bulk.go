package api

import (
	"net/http"
	"time"

	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
)

// bulkBody is a change of several drafts in the API.
type bulkBody struct {
	who
	Drafts []string    `json:"drafts"`
	State  draft.State `json:"state"`
	Until  time.Time   `json:"until"`
	Add    []string    `json:"add"`
	Remove []string    `json:"remove"`
}

// bulk changes several drafts, and says what became of each.
func (d *API) bulk(w http.ResponseWriter, r *http.Request) error {
	var body bulkBody
	if err := readJSON(r, &body); err != nil {
		return err
	}
	if len(body.Drafts) == 0 || len(body.Drafts) > service.MaxBulk || body.State == "" && len(body.Add)+len(body.Remove) == 0 {
		return door.ErrBadRequest
	}
	c := draft.Change{Actor: door.Actor(r, body.Actor), At: d.Now()}
	results, err := d.ChangeAll(r.Context(), r, body.Drafts, c, service.BulkChange{Move: draft.Move{State: body.State, Until: body.Until}, Add: body.Add, Remove: body.Remove})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Results []service.BulkResult `json:"results"`
	}{results})
	return nil
}
