package desk

import "net/http"

// apiExport sends a draft as it is now, and gives the receipt. Its state tells
// what became of it: the status only says that the portal was asked.
func (d *desk) apiExport(w http.ResponseWriter, r *http.Request) error {
	one, portal, err := d.parcel(r)
	if err != nil {
		return err
	}
	receipt, err := d.export(r.Context(), portal, one, visitorOf(r).Name)
	if err != nil && receipt.ID == "" {
		return err
	}
	if err != nil {
		d.report(r, err)
	}
	writeJSON(w, http.StatusOK, receipt)
	return nil
}
