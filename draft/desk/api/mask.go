package api

import (
	"net/http"

	"flagrante/capture/store"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/text"
)

// maskBody asks for a value to be masked. The answer never repeats it.
type maskBody struct {
	Value string `json:"value"`
	Kind  string `json:"kind"`
	Draft string `json:"draft"`
	Actor string `json:"actor"`
}

// mask masks a value by hand.
func (d *API) mask(w http.ResponseWriter, r *http.Request) error {
	var b maskBody
	if err := readJSON(r, &b); err != nil {
		return err
	}
	m, err := d.Masks.Mask(r.Context(), b.Value, service.MaskBy{Kind: service.KindOf(b.Kind), Actor: door.Actor(r, b.Actor), DraftID: b.Draft})
	if err != nil {
		return service.Explained(err)
	}
	d.Tell(b.Draft)
	writeJSON(w, http.StatusCreated, m)
	return nil
}

// masks lists what is masked by hand.
func (d *API) masks(w http.ResponseWriter, r *http.Request) error {
	masks, err := d.Masks.Masked(r.Context())
	if err != nil {
		return err
	}
	if masks == nil {
		masks = []store.Masked{}
	}
	writeJSON(w, http.StatusOK, struct {
		Masks []store.Masked `json:"masks"`
	}{masks})
	return nil
}

// unmask revokes one.
func (d *API) unmask(w http.ResponseWriter, r *http.Request) error {
	if err := d.Masks.Unmask(r.Context(), r.PathValue("id"), door.Actor(r, r.URL.Query().Get("actor"))); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// maskedOf reports what was masked in a draft.
func (d *API) maskedOf(w http.ResponseWriter, r *http.Request) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Masked []text.MaskedKind `json:"masked"`
	}{text.Masked(one, d.LangOf(r))})
	return nil
}
