// Package archive is an open data folder, or the store of a team: what was caught, and what people made of it.
package archive

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"flagrante/capture/har"
	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/compose"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/lifecycle"
	"flagrante/draft/outbox"
)

// Archive is an open data folder: what commands need that only look at, or send,
// what was caught.
type Archive struct {
	Store    *store.Store
	Book     *lifecycle.Book
	Shelf    *attach.Shelf
	Exporter *export.Exporter
	Outbox   *outbox.Outbox
	Compose  compose.Settings
	Gate     *gate.Gate
	Masks    *HandMasker
	// Redaction is what a Redactor is made with.
	Redaction []redact.Option
	// Creator is what recordings name as the program that wrote them.
	Creator har.Creator
}

// Open opens the data folder dir.
func Open(ctx context.Context, dir string, conf config.Config, w world.World, options ...store.Option) (*Archive, error) {
	// The key of masks is kept there, whether the database is or not.
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unusable(dir, err)
	}
	with, err := readWriting(conf, dir, w)
	if err != nil {
		return nil, err
	}
	s, err := OpenStore(ctx, dir, conf, w, options...)
	if err != nil {
		return nil, err
	}
	if with.keyErr != nil {
		return nil, errors.Join(with.keyErr, s.Close())
	}
	settings := with.settings
	last := gate.New(settings.Redactor)
	shelf := attach.Open(filepath.Join(dir, "attachments"), attach.Options{
		Now: w.Now, NewID: func() string { return world.NewID(w.Now()) },
		Mask: func(name, mediaType string, text []byte) []byte {
			masked, _ := settings.Redactor.Message("attachment."+name, mediaType, text, false)
			return masked
		},
	})
	masks := &HandMasker{store: s, redactor: settings.Redactor, Hand: with.hand, shelf: shelf, now: w.Now}
	if err := masks.learn(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	book := lifecycle.New(s, settings).WithClock(w.Now).WithAttachments(shelf.List)
	exporter, err := conf.Exporter(settings, last, w)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	a := &Archive{Store: s, Book: book, Shelf: shelf, Exporter: exporter, Compose: settings, Gate: last, Masks: masks, Redaction: with.redaction, Creator: config.Creator(w)}
	a.Outbox = outbox.New(outbox.Options{
		Store: s, Exporter: exporter, Draft: book.Draft, Sent: book.Sent, Closed: a.closed, Files: a.attachments,
		Lang: settings.Lang, Zone: settings.Zone, Now: w.Now, NewID: func() string { return world.NewID(w.Now()) }, Holder: world.NewID(w.Now()),
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
func readWriting(c config.Config, dir string, w world.World) (with writing, err error) {
	if with.settings, err = c.DraftSettings(); err == nil {
		with.settings.Edition, err = c.Edition(w)
	}
	with.redaction, with.keyErr = c.Redaction(dir)
	with.hand = &redact.Hand{}
	with.redaction = append(with.redaction, redact.WithHand(with.hand))
	with.settings.Redactor = redact.New(with.redaction...)
	return with, err
}

// attachments reads what people attached to a draft.
func (a *Archive) attachments(ctx context.Context, d draft.Draft) ([]export.File, error) {
	var files []export.File
	for _, at := range d.Evidence.Attachments {
		f, _, err := a.Shelf.Open(ctx, at.DraftID, at.ID)
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
func (a *Archive) closed(ctx context.Context, r draft.Receipt) error {
	_, err := a.Book.SetState(ctx, r.DraftID, draft.Change{Actor: r.Portal, At: r.CheckedAt}, draft.Move{State: draft.StateResolved})
	return err
}

// Failures reads failures as they may be shown.
func (a *Archive) Failures() MaskedFailures { return MaskedFailures{a.Store, a.Compose.Redactor} }

// Close closes the store.
func (a *Archive) Close() error { return a.Store.Close() }

// Bundle is what bundles are made with.
func (a *Archive) Bundle() export.BundleOptions {
	return export.BundleOptions{Text: config.TextOptions(a.Compose), Creator: a.Creator, Gate: a.Gate, Files: a.attachments}
}

// Leave writes what a command gives away, once the gate has looked at it as that part.
func (a *Archive) Leave(to io.Writer, part gate.Part, write func(io.Writer) error) error {
	var out bytes.Buffer
	if err := write(&out); err != nil {
		return err
	}
	part.Data = out.Bytes()
	if err := a.Gate.Check(part); err != nil {
		return err
	}
	_, err := to.Write(out.Bytes())
	return err
}
