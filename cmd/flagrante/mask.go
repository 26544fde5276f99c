package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"flagrante/capture/redact/detect"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/progress"
)

// maskCmd masks by hand what no rule has masked.
type maskCmd struct {
	Value  string `help:"The value; - reads it from the standard input." required:"" placeholder:"VALUE"`
	Kind   string `help:"What it is, as in password or name; it is shown in the mask." default:"secret"`
	DryRun bool   `help:"Say what holds the value, and mask nothing."`
	JSON   bool   `name:"json" help:"Print the numbers as JSON."`
}

// masking is what was masked, or would be.
type masking struct {
	// Mask stands in the place of the value now.
	Mask     string `json:"mask"`
	Failures int    `json:"failures"`
	// Good are last good calls, which were deleted.
	Good int `json:"good_calls"`
	// Texts are the rows in which the value was replaced, by table.
	Texts map[string]int64 `json:"texts"`
	// Attachments hold the value, and were deleted.
	Attachments int  `json:"attachments"`
	DryRun      bool `json:"dry_run"`
}

// Run puts a mask in the place of the value wherever it is kept.
func (m *maskCmd) Run(ctx context.Context, c *cli, w world) error {
	if _, err := (redactRule{Names: []string{"-"}, Kind: m.Kind}).rule(); err != nil {
		return err
	}
	value := m.Value
	if value == "-" {
		line, err := bufio.NewReader(w.in).ReadString('\n')
		if value = strings.TrimSpace(line); value == "" {
			return errors.Join(errors.New("the standard input holds no value"), err)
		}
	}
	return withArchive(ctx, c, w, func(a *archive) error {
		search, ok := a.compose.Redactor.Search(value)
		if !ok {
			return &hinted{errors.New("that is too short to mean one value"), "give at least four characters"}
		}
		r := &erasing{archive: a, search: search, dir: filepath.Join(c.dataDir(w), "attachments"), done: erasure{DryRun: m.DryRun}, bar: w.progress("mask", progress.Items, 0)}
		done, err := r.mask(ctx, detect.Kind(m.Kind))
		r.bar.Close()
		return errors.Join(m.print(w, done), err)
	})
}

func (m *maskCmd) print(w world, n masking) error {
	if m.JSON {
		return printJSON(w.out, n)
	}
	verb := "masked"
	if n.DryRun {
		verb = "would be masked"
	}
	_, err := fmt.Fprintf(w.out, "%d failures %s as %s; %d good calls and %d attachments that hold it go\n", n.Failures, verb, n.Mask, n.Good, n.Attachments)
	return err
}

// mask keeps the failures, and writes them with the mask.
func (r *erasing) mask(ctx context.Context, kind detect.Kind) (done masking, err error) {
	done = masking{Mask: r.search.Mask(kind), DryRun: r.done.DryRun}
	for range 2 {
		if err := r.find(ctx); err != nil {
			return done, err
		}
	}
	if done.Failures, err = r.rewrite(ctx, kind); err != nil {
		return done, err
	}
	if err := r.attachments(); err != nil {
		return done, err
	}
	done.Good, done.Attachments = r.done.Good, r.done.Attachments
	forms, _ := r.search.Forms()
	// What was masked already stays.
	forms = slices.DeleteFunc(forms, func(form string) bool { return strings.HasPrefix(form, ":") })
	if done.Texts, err = r.store.EraseTexts(ctx, forms, done.Mask, done.DryRun); err != nil || done.DryRun {
		return done, err
	}
	if err := r.store.EraseGood(ctx, r.good); err != nil {
		return done, err
	}
	if err := r.store.Scrub(ctx); errors.Is(err, store.ErrReaders) {
		return done, &hinted{err, "stop `flagrante serve` and other programs that have it open, and run this again"}
	} else if err != nil {
		return done, err
	}
	return done, nil
}

// rewrite returns how many failures hold the value in their evidence.
func (r *erasing) rewrite(ctx context.Context, kind detect.Kind) (n int, err error) {
	for _, id := range append(slices.Clone(r.failures), r.preceded...) {
		f, err := r.store.Failure(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return n, err
		}
		masked, changed := r.search.Masked(f, kind)
		if !changed {
			continue
		}
		n++
		if r.done.DryRun {
			continue
		}
		if err := r.store.Replace(ctx, masked); err != nil {
			return n, err
		}
	}
	return n, nil
}
