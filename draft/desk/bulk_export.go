package desk

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/text"
)

// maxParcels is how many drafts are sent at once: so many previews are remembered.
const maxParcels = previewsKept

// parcelsView is what would leave of several drafts.
type parcelsView struct {
	Portal  string
	Parcels []parcelView
	// Left is how many more drafts were ticked than go at once.
	Left int64
	// Ready is how many of them can be sent.
	Ready int64
}

// parcelView is one of them.
type parcelView struct {
	export.Preview
	Draft draft.Draft
	Text  string
	// Why says why it can't leave from here, empty when it can.
	Why string
}

// parcels shows exactly what would leave of the drafts that are ticked.
func (d *desk) parcels(w http.ResponseWriter, r *http.Request) error {
	portal := r.PathValue("portal")
	if !d.hasPortal(portal) {
		return errNoPortal
	}
	ids := r.URL.Query()["draft"]
	v := parcelsView{Portal: portal, Left: int64(max(0, len(ids)-maxParcels))}
	for _, id := range ids[:min(len(ids), maxParcels)] {
		p, err := d.parcelOf(r, portal, id)
		if err != nil {
			return err
		}
		if p.Why == "" {
			v.Ready++
		}
		v.Parcels = append(v.Parcels, p)
	}
	return d.render(w, r, http.StatusOK, "parcels", view{Title: "parcels.title", Data: v})
}

func (d *desk) parcelOf(r *http.Request, portal, id string) (parcelView, error) {
	one, err := d.Drafts.Draft(r.Context(), id)
	if err != nil {
		return parcelView{}, fmt.Errorf("read the draft: %w", err)
	}
	p, err := d.Exporter.Preview(r.Context(), portal, one)
	if err != nil {
		return parcelView{}, fmt.Errorf("preview the export to %s: %w", portal, err)
	}
	d.previews.keep(p.Digest, one)
	v := parcelView{Preview: p, Draft: one, Text: text.Visible(string(p.Body))}
	switch {
	case d.closed(one, portal):
		v.Why = "parcels.closed"
	case len(p.Missing) > 0:
		v.Why = "parcels.missing"
	case len(p.Findings) > 0:
		v.Why = "parcels.held"
	case p.FormOnly:
		v.Why = "parcels.form"
	}
	return v, nil
}

// closed reports that sending a draft to a portal could make a second ticket.
func (d *desk) closed(one draft.Draft, portal string) bool {
	all := d.portals(one)
	return all[slices.IndexFunc(all, func(v portalView) bool { return v.Name == portal })].Closed
}

// order is one draft of several that are sent, as the preview with the digest showed it.
type order struct {
	ID     string `json:"id"`
	Digest string `json:"digest"`
}

// orderResult is what became of it.
type orderResult struct {
	ID string `json:"id"`
	// Receipt is what came back, nil when nothing was sent.
	Receipt *draft.Receipt `json:"receipt"`
	// Error says why nothing was sent.
	Error string `json:"error,omitempty"`
}

// sendParcels sends those that are ticked below their previews.
func (d *desk) sendParcels(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	var orders []order
	for _, id := range r.PostForm["draft"] {
		orders = append(orders, order{ID: id, Digest: r.PostForm.Get("digest-" + id)})
	}
	portal := r.PathValue("portal")
	if _, err := d.sendAll(r, portal, orders); err != nil {
		return err
	}
	http.Redirect(w, r, "/exports/"+url.PathEscape(portal)+"?"+url.Values{"draft": r.PostForm["draft"]}.Encode(), http.StatusSeeOther)
	return nil
}

// sendAll sends one draft after the other, each only as its preview showed it. What can't
// be done to one of them does not keep the others.
func (d *desk) sendAll(r *http.Request, portal string, orders []order) ([]orderResult, error) {
	if !d.hasPortal(portal) {
		return nil, errNoPortal
	}
	if len(orders) == 0 || len(orders) > maxParcels || slices.ContainsFunc(orders, func(o order) bool { return o.Digest == "" }) {
		return nil, errBadRequest
	}
	var results []orderResult
	for _, o := range orders {
		receipt, err := d.sendOne(r, portal, o)
		result := orderResult{ID: o.ID}
		if receipt.ID != "" {
			result.Receipt = &receipt
		}
		if err != nil {
			p := d.explain(r, err)
			result.Error = d.sentence(r, p)
		}
		results = append(results, result)
		d.tell(o.ID)
	}
	return results, nil
}

func (d *desk) sendOne(r *http.Request, portal string, o order) (draft.Receipt, error) {
	now, err := d.Drafts.Draft(r.Context(), o.ID)
	if err != nil {
		return draft.Receipt{}, fmt.Errorf("read the draft: %w", err)
	}
	one, err := d.asShown(r, now, portal, o.Digest)
	if err != nil {
		return draft.Receipt{}, err
	}
	return d.export(r.Context(), portal, one, visitorOf(r).Name)
}

// sentView is what became of several drafts at a portal.
type sentView struct {
	Portal string
	Drafts []sentDraft
}

type sentDraft struct {
	draft.Draft
	// Receipt is the latest from the portal, nil when nothing was sent there.
	Receipt *draft.Receipt
	Link    string
}

// sentParcels shows the receipts of drafts, as they are now.
func (d *desk) sentParcels(w http.ResponseWriter, r *http.Request) error {
	v := sentView{Portal: r.PathValue("portal")}
	ids := r.URL.Query()["draft"]
	if !d.hasPortal(v.Portal) {
		return errNoPortal
	}
	for _, id := range ids[:min(len(ids), maxParcels)] {
		one, err := d.Drafts.Draft(r.Context(), id)
		if err != nil {
			return fmt.Errorf("read the draft: %w", err)
		}
		sent := sentDraft{Draft: one}
		for _, p := range d.portals(one) {
			if p.Name == v.Portal && p.Receipt != nil {
				sent.Receipt, sent.Link = p.Receipt, webLink(p.Receipt.URL)
			}
		}
		v.Drafts = append(v.Drafts, sent)
	}
	return d.render(w, r, http.StatusOK, "parcels-sent", view{Title: "parcels.sent", Data: v})
}

// apiSendParcels sends several drafts, and says what became of each.
func (d *desk) apiSendParcels(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Drafts []order `json:"drafts"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	results, err := d.sendAll(r, r.PathValue("portal"), body.Drafts)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		Results []orderResult `json:"results"`
	}{results})
	return nil
}

// maxArchive is how many bytes the bundles of several drafts may have together: a draft
// alone may have attachments of 300 MB, and the archive is made in memory, so that one
// that must not leave can keep all of them.
const maxArchive = 512 << 20

// bundles hands over the archives of several drafts in one. One that must not leave
// keeps all of them: nobody would look for what is missing.
func (d *desk) bundles(w http.ResponseWriter, r *http.Request) error {
	ids := r.URL.Query()["draft"]
	if len(ids) == 0 || len(ids) > maxBulk {
		return errBadRequest
	}
	whole, err := d.archive(r.Context(), slices.Compact(slices.Sorted(slices.Values(ids))), maxArchive)
	if err != nil {
		return err
	}
	return sendFile(w, "flagrante-"+d.Now().In(d.Zone).Format("20060102-1504")+".zip", "application/zip", whole)
}

// archive packs the bundles of drafts, which may have so many bytes together.
func (d *desk) archive(ctx context.Context, ids []string, most int) ([]byte, error) {
	var whole bytes.Buffer
	archive := zip.NewWriter(&whole)
	for _, id := range ids {
		one, err := d.Drafts.Draft(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("read the draft: %w", err)
		}
		// Each is packed already.
		part, err := archive.CreateHeader(&zip.FileHeader{Name: "flagrante-" + one.ID + ".zip", Method: zip.Store, Modified: d.Now()})
		if err = errors.Join(err, d.Bundle(ctx, part, one), archive.Flush()); err != nil {
			return nil, fmt.Errorf("write the bundle of %s: %w", one.ID, err)
		}
		if whole.Len() > most {
			return nil, errLargeBundles
		}
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("write the bundles: %w", err)
	}
	return whole.Bytes(), nil
}
