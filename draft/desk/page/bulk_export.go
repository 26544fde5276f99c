package page

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/export"
	"flagrante/draft/text"
)

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
func (d *Pages) parcels(w http.ResponseWriter, r *http.Request) error {
	portal := r.PathValue("portal")
	if !d.HasPortal(portal) {
		return door.ErrNoPortal
	}
	ids := r.URL.Query()["draft"]
	v := parcelsView{Portal: portal, Left: int64(max(0, len(ids)-service.MaxParcels))}
	for _, id := range ids[:min(len(ids), service.MaxParcels)] {
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

func (d *Pages) parcelOf(r *http.Request, portal, id string) (parcelView, error) {
	one, err := d.Drafts.Draft(r.Context(), id)
	if err != nil {
		return parcelView{}, fmt.Errorf("read the draft: %w", err)
	}
	p, err := d.Exporter.Preview(r.Context(), portal, one)
	if err != nil {
		return parcelView{}, fmt.Errorf("preview the export to %s: %w", portal, err)
	}
	d.Previews.Keep(p.Digest, one)
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
func (d *Pages) closed(one draft.Draft, portal string) bool {
	all := d.portals(one)
	return all[slices.IndexFunc(all, func(v portalView) bool { return v.Name == portal })].Closed
}

// sendParcels sends those that are ticked below their previews.
func (d *Pages) sendParcels(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	var orders []service.Order
	for _, id := range r.PostForm["draft"] {
		orders = append(orders, service.Order{ID: id, Digest: r.PostForm.Get("digest-" + id)})
	}
	portal := r.PathValue("portal")
	if _, err := d.SendAll(r, portal, orders); err != nil {
		return err
	}
	http.Redirect(w, r, "/exports/"+url.PathEscape(portal)+"?"+url.Values{"draft": r.PostForm["draft"]}.Encode(), http.StatusSeeOther)
	return nil
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
func (d *Pages) sentParcels(w http.ResponseWriter, r *http.Request) error {
	v := sentView{Portal: r.PathValue("portal")}
	ids := r.URL.Query()["draft"]
	if !d.HasPortal(v.Portal) {
		return door.ErrNoPortal
	}
	for _, id := range ids[:min(len(ids), service.MaxParcels)] {
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
