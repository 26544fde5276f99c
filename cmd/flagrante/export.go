package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/text"
)

// exportCmd sends a draft.
type exportCmd struct {
	ID     string `arg:"" help:"ID of the draft."`
	To     string `help:"Name of the portal, as in the configuration." required:"" placeholder:"NAME"`
	DryRun bool   `help:"Print exactly what would be sent, and send nothing."`
	JSON   bool   `name:"json" help:"Print the receipt as JSON."`
}

// Run sends the draft, or shows what would be sent.
func (e *exportCmd) Run(ctx context.Context, c *cli, w world) error {
	return withArchive(ctx, c, w, func(a *archive) error {
		d, err := a.book.Draft(ctx, e.ID)
		if err != nil {
			return found(err)
		}
		if e.DryRun {
			preview, err := a.exporter.Preview(ctx, e.To, d)
			if err != nil {
				return err
			}
			return printPreview(w.out, preview)
		}
		receipt, err := a.exporter.Export(ctx, e.To, d)
		if receipt.ID != "" {
			err = errors.Join(err, e.printReceipt(w.out, receipt))
		}
		return sentBefore(errors.Join(err, unsent(receipt)), d, e.To)
	})
}

// printPreview shows a request the way it goes over the wire.
func printPreview(out io.Writer, p export.Preview) error {
	to := bufio.NewWriter(out)
	fmt.Fprintf(to, "%s %s\n", p.Method, p.URL)
	for _, f := range p.Header {
		fmt.Fprintf(to, "%s: %s\n", f.Name, f.Value)
	}
	fmt.Fprintf(to, "\n%s\n", p.Body)
	for _, f := range p.Findings {
		fmt.Fprintf(to, "\nheld back: %s\n", text.Visible(f.String()))
	}
	for _, missing := range p.Missing {
		fmt.Fprintf(to, "\nmissing: %s\n", missing)
	}
	return to.Flush()
}

func (e *exportCmd) printReceipt(out io.Writer, r draft.Receipt) error {
	if e.JSON {
		return printJSON(out, r)
	}
	if r.State != draft.ReceiptSent {
		return nil
	}
	fmt.Fprintf(out, "ticket %s at %s\n%s\n", text.Visible(r.Ticket), r.Portal, text.Visible(r.URL))
	for _, field := range r.Dropped {
		fmt.Fprintf(out, "not stored by the portal: %s\n", text.Visible(field))
	}
	return nil
}

// unsent is the error of an export that did not surely make a ticket.
func unsent(r draft.Receipt) error {
	switch r.State {
	case draft.ReceiptFailed:
		return &hinted{fmt.Errorf("no ticket was made: %s", r.Error), "nothing is lost: correct that and export again"}
	case draft.ReceiptUnknown:
		return &hinted{fmt.Errorf("it is not known whether a ticket was made: %s", r.Error), "look for the fingerprint at the portal before anything is sent again"}
	}
	return nil
}

func sentBefore(err error, d draft.Draft, portal string) error {
	if !errors.Is(err, draft.ErrAlreadySent) {
		return err
	}
	for _, r := range d.Receipts {
		if r.Portal == portal && r.Ticket != "" {
			return &hinted{err, "its ticket is " + r.Ticket + ", " + r.URL}
		}
	}
	return &hinted{err, "look for the fingerprint " + d.Fingerprint + " at the portal"}
}

// bundleCmd writes a draft into a file.
type bundleCmd struct {
	ID     string `arg:"" help:"ID of the draft."`
	Output string `short:"o" help:"File to write." required:"" placeholder:"FILE.zip"`
}

// Run writes the bundle: all of it, or nothing.
func (b *bundleCmd) Run(ctx context.Context, c *cli, w world) error {
	return withArchive(ctx, c, w, func(a *archive) error {
		d, err := a.book.Draft(ctx, b.ID)
		if err != nil {
			return found(err)
		}
		return writeWhole(b.Output, func(to io.Writer) error {
			return export.Bundle(to, d, a.bundle())
		})
	})
}

// writeWhole makes a file that is complete whenever it has its name.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+strings.TrimSuffix(filepath.Base(path), ".zip")+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}
