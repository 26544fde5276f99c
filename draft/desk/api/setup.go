package api

import (
	"fmt"
	"net/http"

	"flagrante/draft/desk/service"
)

// checkPortal tests a portal.
func (d *API) checkPortal(w http.ResponseWriter, r *http.Request) error {
	check, err := d.PortalCheck(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, check)
	return nil
}

// portals lists where drafts can be sent.
func (d *API) portals(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, struct {
		Portals []string `json:"portals"`
	}{append([]string{}, d.Exporter.Portals()...)})
	return nil
}

// storage says what is kept.
func (d *API) storage(w http.ResponseWriter, r *http.Request) error {
	s, err := d.Workings.Storage(r.Context())
	if err != nil {
		return fmt.Errorf("look at the storage: %w", err)
	}
	writeJSON(w, http.StatusOK, s)
	return nil
}

// tryRules judges calls; nothing of them is stored.
func (d *API) tryRules(w http.ResponseWriter, r *http.Request) error {
	var body service.TryBody
	if err := readJSON(r, &body); err != nil {
		return err
	}
	try, err := d.JudgeText(r, body.Text)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, try)
	return nil
}

// tryMasks masks a text; nothing of it is stored.
func (d *API) tryMasks(w http.ResponseWriter, r *http.Request) error {
	var body service.TryBody
	if err := readJSON(r, &body); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, d.MaskText(body))
	return nil
}
