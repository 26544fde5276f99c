package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/progress"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/text"
	"flagrante/draft/words"
)

// exportCmd sends a draft.
type exportCmd struct {
	ID     string `arg:"" help:"ID of the draft."`
	To     string `help:"Name of the portal, as in the configuration." required:"" placeholder:"NAME"`
	DryRun bool   `help:"Print exactly what would be sent, and send nothing."`
	Form   bool   `help:"Print the address of the portal's form, filled in, and the text to paste there."`
	Ticket string `help:"Note that the portal has this ticket for it already; nothing is sent." placeholder:"NUMBER"`
	JSON   bool   `name:"json" help:"Print the receipt as JSON."`
}

// Run sends the draft, or shows what would be sent.
func (e *exportCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		d, err := a.Book.Draft(ctx, e.ID)
		if err != nil {
			return found(err)
		}
		if e.Ticket != "" {
			receipt, err := a.Outbox.Link(ctx, e.To, d.ID, e.Ticket, operator(w))
			return e.report(w.Out, a, d, receipt, err)
		}
		if e.DryRun || e.Form {
			preview, err := a.Outbox.Preview(ctx, e.To, d)
			switch {
			case err != nil:
				return unknownPortal(err, a, e.To)
			case e.Form:
				return printForm(w.Out, preview)
			}
			return printPreview(w.Out, preview)
		}
		bar := progressOf(w, "export to "+e.To, progress.Bytes, 0)
		receipt, err := a.Outbox.Export(export.Watch(ctx, bar.Add), e.To, d, operator(w))
		bar.Close()
		return e.report(w.Out, a, d, receipt, err)
	})
}

// operator is who runs the command.
func operator(w world.World) string {
	for _, name := range []string{"USER", "LOGNAME", "USERNAME"} {
		if user, ok := w.Env(name); ok && user != "" {
			return user
		}
	}
	return "cli"
}

func unknownPortal(err error, a *archive.Archive, name string) error {
	if slices.Contains(a.Outbox.Portals(), name) {
		return err
	}
	return hinted.New(err, "`flagrante portals` lists them; they are in the configuration")
}

// printForm prints an address to open, and what does not fit into it.
func printForm(out io.Writer, p export.Preview) error {
	if p.Form == "" {
		return hinted.New(fmt.Errorf("the recipe of %s has no form", p.Portal), "send it without --form, or write a bundle")
	}
	if _, err := fmt.Fprintln(out, p.Form); err != nil || p.Copy == "" {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s\n", text.Visible(p.Copy))
	return err
}

// printPreview shows what leaves the way it goes over the wire.
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
	for _, r := range p.Others {
		fmt.Fprintf(to, "\nalso, to %s: %s %s\n", r.Do, r.Method, r.URL)
	}
	for _, f := range p.Files {
		fmt.Fprintf(to, "\nattachment: %s (%s, %d bytes, SHA-256 %x)\n", f.Name, f.Type, len(f.Data), sha256.Sum256(f.Data))
	}
	for _, dropped := range p.Dropped {
		fmt.Fprintf(to, "\nnot sent: %s\n", dropped)
	}
	for _, missing := range p.Missing {
		fmt.Fprintf(to, "\nmissing: %s\n", missing)
	}
	return to.Flush()
}

// report prints the receipt, and returns an error for one that is not surely sent.
func (e *exportCmd) report(out io.Writer, a *archive.Archive, d draft.Draft, r draft.Receipt, err error) error {
	if r.ID != "" {
		err = errors.Join(err, printReceipt(out, r, e.JSON))
		if r.State == draft.ReceiptSent && !e.JSON {
			err = errors.Join(err, printOnCall(out, a, d, r))
		}
	}
	return sentBefore(errors.Join(unknownPortal(err, a, e.To), unsent(r)), d, e.To)
}

// printOnCall says whom to phone next, with the number to give.
func printOnCall(out io.Writer, a *archive.Archive, d draft.Draft, r draft.Receipt) error {
	if !d.OnCall.Required || d.OnCall.Done || r.Ticket == "" {
		return nil
	}
	args := map[string]string{"ticket": text.Visible(r.Ticket), "phone": d.OnCall.Phone}
	_, err := fmt.Fprintln(out, words.Text(a.Compose.Lang, "portal.oncall", args))
	return err
}

func printReceipt(out io.Writer, r draft.Receipt, asJSON bool) error {
	if asJSON {
		return printJSON(out, r)
	}
	if r.State != draft.ReceiptSent {
		return nil
	}
	if r.Ticket != "" {
		fmt.Fprintf(out, "ticket %s at %s\n%s\n", text.Visible(r.Ticket), r.Portal, text.Visible(r.URL))
	}
	for _, field := range r.Dropped {
		fmt.Fprintf(out, "not stored by the portal: %s\n", text.Visible(field))
	}
	for _, note := range r.Notes {
		fmt.Fprintf(out, "note: %s\n", text.Visible(note))
	}
	return nil
}

// unsent is the error of an export that did not surely make a ticket.
func unsent(r draft.Receipt) error {
	switch r.State {
	case draft.ReceiptFailed:
		return hinted.New(fmt.Errorf("no ticket was made: %s", text.Visible(r.Error)), "nothing is lost: correct that and export again")
	case draft.ReceiptUnknown:
		return hinted.New(fmt.Errorf("it is not known whether a ticket was made: %s", text.Visible(r.Error)),
			"look for the fingerprint at the portal, then say `flagrante receipts settle "+r.ID+" --ticket NUMBER`, or `--none` to send it again")
	case draft.ReceiptGone:
		return hinted.New(errors.New(text.Visible(r.Error)),
			"`flagrante export "+r.DraftID+" --to "+r.Portal+"` sends it again; with `--ticket NUMBER` it is linked to the ticket that took its place")
	case draft.ReceiptSending:
		return hinted.New(fmt.Errorf("not sent yet: %s", text.Visible(r.Error)),
			"nothing is lost: `flagrante serve` sends it at "+r.RetryAt.Format(time.RFC3339)+" or after; so does the same command then")
	}
	return nil
}

func sentBefore(err error, d draft.Draft, portal string) error {
	if !errors.Is(err, draft.ErrAlreadySent) {
		return err
	}
	for _, r := range d.Receipts {
		if r.Portal == portal && r.Ticket != "" {
			return hinted.New(err, "its ticket is "+r.Ticket+", "+r.URL)
		}
	}
	return hinted.New(err, "look for the fingerprint "+d.Fingerprint+" at the portal; `flagrante receipts` lists what is open")
}

// bundleCmd writes a draft into a file.
type bundleCmd struct {
	ID     string `arg:"" help:"ID of the draft."`
	Output string `short:"o" help:"File to write." required:"" placeholder:"FILE.zip"`
}

// Run writes the bundle: all of it, or nothing.
func (b *bundleCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		d, err := a.Book.Draft(ctx, b.ID)
		if err != nil {
			return found(err)
		}
		return writeWhole(b.Output, func(to io.Writer) error {
			return export.Bundle(ctx, to, d, a.Bundle())
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
