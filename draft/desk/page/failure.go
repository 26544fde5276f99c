package page

import (
	"net/http"
)

// failureView is the data of one failure's page.
type failureView struct {
	evidenceView
	// DraftID names the draft that it belongs to, empty when it makes none.
	DraftID string
	// Mine is a note that was not stored, for somebody else was faster; nil without one.
	Mine *mineView
}

// failure shows one failure whole.
func (d *Pages) failure(w http.ResponseWriter, r *http.Request) error {
	return d.showFailure(w, r, http.StatusOK, nil)
}

func (d *Pages) showFailure(w http.ResponseWriter, r *http.Request, status int, mine *mineView) error {
	f, err := d.FailureOf(r)
	if err != nil {
		return err
	}
	v := failureView{d.viewOf(r, "failure.title", f), d.DraftID(f), mine}
	v.Open = true
	return d.render(w, r, status, "failure", view{Title: f.Endpoint, Data: v})
}
