package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"flagrante/capture"
	"flagrante/capture/har"
	"flagrante/capture/record"
	"flagrante/proxy"
)

// importCmd takes failures from recordings.
type importCmd struct {
	Files         []string `arg:"" help:"HAR files, plain or packed with gzip."`
	OriginCountry string   `help:"Country that all requests come from, such as BR." env:"FLAGRANTE_ORIGIN_COUNTRY" placeholder:"CODE"`
	Explain       bool     `help:"Print for each call which rules fired and which did not, and store nothing."`
	JSON          bool     `name:"json" help:"Print the numbers as JSON."`
}

// imported are the numbers of an import.
type imported struct {
	Files    int `json:"files"`
	Calls    int `json:"calls"`
	Failures int `json:"failures"`
	// New are the failures that were not in the store before.
	New int `json:"new"`
}

// Run imports all files. A file that can't be read to its end does not keep the
// others, nor what came before, from being stored.
func (i *importCmd) Run(ctx context.Context, c *cli, w world) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	if i.Explain {
		return i.explain(ctx, conf, w)
	}
	override(&conf.Origin.Country, i.OriginCountry)
	locator, err := newLocator(conf)
	if err != nil {
		return err
	}
	rules, err := conf.rules()
	if err != nil {
		return err
	}
	return withArchive(ctx, c, w, func(a *archive) error {
		pipeline := record.NewPipeline(locator, rules, a.redaction...)
		var n imported
		var errs []error
		for _, file := range i.Files {
			errs = append(errs, n.file(ctx, a, pipeline, file))
		}
		errs = append(errs, a.book.RollUp(ctx, time.Time{}))
		return errors.Join(append(errs, i.print(w, n))...)
	})
}

func (i *importCmd) print(w world, n imported) error {
	if i.JSON {
		return printJSON(w.out, n)
	}
	_, err := fmt.Fprintf(w.out, "%d calls in %d files: %d failures, %d of them new\n", n.Calls, n.Files, n.Failures, n.New)
	return err
}

// importBatch is the number of calls whose failures are stored together.
const importBatch = 100

func (n *imported) file(ctx context.Context, a *archive, p *record.Pipeline, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	n.Files++
	sequence := record.NewSequence(p)
	var counted []capture.Minute
	known := n.New
	flush := func() error {
		stored, err := a.store.Append(ctx, sequence.Take())
		n.New += stored
		counted = append(counted, sequence.Traffic()...)
		return err
	}
	readErr := har.Read(f, func(x *proxy.Exchange) error {
		n.Calls++
		if sequence.Add(x) != nil {
			n.Failures++
		}
		if n.Calls%importBatch != 0 {
			return ctx.Err()
		}
		return flush()
	})
	err = flush()
	if n.New > known {
		// A recording that brings nothing new was counted before.
		_, countErr := a.store.Append(ctx, capture.Batch{Traffic: counted})
		err = errors.Join(err, countErr)
	}
	if readErr != nil {
		readErr = &hinted{fmt.Errorf("import %s: %w", path, readErr), "what came before is stored; record the rest again, or correct the file"}
	}
	return errors.Join(readErr, err)
}
