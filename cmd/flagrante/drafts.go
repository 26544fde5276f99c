package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft"
	"flagrante/draft/gate"
	"flagrante/draft/lifecycle"
	"flagrante/draft/text"
	"flagrante/draft/words"
)

// draftsCmd lists the drafts.
type draftsCmd struct {
	listFlags
	filterArg
}

// Run prints the drafts.
func (d *draftsCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		only, err := d.read(lifecycle.DraftFields(), w.Now(), a.Compose.Zone)
		if err != nil {
			return err
		}
		if err := a.Book.CatchUp(ctx); err != nil {
			return err
		}
		rows := pages(d.Limit, func(after string, limit int) ([]draft.Draft, string, error) {
			return a.Book.Find(ctx, lifecycle.Query{Filter: only, After: after, Limit: limit})
		})
		if d.JSON {
			return printArray(w.Out, rows, func(d draft.Draft) any { return text.DraftObject(d, config.TextOptions(a.Compose)) })
		}
		return printDrafts(w.Out, rows, a.Compose.Lang, coloursFor(w, w.Out))
	})
}

func printDrafts(out io.Writer, rows seq[draft.Draft], lang draft.Lang, colours palette) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for d, err := range rows {
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d×\t%s\t%s\n", d.ID, colours.severity(d.Severity.Value, d.SeverityLabel), words.Word(lang, "environment", string(d.Environment.Value)), d.Evidence.Group.Count, words.Word(lang, "state", string(d.State)), text.Visible(d.Title))
	}
	return table.Flush()
}

// draftCmd shows one draft.
type draftCmd struct {
	ID   string `arg:"" help:"ID of the draft."`
	As   string `help:"Form: md, html, text or json." default:"md" enum:"md,html,text,json"`
	JSON bool   `name:"json" help:"The same as --as json."`
	// Masked asks for a report in the place of the draft.
	Masked bool `help:"Report what was masked in it: kinds, how often, by which rules, where."`
}

// Run prints the draft.
func (d *draftCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		ticket, err := a.Book.Draft(ctx, d.ID)
		if err != nil {
			return found(err)
		}
		if d.Masked {
			return d.report(w, text.Masked(ticket, a.Compose.Lang))
		}
		options := config.TextOptions(a.Compose)
		as := d.As
		if d.JSON {
			as = "json"
		}
		return a.Leave(w.Out, gate.Part{Name: "draft", ContentType: ticketType(as), Hosts: ticket.Evidence.Hosts()}, func(out io.Writer) error { return printTicket(out, as, ticket, options) })
	})
}

// report prints what was masked.
func (d *draftCmd) report(w world.World, masked []text.MaskedKind) error {
	if d.JSON || d.As == "json" {
		return printJSON(w.Out, masked)
	}
	table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
	for _, m := range masked {
		places := strings.Join(m.Places, ", ")
		if m.More > 0 {
			places += fmt.Sprintf(" + %d", m.More)
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\n", m.Label, m.Count, strings.Join(m.Rules, ", "), text.Visible(places))
	}
	return table.Flush()
}

// ticketType is the media type of a form of a draft.
func ticketType(as string) string {
	return map[string]string{"json": "application/json", "html": "text/html", "text": "text/plain", "md": "text/markdown"}[as]
}

// printTicket writes a draft in one of its forms.
func printTicket(out io.Writer, as string, ticket draft.Draft, options text.Options) error {
	var err error
	switch as {
	case "json":
		err = printJSON(out, text.DraftObject(ticket, options))
	case "html":
		var html string
		if html, err = text.HTML(ticket, options); err == nil {
			_, err = fmt.Fprintln(out, html)
		}
	case "text":
		_, err = fmt.Fprintln(out, text.Plain(ticket, options))
	default:
		_, err = fmt.Fprintln(out, text.Markdown(ticket, options))
	}
	return err
}
