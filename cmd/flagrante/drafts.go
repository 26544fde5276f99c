package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"flagrante/draft"
	"flagrante/draft/text"
)

// draftsCmd lists the drafts.
type draftsCmd struct {
	listFlags
}

// Run prints the drafts.
func (d *draftsCmd) Run(ctx context.Context, c *cli, w world) error {
	return withArchive(ctx, c, w, func(a *archive) error {
		rows := pages(d.Limit, func(after string, limit int) ([]draft.Draft, string, error) { return a.book.List(ctx, after, limit) })
		if d.JSON {
			return printArray(w.out, rows, func(d draft.Draft) any { return text.DraftObject(d, textOptions(a.compose)) })
		}
		return printDrafts(w.out, rows)
	})
}

func printDrafts(out io.Writer, rows seq[draft.Draft]) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for d, err := range rows {
		if err != nil {
			return err
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%d×\t%s\t%s\n", d.ID, d.SeverityLabel, d.Environment.Value, d.Evidence.Group.Count, d.State, text.Visible(d.Title))
	}
	return table.Flush()
}

// draftCmd shows one draft.
type draftCmd struct {
	ID   string `arg:"" help:"ID of the draft."`
	As   string `help:"Form: md, html, text or json." default:"md" enum:"md,html,text,json"`
	JSON bool   `name:"json" help:"The same as --as json."`
}

// Run prints the draft.
func (d *draftCmd) Run(ctx context.Context, c *cli, w world) error {
	return withArchive(ctx, c, w, func(a *archive) error {
		ticket, err := a.book.Draft(ctx, d.ID)
		if err != nil {
			return found(err)
		}
		options := textOptions(a.compose)
		as := d.As
		if d.JSON {
			as = "json"
		}
		switch as {
		case "json":
			return printJSON(w.out, text.DraftObject(ticket, options))
		case "html":
			html, err := text.HTML(ticket, options)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(w.out, html)
			return err
		case "text":
			_, err = fmt.Fprintln(w.out, text.Plain(ticket, options))
		default:
			_, err = fmt.Fprintln(w.out, text.Markdown(ticket, options))
		}
		return err
	})
}
