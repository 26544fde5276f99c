package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/oklog/ulid/v2"

	"flagrante/capture/har"
	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/compose"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/lifecycle"
	"flagrante/draft/outbox"
)

// archive is an open data folder: what commands need that only look at, or send,
// what was caught.
type archive struct {
	store    *store.Store
	book     *lifecycle.Book
	shelf    *attach.Shelf
	exporter *export.Exporter
	outbox   *outbox.Outbox
	compose  compose.Settings
	gate     *gate.Gate
	masks    *handMasker
	// redaction is what a Redactor is made with.
	redaction []redact.Option
	// creator is what recordings name as the program that wrote them.
	creator har.Creator
}

// databaseFile is the database in the data folder.
const databaseFile = "flagrante.db"

// openArchive opens the data folder dir.
func openArchive(ctx context.Context, dir string, conf config, w world, options ...store.Option) (*archive, error) {
	// The key of masks is kept there, whether the database is or not.
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable(dir, err)
	}
	with, err := readWriting(conf, dir, w)
	if err != nil {
		return nil, err
	}
	s, err := openStore(ctx, dir, conf, w, options...)
	if err != nil {
		return nil, err
	}
	if with.keyErr != nil {
		return nil, errors.Join(with.keyErr, s.Close())
	}
	settings := with.settings
	last := gate.New(settings.Redactor)
	shelf := attach.Open(filepath.Join(dir, "attachments"), attach.Options{
		Now: w.now, NewID: func() string { return newID(w.now()) },
		Mask: func(name, mediaType string, text []byte) []byte {
			masked, _ := settings.Redactor.Message("attachment."+name, mediaType, text, false)
			return masked
		},
	})
	masks := &handMasker{store: s, redactor: settings.Redactor, hand: with.hand, shelf: shelf, now: w.now}
	if err := masks.learn(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	book := lifecycle.New(s, settings).WithClock(w.now).WithAttachments(shelf.List)
	exporter, err := conf.exporter(settings, last, w)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	a := &archive{store: s, book: book, shelf: shelf, exporter: exporter, compose: settings, gate: last, masks: masks, redaction: with.redaction, creator: creator(w)}
	a.outbox = outbox.New(outbox.Options{
		Store: s, Exporter: exporter, Draft: book.Draft, Sent: book.Sent, Closed: a.closed, Files: a.attachments,
		Lang: settings.Lang, Zone: settings.Zone, Now: w.now, NewID: func() string { return newID(w.now()) }, Holder: newID(w.now()),
	})
	return a, nil
}

// writing is what drafts are written and masked by.
type writing struct {
	settings  compose.Settings
	redaction []redact.Option
	hand      *redact.Hand
	// keyErr says that the key of masks in the data folder can't be had.
	keyErr error
}

// readWriting reads what the settings, and the data folder dir, say of drafts and masks.
func readWriting(c config, dir string, w world) (with writing, err error) {
	if with.settings, err = c.compose(); err == nil {
		with.settings.Edition, err = c.edition(w)
	}
	with.redaction, with.keyErr = c.redaction(dir)
	with.hand = &redact.Hand{}
	with.redaction = append(with.redaction, redact.WithHand(with.hand))
	with.settings.Redactor = redact.New(with.redaction...)
	return with, err
}

// attachments reads what people attached to a draft.
func (a *archive) attachments(ctx context.Context, d draft.Draft) ([]export.File, error) {
	var files []export.File
	for _, at := range d.Evidence.Attachments {
		f, _, err := a.shelf.Open(ctx, at.DraftID, at.ID)
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, err
		}
		files = append(files, export.File{Name: at.Name, Type: at.MediaType, Data: data, Checked: at.Checked})
	}
	return files, nil
}

// closed has a draft resolved whose ticket the portal has closed.
func (a *archive) closed(ctx context.Context, r draft.Receipt) error {
	_, err := a.book.SetState(ctx, r.DraftID, draft.Change{Actor: r.Portal, At: r.CheckedAt}, draft.Move{State: draft.StateResolved})
	return err
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

// bundle is what bundles are made with.
func (a *archive) bundle() export.BundleOptions {
	return export.BundleOptions{Text: textOptions(a.compose), Creator: a.creator, Gate: a.gate, Files: a.attachments}
}

// leave writes what a command gives away, once the gate has looked at it as that part.
func (a *archive) leave(to io.Writer, part gate.Part, write func(io.Writer) error) error {
	var out bytes.Buffer
	if err := write(&out); err != nil {
		return err
	}
	part.Data = out.Bytes()
	if err := a.gate.Check(part); err != nil {
		return err
	}
	_, err := to.Write(out.Bytes())
	return err
}

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
