package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/progress"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/proxy"
)

// eraseCmd forgets a person: a value, in whatever form it is kept.
type eraseCmd struct {
	Value  string `help:"The value, such as a CPF or an e-mail address, or its mask, as <cpf:k3f7qa2b>; - reads it from the standard input." required:"" placeholder:"VALUE"`
	DryRun bool   `help:"Say what holds the value, and erase nothing."`
	JSON   bool   `name:"json" help:"Print the numbers as JSON."`
}

// erasure is what was erased, or would be.
type erasure struct {
	// Failures were deleted; Before are calls before others, Good last good calls.
	Failures int `json:"failures"`
	Before   int `json:"calls_before"`
	Good     int `json:"good_calls"`
	// Texts are the rows in which the value was replaced, by table.
	Texts map[string]int64 `json:"texts"`
	// Attachments were deleted.
	Attachments int  `json:"attachments"`
	DryRun      bool `json:"dry_run"`
}

// Run deletes what holds the value, and has the bytes leave the files.
func (e *eraseCmd) Run(ctx context.Context, c *cli, w world.World) error {
	value, err := valueOf(e.Value, w)
	if err != nil {
		return err
	}
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		search, ok := a.Compose.Redactor.Search(value)
		if !ok {
			return hinted.New(errors.New("that is too short to mean one value"), "give at least four characters")
		}
		r := &erasing{Archive: a, search: search, dir: filepath.Join(c.dataDir(w), "attachments"), done: erasure{DryRun: e.DryRun}, bar: progressOf(w, "erase", progress.Items, 0)}
		err := r.run(ctx)
		r.bar.Close()
		return errors.Join(e.print(w, r.done), err)
	})
}

func (e *eraseCmd) print(w world.World, n erasure) error {
	if e.JSON {
		return printJSON(w.Out, n)
	}
	verb := "erased"
	if e.DryRun {
		verb = "would be erased"
	}
	rows := int64(0)
	for _, count := range n.Texts {
		rows += count
	}
	_, err := fmt.Fprintf(w.Out, "%d failures, %d calls before others, %d good calls, %d texts and %d attachments %s\n", n.Failures, n.Before, n.Good, rows, n.Attachments, verb)
	return err
}

// erasing is one run.
type erasing struct {
	*archive.Archive
	search *redact.Search
	dir    string
	done   erasure
	// failures are to be deleted, preceded lose calls before them, good are endpoints.
	failures, preceded, good []string
	bar                      *progress.Bar
}

// run looks twice: the value behind a mask is learned on the way, and may stand in
// what was looked at before.
func (r *erasing) run(ctx context.Context) error {
	for range 2 {
		if err := r.find(ctx); err != nil {
			return err
		}
	}
	if err := r.attachments(); err != nil {
		return err
	}
	if !r.done.DryRun {
		if err := r.rows(ctx); err != nil {
			return err
		}
	}
	forms, instead := r.search.Forms()
	var err error
	if r.done.Texts, err = r.Store.EraseTexts(ctx, forms, instead, r.done.DryRun); err != nil || r.done.DryRun {
		return err
	}
	_, err = r.Store.RewriteFiles(ctx, func(data []byte) []byte {
		if _, ok := redact.Readable("", data); ok {
			for _, form := range forms {
				data = bytes.ReplaceAll(data, []byte(form), []byte(instead))
			}
		}
		return data
	})
	if err != nil {
		return err
	}
	if err := r.Store.Scrub(ctx); errors.Is(err, store.ErrReaders) {
		return hinted.New(err, "stop `flagrante serve` and other programs that have it open, and run this again")
	} else if err != nil {
		return err
	}
	return nil
}

// rows deletes what holds the value. A failure of which only calls before it do stays
// without them.
func (r *erasing) rows(ctx context.Context) error {
	if _, err := r.Store.Erase(ctx, r.failures); err != nil {
		return err
	}
	for _, id := range r.preceded {
		f, err := r.Store.Failure(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err == nil {
			err = r.Store.SetBefore(ctx, id, r.search.Others(f.Before))
		}
		if err != nil {
			return err
		}
	}
	return r.Store.EraseGood(ctx, r.good)
}

// find looks for what holds the value.
func (r *erasing) find(ctx context.Context) error {
	r.failures, r.preceded, r.good, r.done.Before = nil, nil, nil, 0
	err := r.Store.Walk(ctx, func(f *capture.Failure) error {
		others := r.search.Others(f.Before)
		switch {
		case r.search.Failure(f):
			r.failures = append(r.failures, f.ID)
		case len(others) < len(f.Before):
			r.preceded = append(r.preceded, f.ID)
			r.done.Before += len(f.Before) - len(others)
		}
		r.bar.Add(1)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	err = r.Store.WalkGood(ctx, func(endpoint string, x *proxy.Exchange) error {
		if r.search.Exchange(x) {
			r.good = append(r.good, endpoint)
		}
		return ctx.Err()
	})
	r.done.Failures, r.done.Good = len(r.failures), len(r.good)
	return err
}

// attachments deletes texts that hold the value, with what is known of them.
func (r *erasing) attachments() error {
	err := filepath.WalkDir(r.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text, ok := redact.Readable("", data)
		if !ok || !r.search.Text(text) {
			return nil
		}
		r.done.Attachments++
		if r.done.DryRun {
			return nil
		}
		whole := strings.TrimSuffix(path, filepath.Ext(path))
		return errors.Join(removeIfThere(whole+".bin"), removeIfThere(whole+".json"))
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func removeIfThere(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
