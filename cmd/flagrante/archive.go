package main

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/oklog/ulid/v2"

	"flagrante/capture/har"
	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/draft/compose"
	"flagrante/draft/export"
	"flagrante/draft/lifecycle"
)

// archive is an open data folder: what commands need that only look at, or send,
// what was caught.
type archive struct {
	store    *store.Store
	book     *lifecycle.Book
	exporter *export.Exporter
	compose  compose.Settings
	// redaction is what a Redactor is made with.
	redaction []redact.Option
}

// openArchive opens the data folder dir.
func openArchive(ctx context.Context, dir string, conf config, w world) (*archive, error) {
	settings, err := conf.compose()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, filepath.Join(dir, "flagrante.db"))
	if err != nil {
		return nil, &hinted{err, "check that " + dir + " is a folder that you may write to, with space left, and that flagrante.db in it is a database of flagrante"}
	}
	redaction, err := conf.redaction(dir)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	settings.Redactor = redact.New(redaction...)
	book := lifecycle.New(s, settings).WithClock(w.now)
	exporter, err := export.New(export.Options{
		Portals: conf.Portals, Text: textOptions(settings), Ledger: book, Env: w.env, Now: w.now,
		NewID: func() string { return newID(w.now()) },
	})
	if err != nil {
		return nil, errors.Join(&hinted{err, "correct the portals in the configuration"}, s.Close())
	}
	return &archive{store: s, book: book, exporter: exporter, compose: settings, redaction: redaction}, nil
}

// failures reads failures as they may be shown.
func (a *archive) failures() maskedFailures { return maskedFailures{a.store, a.compose.Redactor} }

func (a *archive) Close() error { return a.store.Close() }

// newID returns a ULID, which sorts by time. It is no secret, so the generator of the
// runtime, seeded by the system, will do: each exchange needs one.
func newID(at time.Time) string {
	id := ulid.MustNew(ulid.Timestamp(at), nil)
	binary.BigEndian.PutUint64(id[6:], rand.Uint64())
	binary.BigEndian.PutUint16(id[14:], uint16(rand.Uint32()))
	return id.String()
}

func creator() har.Creator { return har.Creator{Name: "flagrante", Version: version} }

// withArchive opens the data folder for one command.
func withArchive(ctx context.Context, c *cli, w world, f func(*archive) error) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	a, err := openArchive(ctx, c.dataDir(w), conf, w)
	if err != nil {
		return err
	}
	return errors.Join(f(a), a.Close())
}

// found adds a word on where IDs come from to an error about an unknown one.
func found(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &hinted{err, "`flagrante failures` lists the failures with their IDs"}
	case errors.Is(err, lifecycle.ErrNotFound):
		return &hinted{err, "`flagrante drafts` lists the drafts with their IDs"}
	}
	return err
}
