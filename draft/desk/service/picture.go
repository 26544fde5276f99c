package service

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/desk/door"
)

// PictureView is a picture that passed in a body. Nothing of it is masked, so a page has
// only its address, and who follows that is noted.
type PictureView struct {
	URL    string
	Number int64
	Size   int64
	// Draft is false where the failure makes none, to which it could be attached.
	Draft bool
}

// PicturesOf lists the pictures of one side of a failure that are still in memory.
func (d *Service) PicturesOf(f *capture.Failure, side string) (all []PictureView) {
	for i, data := range d.Pictures(f.ID, side) {
		base := "/failures/" + url.PathEscape(f.ID) + "/pictures/" + side + "/" + strconv.Itoa(i+1)
		all = append(all, PictureView{base, int64(i + 1), int64(len(data)), d.DraftID(f) != ""})
	}
	return all
}

// pictureAt returns the picture that a path names, drawn anew: what the file carried besides
// is gone.
func (d *Service) pictureAt(r *http.Request) (data []byte, mediaType string, err error) {
	// A failure that was erased has no pictures either.
	if _, err := d.FailureOf(r); err != nil {
		return nil, "", err
	}
	number, err := strconv.Atoi(r.PathValue("number"))
	all := d.Pictures(r.PathValue("id"), r.PathValue("side"))
	if err != nil || number < 1 || number > len(all) {
		return nil, "", door.ErrNoPicture
	}
	if data, mediaType, err = attach.Redraw(all[number-1]); err != nil {
		return nil, "", fmt.Errorf("draw a picture of failure %s: %w", r.PathValue("id"), err)
	}
	return data, mediaType, nil
}

// looked notes that the visitor sees a picture.
func (d *Service) looked(r *http.Request) error {
	place := r.PathValue("side") + ".body"
	if err := d.Reveals.Looked(r.Context(), r.PathValue("id"), place, door.VisitorOf(r).Name); err != nil {
		return fmt.Errorf("note who looked at a picture: %w", err)
	}
	return nil
}

// SendPicture shows one, once it is noted who looks.
func (d *Service) SendPicture(w http.ResponseWriter, r *http.Request) error {
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

// AddPicture makes the picture that the path names an attachment of its draft.
func (d *Service) AddPicture(r *http.Request) (draft.Attachment, error) {
	f, err := d.FailureOf(r)
	if err != nil {
		return draft.Attachment{}, err
	}
	id := d.DraftID(f)
	if id == "" {
		return draft.Attachment{}, door.ErrNotFound
	}
	data, _, err := d.pictureAt(r)
	if err != nil {
		return draft.Attachment{}, err
	}
	return d.AddAttachment(r.Context(), id, r.PathValue("side")+"-"+r.PathValue("number"), door.VisitorOf(r).Name, bytes.NewReader(data))
}
