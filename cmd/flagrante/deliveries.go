package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/text"
)

// deliveriesCmd is about what the proxies of a team sent.
type deliveriesCmd struct {
	Retry bool `help:"Try again to store those that could not be, after an update or what else was the cause."`
	Limit int  `help:"How many of them to list." default:"100"`
	JSON  bool `name:"json" help:"Print JSON."`
}

// Help says what there is to see.
func (*deliveriesCmd) Help() string {
	return `What the proxies of a team sent waits in the database until a process with a desk stores it.
What can't be stored is kept, with the reason, and listed here; nothing behind it waits.

Examples:
  flagrante deliveries
  flagrante deliveries --retry`
}

// deliveries is what it prints.
type deliveries struct {
	// Waiting and Refused count them, Retried those that are tried again.
	Waiting int64          `json:"waiting"`
	Refused int64          `json:"refused"`
	Retried int64          `json:"retried"`
	List    []refusedEntry `json:"list"`
}

// refusedEntry is one that could not be stored.
type refusedEntry struct {
	Stream  string `json:"stream"`
	Number  int64  `json:"number"`
	Origin  string `json:"origin"`
	Machine string `json:"machine"`
	App     string `json:"app"`
	Bytes   int64  `json:"bytes"`
	Reason  string `json:"reason"`
}

// Run lists those that could not be stored, or has them tried again.
func (d *deliveriesCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) (err error) {
		var all deliveries
		if d.Retry {
			if all.Retried, err = a.Store.Retry(ctx, "again-"+world.NewID(w.Now())); err != nil {
				return err
			}
		}
		counts, err := a.Store.Delivered(ctx)
		if err != nil {
			return err
		}
		all.Waiting, all.Refused = counts.Waiting, counts.Refused
		refused, err := a.Store.Refused(ctx, d.Limit)
		if err != nil {
			return err
		}
		all.List = entries(refused)
		if d.JSON {
			return printJSON(w.Out, all)
		}
		return d.print(w, all)
	})
}

func entries(refused []store.Refused) []refusedEntry {
	list := make([]refusedEntry, len(refused))
	for i, r := range refused {
		list[i] = refusedEntry{r.Stream, r.Seq, r.Origin.ID, r.Origin.Machine, r.Origin.App, r.Bytes, r.Reason}
	}
	return list
}

func (d *deliveriesCmd) print(w world.World, all deliveries) error {
	if d.Retry {
		fmt.Fprintf(w.Out, "%d tried again by a process with a desk\n", all.Retried)
	}
	fmt.Fprintf(w.Out, "%d waiting, %d that can't be stored\n", all.Waiting, all.Refused)
	table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
	for _, r := range all.List {
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%d bytes\t%s\n", r.Stream, r.Number, text.Visible(r.Machine), text.Visible(r.App), r.Bytes, text.Visible(r.Reason))
	}
	return table.Flush()
}
