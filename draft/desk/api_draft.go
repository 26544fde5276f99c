package desk

import "net/http"

// apiDraft gives one draft, and its version as the ETag.
func (d *desk) apiDraft(w http.ResponseWriter, r *http.Request) error {
	one, err := d.find(r)
	if err != nil {
		return err
	}
	d.answerDraft(w, r, one)
	return nil
}
