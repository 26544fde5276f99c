package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world"
)

// importCmd takes failures from recordings.
type importCmd struct {
	Files         []string `arg:"" help:"HAR files, plain or packed with gzip, zlib or zstd; - is the standard input."`
	OriginCountry string   `help:"Country that all requests come from, such as BR." env:"FLAGRANTE_ORIGIN_COUNTRY" placeholder:"CODE"`
	Explain       bool     `help:"Print for each call which rules fired and which did not, and store nothing."`
	JSON          bool     `name:"json" help:"Print the numbers as JSON."`
}

// imported are the numbers of an import.
type imported struct {
	Files    int `json:"files"`
	Calls    int `json:"calls"`
	Failures int `json:"failures"`
	// New are the failures that were not in the store before, Known those that
	// were.
	New   int `json:"new"`
	Known int `json:"known"`
	// The others are entries that are no calls to a vendor, see har.Tally.
	NotHTTP    int `json:"not_http"`
	Cached     int `json:"cached"`
	Blocked    int `json:"blocked"`
	Unreadable int `json:"unreadable"`
}

// Run imports all files. A file that can't be read to its end does not keep the
// others, nor what came before, from being stored.
func (i *importCmd) Run(ctx context.Context, c *cli, w world.World) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	if i.Explain {
		return i.explain(ctx, conf, w)
	}
	config.Override(&conf.Origin.Country, i.OriginCountry)
	judged, err := newJudging(conf)
	if err != nil {
		return err
	}
	judged.rules = judged.rules.Thorough()
	return withArchive(ctx, c, w, func(a *archive.Archive) error {
		pipeline := judged.pipeline(a)
		for _, file := range i.Files {
			learnPaths(pipeline, file)
		}
		var n imported
		var errs []error
		for _, file := range i.Files {
			errs = append(errs, n.file(ctx, w, a.Store, pipeline, file))
		}
		errs = append(errs, a.Book.RollUp(ctx, time.Time{}))
		return errors.Join(append(errs, i.print(w, n))...)
	})
}

func (i *importCmd) print(w world.World, n imported) error {
	if i.JSON {
		return printJSON(w.Out, n)
	}
	_, err := fmt.Fprintf(w.Out, "%d calls in %d files: %d failures, %d of them new, %d already known\n%s",
		n.Calls, n.Files, n.Failures, n.New, n.Known, n.passedOver())
	return err
}

// passedOver says in a line which entries were left out, and why.
func (n imported) passedOver() string {
	var parts []string
	for _, p := range []struct {
		count int
		text  string
	}{
		{n.NotHTTP, "not HTTP (data:, blob: and the like)"},
		{n.Cached, "answered by the browser itself, from its cache or by a service worker"},
		{n.Blocked, "held back by the browser"},
		{n.Unreadable, "unreadable"},
	} {
		if p.count > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.count, p.text))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "passed over: " + strings.Join(parts, "; ") + "\n"
}
