package api

import (
	"net/http"

	"flagrante/draft/desk/service"
)

// attachPicture is the same for the API.
func (d *API) attachPicture(w http.ResponseWriter, r *http.Request) error {
	a, err := d.AddPicture(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusCreated, a)
	return nil
}

// pictures lists the pictures of a failure that are still in memory.
func (d *API) pictures(w http.ResponseWriter, r *http.Request) error {
	f, err := d.FailureOf(r)
	if err != nil {
		return err
	}
	type one struct {
		Side   string `json:"side"`
		Number int64  `json:"number"`
		Size   int64  `json:"size"`
	}
	list := []one{}
	for _, side := range []string{service.SideRequest, service.SideResponse} {
		for _, p := range d.PicturesOf(f, side) {
			list = append(list, one{side, p.Number, p.Size})
		}
	}
	writeJSON(w, http.StatusOK, struct {
		Pictures []one `json:"pictures"`
	}{list})
	return nil
}
