package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft"
	"flagrante/draft/outbox"
	"flagrante/draft/text"
)

// receiptsCmd is about what became of the drafts that were sent.
type receiptsCmd struct {
	List    receiptsListCmd    `cmd:"" default:"withargs" help:"List the receipts, newest first."`
	Settle  receiptsSettleCmd  `cmd:"" help:"Say what you found at the portal, where it is not known whether there is a ticket."`
	Cancel  receiptsCancelCmd  `cmd:"" help:"Give up an export that waits to be tried again."`
	Comment receiptsCommentCmd `cmd:"" help:"Write the new numbers on the ticket."`
	Refresh receiptsRefreshCmd `cmd:"" help:"Ask the portal for the state of the ticket."`
}

type receiptsListCmd struct {
	Draft string `help:"Of this draft only." placeholder:"ID"`
	Limit int    `help:"How many to list." default:"100"`
	JSON  bool   `name:"json" help:"Print JSON."`
}

// Run lists the receipts.
func (r *receiptsListCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		list, err := a.Outbox.List(ctx, r.Draft, r.Limit)
		if err != nil {
			return err
		}
		if r.JSON {
			if list == nil {
				list = []draft.Receipt{}
			}
			return printJSON(w.Out, list)
		}
		return printReceipts(w.Out, list)
	})
}

func printReceipts(out io.Writer, list []draft.Receipt) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, r := range list {
		state := string(r.State)
		if r.Status != "" {
			state += " (" + text.Visible(r.Status) + ")"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.DraftID, r.Portal, state, text.Visible(r.Ticket), r.Time.Format(time.RFC3339), text.Visible(r.Error))
	}
	return table.Flush()
}

type receiptsSettleCmd struct {
	ID     string `arg:"" help:"ID of the receipt."`
	Ticket string `help:"There is a ticket, and this is its number." placeholder:"NUMBER" xor:"word" required:""`
	None   bool   `help:"There is none: send it again." xor:"word" required:""`
	JSON   bool   `name:"json" help:"Print the receipt as JSON."`
}

// Run takes the word.
func (r *receiptsSettleCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withReceipt(ctx, c, w, r.JSON, func(a *archive.Archive) (draft.Receipt, error) {
		return a.Outbox.Settle(ctx, r.ID, operator(w), r.Ticket)
	})
}

type receiptsCancelCmd struct {
	ID   string `arg:"" help:"ID of the receipt."`
	JSON bool   `name:"json" help:"Print the receipt as JSON."`
}

// Run gives the export up.
func (r *receiptsCancelCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		receipt, err := a.Outbox.Cancel(ctx, r.ID, operator(w))
		if err != nil {
			return plainReceipt(err)
		}
		if r.JSON {
			return printJSON(w.Out, receipt)
		}
		_, err = fmt.Fprintf(w.Out, "%s: %s\n", receipt.ID, receipt.State)
		return err
	})
}

type receiptsCommentCmd struct {
	ID     string `arg:"" help:"ID of the receipt."`
	DryRun bool   `help:"Print the comment, and write nothing."`
	JSON   bool   `name:"json" help:"Print the receipt as JSON."`
}

// Run writes the comment, or shows it.
func (r *receiptsCommentCmd) Run(ctx context.Context, c *cli, w world.World) error {
	if !r.DryRun {
		return withReceipt(ctx, c, w, r.JSON, func(a *archive.Archive) (draft.Receipt, error) { return a.Outbox.Comment(ctx, r.ID, operator(w)) })
	}
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		offer, err := a.Outbox.OfferOf(ctx, r.ID)
		if err != nil {
			return plainReceipt(err)
		}
		_, err = fmt.Fprintln(w.Out, text.Visible(offer.Text))
		return err
	})
}

type receiptsRefreshCmd struct {
	ID   string `arg:"" help:"ID of the receipt."`
	JSON bool   `name:"json" help:"Print the receipt as JSON."`
}

// Run asks the portal.
func (r *receiptsRefreshCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		receipt, err := a.Outbox.Refresh(ctx, r.ID)
		if err != nil {
			return plainReceipt(err)
		}
		if r.JSON {
			return printJSON(w.Out, receipt)
		}
		if receipt.State == draft.ReceiptGone {
			return unsent(receipt)
		}
		_, err = fmt.Fprintf(w.Out, "ticket %s at %s: %s\n", text.Visible(receipt.Ticket), receipt.Portal, text.Visible(receipt.Status))
		return err
	})
}

// withReceipt does something that ends in a receipt, and prints that.
func withReceipt(ctx context.Context, c *cli, w world.World, asJSON bool, f func(*archive.Archive) (draft.Receipt, error)) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		receipt, err := f(a)
		if err != nil {
			return plainReceipt(err)
		}
		return errors.Join(printReceipt(w.Out, receipt, asJSON), unsent(receipt))
	})
}

// plainReceipt adds a word on what to do.
func plainReceipt(err error) error {
	var state *outbox.StateError
	var number *outbox.NumberError
	switch {
	case errors.Is(err, outbox.ErrNoReceipt):
		return hinted.New(err, "`flagrante receipts` lists the receipts with their IDs")
	case errors.As(err, &state):
		return hinted.New(err, "`flagrante receipts` shows the states: settle is for unknown, cancel for sending, comment for sent, refresh for sent and gone")
	case errors.As(err, &number):
		return hinted.New(err, "write it as the portal does")
	case errors.Is(err, draft.ErrAlreadySent):
		return hinted.New(err, "another process is at it: wait a minute")
	}
	return err
}
