package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"flagrante/capture"
	"flagrante/capture/curl"
	"flagrante/capture/har"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft"
	"flagrante/draft/gate"
	"flagrante/draft/lifecycle"
	"flagrante/draft/text"
)

// failuresCmd lists what was caught.
type failuresCmd struct {
	listFlags
	filterArg
}

// listFlags are those of every listing.
type listFlags struct {
	JSON  bool `name:"json" help:"Print a JSON array."`
	Limit int  `help:"Print at most so many; 0 for all." default:"0"`
}

// pageSize is how many rows are in memory at once.
const pageSize = 200

// Run prints the failures.
func (f *failuresCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		only, err := f.read(store.FailureFields(), w.Now(), a.Compose.Zone)
		if err != nil {
			return err
		}
		rows := pages(f.Limit, func(after string, limit int) ([]capture.Failure, string, error) {
			return a.Failures().Failures(ctx, store.Page{After: after, Limit: limit, Filter: only})
		})
		if f.JSON {
			return printArray(w.Out, rows, func(f capture.Failure) any {
				return text.FailureObject(&f, lifecycle.DraftID(&f), a.Compose.Lang)
			})
		}
		table := tabwriter.NewWriter(w.Out, 0, 0, 2, ' ', 0)
		for f, err := range rows {
			if err != nil {
				return err
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", f.ID, f.Time.In(a.Compose.Zone).Format(time.DateTime), outcome(&f),
				text.Visible(f.Endpoint), text.Visible(f.Vendor.Code), lifecycle.DraftID(&f))
		}
		return table.Flush()
	})
}

// outcome is what came of a call, in a word.
func outcome(f *capture.Failure) string {
	switch {
	case f.Exchange.Err != nil:
		return f.Exchange.Err.Type
	case f.Status() != 0:
		return fmt.Sprint(f.Status())
	}
	return string(f.Kind)
}

// showCmd shows one failure.
type showCmd struct {
	ID   string `arg:"" help:"ID of the failure."`
	As   string `help:"Form: json, har, curl or http." default:"json" enum:"json,har,curl,http"`
	JSON bool   `name:"json" help:"The same as --as json."`
}

// Run prints the failure.
func (s *showCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		f, err := a.Failures().Failure(ctx, s.ID)
		if err != nil {
			return found(err)
		}
		as := s.As
		if s.JSON {
			as = "json"
		}
		return a.Leave(w.Out, gate.Part{Name: "failure", Hosts: draft.Evidence{Last: f}.Hosts()}, func(out io.Writer) error { return printFailure(out, a, as, f) })
	})
}

// printFailure writes a failure of an archive in one of its forms.
func printFailure(out io.Writer, a *archive.Archive, as string, f *capture.Failure) error {
	var err error
	switch as {
	case "har":
		err = har.Write(out, a.Creator, []*capture.Failure{f})
	case "curl":
		_, err = fmt.Fprintln(out, curl.Command(f.Exchange.Request))
	case "http":
		_, err = fmt.Fprintln(out, curl.HTTPFile(f.Exchange.Request))
	default:
		err = printJSON(out, text.Detail(f, lifecycle.DraftID(f), a.Compose.Lang))
	}
	return err
}
