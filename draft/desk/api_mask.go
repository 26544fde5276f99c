package desk

import (
	"net/http"

	"flagrante/capture/store"
	"flagrante/draft/text"
)

// maskBody asks for a value to be masked. The answer never repeats it.
type maskBody struct {
	Value string `json:"value"`
	Kind  string `json:"kind"`
	Draft string `json:"draft"`
	Actor string `json:"actor"`
}

// apiMask masks a value by hand.
func (d *desk) apiMask(w http.ResponseWriter, r *http.Request) error {
	var b maskBody
	if err := readJSON(r, &b); err != nil {
		return err
	}
	m, err := d.Masks.Mask(r.Context(), b.Value, MaskBy{Kind: kindOf(b.Kind), Actor: actor(r, b.Actor), DraftID: b.Draft})
	if err != nil {
		return explained(err)
	}
	d.tell(b.Draft)
	writeJSON(w, http.StatusCreated, m)
	return nil
}

// apiMasks lists what is masked by hand.
func (d *desk) apiMasks(w http.ResponseWriter, r *http.Request) error {
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

// apiUnmask revokes one.
func (d *desk) apiUnmask(w http.ResponseWriter, r *http.Request) error {
	if err := d.Masks.Unmask(r.Context(), r.PathValue("id"), actor(r, r.URL.Query().Get("actor"))); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// apiMaskedOf reports what was masked in a draft.
func (d *desk) apiMaskedOf(w http.ResponseWriter, r *http.Request) error {
	one, err := d.find(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Masked []text.MaskedKind `json:"masked"`
	}{text.Masked(one, d.lang(r))})
	return nil
}
