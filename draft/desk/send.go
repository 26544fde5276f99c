package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"flagrante/draft"
)

// exportTime bounds an export that no reader waits for any more.
const exportTime = 2 * time.Minute

// send sends what the preview showed. When that is no longer known, and the draft
// has changed, it shows the new preview instead of sending something unseen.
func (d *desk) send(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	now, portal, err := d.parcel(r)
	if err != nil {
		return err
	}
	one, err := d.asShown(r, now, portal, r.PostForm.Get("digest"))
	if errors.Is(err, errChanged) {
		return d.showPreview(w, r, http.StatusConflict, portal, now, true)
	}
	if err != nil {
		return err
	}
	receipt, err := d.export(r.Context(), portal, one, visitorOf(r).Name)
	if err != nil && receipt.ID == "" {
		return err
	}
	if err != nil {
		// Its end could not be recorded, so this page is the only one that knows it.
		d.report(r, err)
		return d.showReceipt(w, r, one, receipt)
	}
	http.Redirect(w, r, "/drafts/"+url.PathEscape(one.ID)+"/receipts/"+url.PathEscape(receipt.ID), http.StatusSeeOther)
	return nil
}

// export sends a draft. It goes on when the reader leaves the page: a create that
// is broken off in the middle leaves nobody knowing whether there is a ticket.
// With an error there is still a receipt when something was sent.
func (d *desk) export(ctx context.Context, portal string, one draft.Draft, who string) (draft.Receipt, error) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), exportTime)
	defer stop()
	receipt, err := d.Exporter.Export(ctx, portal, one, who)
	if err != nil {
		return receipt, fmt.Errorf("export to %s: %w", portal, err)
	}
	return receipt, nil
}
