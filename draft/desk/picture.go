package desk

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/attach"
)

// pictureView is a picture that passed in a body. Nothing of it is masked, so a page has
// only its address, and who follows that is noted.
type pictureView struct {
	URL    string
	Number int64
	Size   int64
	// Draft is false where the failure makes none, to which it could be attached.
	Draft bool
}

// picturesOf lists the pictures of one side of a failure that are still in memory.
func (d *desk) picturesOf(f *capture.Failure, side string) (all []pictureView) {
	for i, data := range d.Pictures(f.ID, side) {
		base := "/failures/" + url.PathEscape(f.ID) + "/pictures/" + side + "/" + strconv.Itoa(i+1)
		all = append(all, pictureView{base, int64(i + 1), int64(len(data)), d.DraftID(f) != ""})
	}
	return all
}

// pictureAt returns the picture that a path names, drawn anew: what the file carried besides
// is gone.
func (d *desk) pictureAt(r *http.Request) (data []byte, mediaType string, err error) {
	// A failure that was erased has no pictures either.
	if _, err := d.failureOf(r); err != nil {
		return nil, "", err
	}
	number, err := strconv.Atoi(r.PathValue("number"))
	all := d.Pictures(r.PathValue("id"), r.PathValue("side"))
	if err != nil || number < 1 || number > len(all) {
		return nil, "", errNoPicture
	}
	if data, mediaType, err = attach.Redraw(all[number-1]); err != nil {
		return nil, "", fmt.Errorf("draw a picture of failure %s: %w", r.PathValue("id"), err)
	}
	return data, mediaType, nil
}

// looked notes that the visitor sees a picture.
func (d *desk) looked(r *http.Request) error {
	place := r.PathValue("side") + ".body"
	if err := d.Reveals.Looked(r.Context(), r.PathValue("id"), place, visitorOf(r).Name); err != nil {
		return fmt.Errorf("note who looked at a picture: %w", err)
	}
	return nil
}

// picture shows one, once it is noted who looks.
func (d *desk) picture(w http.ResponseWriter, r *http.Request) error {
	data, mediaType, err := d.pictureAt(r)
	if err != nil {
		return err
	}
	if err := d.looked(r); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", "inline")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(data)))
	// A failing write means that the reader is gone.
	_, _ = w.Write(data)
	return nil
}

// attachPicture puts a picture among the prints of the draft, where it is held back from
// leaving until somebody has looked at it.
func (d *desk) attachPicture(w http.ResponseWriter, r *http.Request) error {
	a, err := d.addPicture(r)
	if err != nil {
		return err
	}
	return seeAttachments(w, r, a.DraftID)
}

// apiAttachPicture is the same for the API.
func (d *desk) apiAttachPicture(w http.ResponseWriter, r *http.Request) error {
	a, err := d.addPicture(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusCreated, a)
	return nil
}

func (d *desk) addPicture(r *http.Request) (draft.Attachment, error) {
	f, err := d.failureOf(r)
	if err != nil {
		return draft.Attachment{}, err
	}
	id := d.DraftID(f)
	if id == "" {
		return draft.Attachment{}, errNotFound
	}
	data, _, err := d.pictureAt(r)
	if err != nil {
		return draft.Attachment{}, err
	}
	return d.add(r.Context(), id, r.PathValue("side")+"-"+r.PathValue("number"), visitorOf(r).Name, bytes.NewReader(data))
}

// apiPictures lists the pictures of a failure that are still in memory.
func (d *desk) apiPictures(w http.ResponseWriter, r *http.Request) error {
	f, err := d.failureOf(r)
	if err != nil {
		return err
	}
	type one struct {
		Side   string `json:"side"`
		Number int64  `json:"number"`
		Size   int64  `json:"size"`
	}
	list := []one{}
	for _, side := range []string{sideRequest, sideResponse} {
		for _, p := range d.picturesOf(f, side) {
			list = append(list, one{side, p.Number, p.Size})
		}
	}
	writeJSON(w, http.StatusOK, struct {
		Pictures []one `json:"pictures"`
	}{list})
	return nil
}
