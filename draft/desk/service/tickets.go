package service

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"flagrante/draft"
	"flagrante/draft/desk/door"
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

// Deed is what a button of a receipt does.
type Deed func(ctx context.Context, r *http.Request, receipt draft.Receipt) (draft.Receipt, error)

// Deeds are the buttons by the last part of their addresses. The value of a ticket is
// read from the form, or from the JSON of the API.
func (d *Service) Deeds(ticket func(*http.Request) (string, error)) map[string]Deed {
	return map[string]Deed{
		"settle": func(ctx context.Context, r *http.Request, receipt draft.Receipt) (draft.Receipt, error) {
			number, err := ticket(r)
			if err != nil {
				return receipt, err
			}
			return d.Exports.Settle(ctx, receipt.ID, door.VisitorOf(r).Name, number)
		},
		"cancel": func(ctx context.Context, r *http.Request, receipt draft.Receipt) (draft.Receipt, error) {
			return d.Exports.Cancel(ctx, receipt.ID, door.VisitorOf(r).Name)
		},
		"refresh": func(ctx context.Context, _ *http.Request, receipt draft.Receipt) (draft.Receipt, error) {
			return d.Tickets.Refresh(ctx, receipt.ID)
		},
		"comment": func(ctx context.Context, r *http.Request, receipt draft.Receipt) (draft.Receipt, error) {
			return d.Tickets.Comment(ctx, receipt.ID, door.VisitorOf(r).Name)
		},
	}
}

// Do does what a button of a receipt says. It goes on when the reader leaves.
func (d *Service) Do(r *http.Request, deeds map[string]Deed) (draft.Draft, draft.Receipt, error) {
	one, err := d.DraftOf(r)
	if err != nil {
		return one, draft.Receipt{}, err
	}
	act, known := deeds[r.PathValue("deed")]
	i := slices.IndexFunc(one.Receipts, func(receipt draft.Receipt) bool { return receipt.ID == r.PathValue("receipt") })
	if i < 0 || !known {
		return one, draft.Receipt{}, door.ErrNotFound
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(r.Context()), exportTime)
	defer stop()
	receipt, err := act(ctx, r, one.Receipts[i])
	if err != nil {
		return one, receipt, fmt.Errorf("%s the receipt %s: %w", r.PathValue("deed"), one.Receipts[i].ID, err)
	}
	return one, receipt, nil
}

// Linked notes a ticket that somebody made by hand.
func (d *Service) Linked(r *http.Request, draftID, portal, ticket string) (draft.Receipt, error) {
	if !slices.Contains(d.Exporter.Portals(), portal) {
		return draft.Receipt{}, door.ErrNoPortal
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(r.Context()), exportTime)
	defer stop()
	receipt, err := d.Exports.Link(ctx, portal, draftID, ticket, door.VisitorOf(r).Name)
	if err != nil {
		return receipt, fmt.Errorf("link the draft to a ticket of %s: %w", portal, err)
	}
	return receipt, nil
}
