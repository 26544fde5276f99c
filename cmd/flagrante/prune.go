package main

import (
	"context"
	"errors"
	"fmt"

	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/progress"
	"flagrante/cmd/flagrante/internal/world"
)

// pruneCmd takes away what is not kept.
type pruneCmd struct {
	Age      string `help:"Take away what is older, such as 90d." placeholder:"TIME"`
	Failures int64  `help:"Keep at most so many failures." placeholder:"N"`
	Size     string `help:"Keep at most so many bytes, such as 2GB." placeholder:"SIZE"`
	DryRun   bool   `help:"Only say how many failures would go, by age and number."`
	JSON     bool   `name:"json" help:"Print JSON."`
}

// Run prunes as the flags say, and as the settings do where there are none.
func (p *pruneCmd) Run(ctx context.Context, c *cli, w world.World) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	asked := conf.Retention
	if p.Age != "" || p.Failures != 0 || p.Size != "" {
		asked = config.Retention{Age: p.Age, Failures: p.Failures, Size: p.Size}
	}
	limits, err := asked.Limits()
	if err != nil {
		return err
	}
	if limits(w.Now()) == (store.Limits{}) {
		return hinted.New(&misused{errors.New("there is no limit to prune by")}, "give --age, --failures or --size, or set retention in the configuration")
	}
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		bar := progressOf(w, "prune", progress.Items, 0)
		done, err := a.Store.Prune(ctx, limits(w.Now()), p.DryRun, func(so store.Pruned) { bar.Set(so.Failures) })
		bar.Close()
		if err != nil {
			return err
		}
		return p.print(w, done)
	})
}

func (p *pruneCmd) print(w world.World, done store.Pruned) error {
	if p.JSON {
		return printJSON(w.Out, done)
	}
	verb := "taken away"
	if p.DryRun {
		verb = "to be taken away"
	}
	_, err := fmt.Fprintf(w.Out, "%d failures %s; %d that are pinned or shown by sent drafts stay; %d KiB given back\n", done.Failures, verb, done.Kept, done.Freed>>10)
	return err
}

// backupCmd copies the database.
type backupCmd struct {
	File string `arg:"" help:"File to write; it must not be there yet."`
}

// Run copies the database, also while flagrante serves.
func (b *backupCmd) Run(ctx context.Context, c *cli, w world.World) error {
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		bar := progressOf(w, "backup of pages", progress.Items, 0)
		err := a.Store.Backup(ctx, b.File, func(left, total int) {
			bar.SetTotal(int64(total))
			bar.Set(int64(total - left))
		})
		bar.Close()
		if errors.Is(err, store.ErrShared) {
			return hinted.New(err, "PostgreSQL has tools for that: pg_dump copies it while others write, as custom format with `pg_dump --format=custom`")
		}
		if err != nil {
			return hinted.New(err, "name a new file in a folder that you may write to, with space left")
		}
		_, err = fmt.Fprintf(w.Out, "%s\n", b.File)
		return err
	})
}
