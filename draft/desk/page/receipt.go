package page

import (
	"net/http"
	"net/url"
	"slices"

	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/outbox"
	"flagrante/draft/words"
)

// receiptView is the data of a receipt.
type receiptView struct {
	draft.Receipt
	Title string
	// Link is the ticket's address for people, empty when it is none.
	Link string
	// Phone says, for what is critical, whom to phone next and with which number; it is
	// empty once somebody has.
	Phone string
	// Offer is the comment that could be written, nil when there is none.
	Offer *outbox.Offer
	// Settle says that a person can say what is there, Cancel that it waits, and Refresh
	// that the portal can be asked for the state.
	Settle, Cancel, Refresh bool
	// Again is the link to try once more, empty when that could make a second
	// ticket.
	Again string
}

// receipt shows what came back from a portal.
func (d *Pages) receipt(w http.ResponseWriter, r *http.Request) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(one.Receipts, func(receipt draft.Receipt) bool { return receipt.ID == r.PathValue("receipt") })
	if i < 0 {
		return door.ErrNotFound
	}
	return d.showReceipt(w, r, one, one.Receipts[i])
}

func (d *Pages) showReceipt(w http.ResponseWriter, r *http.Request, one draft.Draft, receipt draft.Receipt) error {
	v := receiptView{
		Receipt: receipt, Title: one.Title, Link: webLink(receipt.URL),
		Settle:  receipt.State == draft.ReceiptUnknown || receipt.State == draft.ReceiptSent && receipt.Ticket == "",
		Cancel:  receipt.State == draft.ReceiptSending && !receipt.RetryAt.IsZero(),
		Refresh: (receipt.State == draft.ReceiptSent || receipt.State == draft.ReceiptGone) && receipt.Ticket != "",
	}
	if one.OnCall.Required && !one.OnCall.Done && receipt.State == draft.ReceiptSent && receipt.Ticket != "" {
		v.Phone = words.Text(d.LangOf(r), "portal.oncall", map[string]string{"ticket": receipt.Ticket, "phone": one.OnCall.Phone})
	}
	if v.Refresh {
		// What can't be offered is no reason to show no receipt.
		if offer, err := d.Tickets.OfferOf(r.Context(), receipt.ID); err == nil {
			v.Offer = &offer
		}
	}
	if (v.State == draft.ReceiptFailed || v.State == draft.ReceiptGone) && slices.Contains(d.Exporter.Portals(), v.Portal) {
		v.Again = "/drafts/" + url.PathEscape(one.ID) + "/export/" + url.PathEscape(v.Portal)
	}
	return d.render(w, r, http.StatusOK, "receipt", view{Title: "receipt.title", Data: v})
}

// webLink returns a link that is safe to click: a portal's answer is no more
// trusted than a vendor's.
func webLink(link string) string {
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}
