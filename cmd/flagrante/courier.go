package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/filter"
	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/draft/desk"
	"flagrante/draft/desk/live"
)

// What a process does in a team.
const (
	roleAll   = "all"
	roleProxy = "proxy"
)

// journalFile is the journal in the data folder.
const journalFile = "journal.db"

// journalConfig is about what waits for the team's store.
type journalConfig struct {
	// Size is a number of bytes such as 1GB.
	Size string `yaml:"size"`
}

// limit reads the setting.
func (c journalConfig) limit() (int64, error) {
	bytes, ok := filter.ParseSize(c.Size)
	if !ok || bytes <= 0 {
		return 0, &hinted{fmt.Errorf("journal.size: %q is no size", c.Size), "write a number of bytes, such as 1GB"}
	}
	return bytes, nil
}

// onlyProxy reports whether the process keeps and shows nothing, but sends what it
// catches to the team's store.
func (c config) onlyProxy() bool { return c.Role == roleProxy }

// checkRole looks at what the process is to do.
func (c config) checkRole() error {
	if _, err := c.Journal.limit(); err != nil {
		return err
	}
	switch {
	case c.Role != roleAll && c.Role != roleProxy:
		return &hinted{fmt.Errorf("role: there is no %q", c.Role), "write all, or proxy for a process that only sends what it catches to the database that store names"}
	case c.onlyProxy() && !store.Shared(c.Store):
		return &hinted{errors.New("role: a process that is a proxy only needs the database of a team"), "name it: store: postgres://…"}
	}
	return nil
}

// courier takes what was caught to the team's store: by a journal on this machine, so
// that the traffic goes on and nothing is lost while the store is away.
type courier struct {
	journal *store.Journal
	shipper *delivery.Shipper
	// sender is nil where the process has the store open itself.
	sender *store.Sender
	// worker stores what any proxy sent, nil for a process that is a proxy only.
	worker *delivery.Worker
	// keys compares the keys of masks in what worker stores.
	keys keyWatch
	// stored are the failures that worker has stored.
	stored atomic.Int64
}

// openCourier opens the journal and begins to send what is in it.
func (a *app) openCourier(ctx context.Context, o appOptions) (err error) {
	origin, err := o.Config.origin(o.Dir, o.World)
	if err != nil {
		return err
	}
	limit, err := o.Config.Journal.limit()
	if err != nil {
		return err
	}
	c := &courier{keys: keyWatch{own: origin.Masks, log: o.Log}}
	if c.journal, err = a.openJournal(ctx, o, store.JournalOptions{
		Path: filepath.Join(o.Dir, journalFile), Origin: origin, Stream: newID(o.World.now()), MaxBytes: limit,
	}); err != nil {
		return err
	}
	var to delivery.Sender
	if a.archive != nil {
		to = a.store
		others, _, err := otherKeys(ctx, a.store, origin.Masks, o.World.now())
		if err != nil {
			return errors.Join(err, c.journal.Close())
		}
		for _, one := range others {
			c.keys.see(one)
		}
		c.worker = delivery.Work(a.store, handmade(a.compose.Redactor), func(t delivery.Taken) { c.arrived(t, a.hub) }, o.Log)
	} else {
		if c.sender, err = store.OpenSender(o.Config.Store); err != nil {
			return errors.Join(err, c.journal.Close())
		}
		to = c.sender
		o.Log.Info().Str("key", origin.Masks).Msg("masks are made with this key: the desk warns if its own is another one")
	}
	c.shipper = delivery.Ship(c.journal, to, o.Log)
	a.courier, a.keeps = c, c.journal
	return nil
}

// openJournal opens the journal. One that is corrupt is set aside, so that a fresh one
// takes its place.
func (a *app) openJournal(ctx context.Context, o appOptions, options store.JournalOptions) (*store.Journal, error) {
	j, err := store.OpenJournal(ctx, options)
	if errors.Is(err, store.ErrCorrupt) {
		aside, asideErr := store.SetAside(options.Path)
		if asideErr != nil {
			return nil, errors.Join(err, asideErr)
		}
		a.aside.Store(&aside)
		o.Log.Error().Err(err).Str("aside", aside).Msg("the journal is corrupt: it was set aside, and a fresh one takes its place")
		j, err = store.OpenJournal(ctx, options)
	}
	if err != nil {
		return nil, &hinted{err, "check that " + o.Dir + " is a folder that you may write to, with space left; or name another one with --data"}
	}
	j.Watch(a.troubled(o.Log))
	return j, nil
}

// troubled logs what keeps failures from being kept.
func (a *app) troubled(log zerolog.Logger) func(t store.Trouble, over bool) {
	return func(t store.Trouble, over bool) {
		switch {
		case over:
			log.Warn().Str("cause", t.Cause).Msg("failures are stored again")
		case t.Aside != "":
			a.aside.Store(&t.Aside)
			log.Error().Str("cause", t.Cause).Str("aside", t.Aside).Msg("the database is corrupt: it was set aside, and a fresh one takes its place")
		default:
			log.Error().Str("cause", t.Cause).Msg("failures can't be stored (" + t.Text + "): they are held in memory while there is room, then dropped and counted; the traffic goes on")
		}
	}
}

// handmade masks what people masked by hand in what other machines sent: those know
// nothing of it.
func handmade(r *redact.Redactor) func(*capture.Batch) {
	return func(b *capture.Batch) {
		for i, f := range b.Failures {
			if masked, changed := r.Handmade(f); changed {
				b.Failures[i] = masked
			}
		}
		for i := range b.Good {
			if masked, changed := r.HandmadeExchange(&b.Good[i].Exchange); changed {
				b.Good[i].Exchange = masked
			}
		}
	}
}

// arrived tells open pages of what was stored.
func (c *courier) arrived(t delivery.Taken, hub *live.Hub) {
	c.stored.Add(int64(t.Stored))
	c.keys.see(t.Origin)
	if len(t.Batch.Failures)+len(t.Batch.Healed) > 0 {
		hub.Publish(desk.EventChanged, changed(t.Batch))
	}
}

// deliverPatience is how long the end waits for the team's store to take what was
// caught last. What it does not take stays in the journal.
const deliverPatience = 5 * time.Second

// settle sends what is in the journal, and stores what was sent of it. What others sent
// waits for another desk, or for the next start.
func (c *courier) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, deliverPatience)
	defer cancel()
	if err := c.shipper.Drain(ctx); err != nil || c.worker == nil {
		return // It is logged, and sent after the next start.
	}
	c.worker.Settle(ctx, c.journal.Stream)
}

// Close ends the sending and storing. What is in the journal is sent after the next
// start.
func (c *courier) Close() error {
	c.shipper.Close()
	if c.worker != nil {
		c.worker.Close()
	}
	err := c.journal.Close()
	if c.sender != nil {
		err = errors.Join(err, c.sender.Close())
	}
	return err
}
