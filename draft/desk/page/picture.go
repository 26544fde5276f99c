package page

import (
	"net/http"
)

// attachPicture puts a picture among the prints of the draft, where it is held back from
// leaving until somebody has looked at it.
func (d *Pages) attachPicture(w http.ResponseWriter, r *http.Request) error {
	a, err := d.AddPicture(r)
	if err != nil {
		return err
	}
	return seeAttachments(w, r, a.DraftID)
}
