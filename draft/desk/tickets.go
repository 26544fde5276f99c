package desk

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"flagrante/draft"
	"flagrante/draft/outbox"
)

// Exports are what is to be done about exports whose end is not known, or that wait.
type Exports interface {
	// Settle takes a person's word: the ticket that there is, or, where it is empty, that
	// there is none.
	Settle(ctx context.Context, receipt, who, ticket string) (draft.Receipt, error)
	Cancel(ctx context.Context, receipt, who string) (draft.Receipt, error)
	// Link notes a ticket that the portal has already.
	Link(ctx context.Context, portal, draftID, ticket, who string) (draft.Receipt, error)
}

// Tickets are asked and written to once they are there.
type Tickets interface {
	Refresh(ctx context.Context, receipt string) (draft.Receipt, error)
	OfferOf(ctx context.Context, receipt string) (outbox.Offer, error)
	Comment(ctx context.Context, receipt, who string) (draft.Receipt, error)
}

// deed is what a button of a receipt does.
type deed func(ctx context.Context, r *http.Request, receipt draft.Receipt) (draft.Receipt, error)

// deeds are the buttons by the last part of their addresses. The value of a ticket is
// read from the form, or from the JSON of the API.
func (d *desk) deeds(ticket func(*http.Request) (string, error)) map[string]deed {
	return map[string]deed{
		"settle": func(ctx context.Context, r *http.Request, receipt draft.Receipt) (draft.Receipt, error) {
			number, err := ticket(r)
			if err != nil {
				return receipt, err
			}
			return d.Exports.Settle(ctx, receipt.ID, visitorOf(r).Name, number)
		},
		"cancel": func(ctx context.Context, r *http.Request, receipt draft.Receipt) (draft.Receipt, error) {
			return d.Exports.Cancel(ctx, receipt.ID, visitorOf(r).Name)
		},
		"refresh": func(ctx context.Context, _ *http.Request, receipt draft.Receipt) (draft.Receipt, error) {
			return d.Tickets.Refresh(ctx, receipt.ID)
		},
		"comment": func(ctx context.Context, r *http.Request, receipt draft.Receipt) (draft.Receipt, error) {
			return d.Tickets.Comment(ctx, receipt.ID, visitorOf(r).Name)
		},
	}
}

// do does what a button of a receipt says. It goes on when the reader leaves.
func (d *desk) do(r *http.Request, deeds map[string]deed) (draft.Draft, draft.Receipt, error) {
	one, err := d.find(r)
	if err != nil {
		return one, draft.Receipt{}, err
	}
	act, known := deeds[r.PathValue("deed")]
	i := slices.IndexFunc(one.Receipts, func(receipt draft.Receipt) bool { return receipt.ID == r.PathValue("receipt") })
	if i < 0 || !known {
		return one, draft.Receipt{}, errNotFound
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(r.Context()), exportTime)
	defer stop()
	receipt, err := act(ctx, r, one.Receipts[i])
	if err != nil {
		return one, receipt, fmt.Errorf("%s the receipt %s: %w", r.PathValue("deed"), one.Receipts[i].ID, err)
	}
	return one, receipt, nil
}

// act answers a button of a receipt's page with the page as it is then.
func (d *desk) act(w http.ResponseWriter, r *http.Request) error {
	one, receipt, err := d.do(r, d.deeds(ticketOfForm))
	if err != nil {
		return err
	}
	http.Redirect(w, r, receiptPath(one.ID, receipt.ID), http.StatusSeeOther)
	return nil
}

func receiptPath(draftID, receipt string) string {
	return "/drafts/" + url.PathEscape(draftID) + "/receipts/" + url.PathEscape(receipt)
}

// ticketOfForm reads the number that a person found, empty where there is none; which
// of the two has to be said.
func ticketOfForm(r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", errBadRequest
	}
	number, none := strings.TrimSpace(r.PostForm.Get("ticket")), r.PostForm.Get("none") != ""
	if none == (number != "") {
		return "", errBadRequest
	}
	return number, nil
}

// apiAct is the same for the API, and gives the receipt.
func (d *desk) apiAct(w http.ResponseWriter, r *http.Request) error {
	_, receipt, err := d.do(r, d.deeds(ticketOfJSON))
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, receipt)
	return nil
}

// ticketOfJSON reads {"ticket": "…"} or {"none": true}.
func ticketOfJSON(r *http.Request) (string, error) {
	var word struct {
		Ticket string `json:"ticket"`
		None   bool   `json:"none"`
	}
	if err := readJSON(r, &word); err != nil {
		return "", err
	}
	if word.None == (word.Ticket != "") {
		return "", errBadRequest
	}
	return word.Ticket, nil
}

// link notes that a portal has a ticket for a draft already.
func (d *desk) link(w http.ResponseWriter, r *http.Request) error {
	one, err := d.find(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	receipt, err := d.linked(r, one.ID, r.PostForm.Get("portal"), strings.TrimSpace(r.PostForm.Get("ticket")))
	if err != nil {
		return err
	}
	http.Redirect(w, r, receiptPath(one.ID, receipt.ID), http.StatusSeeOther)
	return nil
}

// apiLink is the same for the API, and gives the receipt.
func (d *desk) apiLink(w http.ResponseWriter, r *http.Request) error {
	one, err := d.find(r)
	if err != nil {
		return err
	}
	var word struct {
		Ticket string `json:"ticket"`
	}
	if err := readJSON(r, &word); err != nil {
		return err
	}
	receipt, err := d.linked(r, one.ID, r.PathValue("portal"), word.Ticket)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, receipt)
	return nil
}

func (d *desk) linked(r *http.Request, draftID, portal, ticket string) (draft.Receipt, error) {
	if !slices.Contains(d.Exporter.Portals(), portal) {
		return draft.Receipt{}, errNoPortal
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(r.Context()), exportTime)
	defer stop()
	receipt, err := d.Exports.Link(ctx, portal, draftID, ticket, visitorOf(r).Name)
	if err != nil {
		return receipt, fmt.Errorf("link the draft to a ticket of %s: %w", portal, err)
	}
	return receipt, nil
}
