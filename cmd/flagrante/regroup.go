package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"flagrante/capture"
	"flagrante/capture/record"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/progress"
	"flagrante/cmd/flagrante/internal/world"
)

// regroupCmd groups what was caught by the rules of today.
type regroupCmd struct {
	DryRun bool `help:"Say what would change, and change nothing."`
	JSON   bool `name:"json" help:"Print the numbers as JSON."`
}

// regrouped are the numbers of a regrouping.
type regrouped struct {
	Failures int `json:"failures"`
	// Changed are the failures that are now told differently.
	Changed int `json:"changed"`
	// Moved are the problems that have another draft now.
	Moved int `json:"moved"`
	// Left are receipts of drafts that became one with another that was sent too.
	Left int `json:"receipts_left"`
}

// Run goes over all failures twice: what paths mean is learned from all of them.
func (r *regroupCmd) Run(ctx context.Context, c *cli, w world.World) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	judged, err := newJudging(conf)
	if err != nil {
		return err
	}
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		g := &regrouping{Archive: a, pipeline: judged.pipeline(a), dry: r.DryRun, moves: map[string]string{}}
		if err := g.run(ctx, w); err != nil {
			return err
		}
		return r.print(w, g.n)
	})
}

func (r *regroupCmd) print(w world.World, n regrouped) error {
	if r.JSON {
		return printJSON(w.Out, n)
	}
	verb := "changed"
	if r.DryRun {
		verb = "would change"
	}
	_, err := fmt.Fprintf(w.Out, "%d failures: %d %s, %d problems have another draft\n", n.Failures, n.Changed, verb, n.Moved)
	if err == nil && n.Left > 0 {
		_, err = fmt.Fprintf(w.Out, "%d receipts stay with old drafts, whose problems became one with others that were sent too\n", n.Left)
	}
	return err
}

// regroupPage is the number of failures that are concluded together.
const regroupPage = 200

type regrouping struct {
	*archive.Archive
	pipeline *record.Pipeline
	dry      bool
	// moves names new fingerprints by the old ones.
	moves map[string]string
	n     regrouped
}

func (g *regrouping) run(ctx context.Context, w world.World) error {
	names, err := g.Store.Endpoints(ctx)
	if err != nil {
		return err
	}
	g.pipeline.Learn(names)
	err = g.each(ctx, w, "learn the paths of failures", func(page []capture.Failure) error {
		for i := range page {
			g.pipeline.Learn([]string{g.pipeline.Endpoint(&page[i])})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := g.each(ctx, w, "regroup failures", func(page []capture.Failure) error { return g.conclude(ctx, page) }); err != nil {
		return err
	}
	g.n.Moved = len(g.moves)
	if g.dry {
		return nil
	}
	if err := g.Store.Regroup(ctx); err != nil {
		return err
	}
	if g.n.Left, err = g.Book.Moved(ctx, g.moves); err != nil {
		return err
	}
	return g.Book.RollUp(ctx, time.Time{})
}

// each calls f with all failures, page by page, and shows how far that is.
func (g *regrouping) each(ctx context.Context, w world.World, name string, f func([]capture.Failure) error) error {
	all, err := g.Store.Count(ctx)
	if err != nil {
		return err
	}
	bar := progressOf(w, name, progress.Items, all)
	defer bar.Close()
	page := store.Page{Limit: regroupPage}
	for {
		failures, next, err := g.Store.Failures(ctx, page)
		if err != nil {
			return err
		}
		if err := errors.Join(f(failures), ctx.Err()); err != nil {
			return err
		}
		if bar.Add(int64(len(failures))); next == "" {
			return nil
		}
		page.After = next
	}
}

func (g *regrouping) conclude(ctx context.Context, page []capture.Failure) error {
	var changed []*capture.Failure
	for i := range page {
		f, err := g.Store.Failure(ctx, page[i].ID)
		if err != nil {
			return err
		}
		g.n.Failures++
		old := f.Fingerprint
		if !g.pipeline.Again(f) {
			continue
		}
		changed = append(changed, f)
		if f.Fingerprint != old && !f.Expected {
			g.moves[old] = f.Fingerprint
		}
	}
	g.n.Changed += len(changed)
	if g.dry {
		return nil
	}
	return g.Store.Conclude(ctx, changed)
}
