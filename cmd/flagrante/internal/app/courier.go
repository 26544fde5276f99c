package app

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/capture/store/engine"
	"flagrante/capture/store/journal"
	"flagrante/capture/store/trouble"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
)

// courier takes what was caught to the team's store: by a journal on this machine, so
// that the traffic goes on and nothing is lost while the store is away.
type courier struct {
	journal *journal.Journal
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
func (a *App) openCourier(ctx context.Context, o Options) (err error) {
	origin, err := o.Config.OriginOf(o.Dir, o.World)
	if err != nil {
		return err
	}
	limit, err := o.Config.Journal.Limit()
	if err != nil {
		return err
	}
	c := &courier{keys: keyWatch{own: origin.Masks, log: o.Log}}
	if c.journal, err = a.openJournal(ctx, o, journal.Options{
		Path: filepath.Join(o.Dir, datadir.JournalFile), Origin: origin, Stream: world.NewID(o.World.Now()), MaxBytes: limit,
	}); err != nil {
		return err
	}
	var to delivery.Sender
	if a.Archive != nil {
		to = a.Store
		others, _, err := OtherKeys(ctx, a.Store, origin.Masks, o.World.Now())
		if err != nil {
			return errors.Join(err, c.journal.Close())
		}
		for _, one := range others {
			c.keys.see(one)
		}
		c.worker = delivery.Work(a.Store, handmade(a.Compose.Redactor), func(t delivery.Taken) { c.arrived(t, a.hub) }, o.Log)
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
func (a *App) openJournal(ctx context.Context, o Options, options journal.Options) (*journal.Journal, error) {
	j, err := journal.Open(ctx, options)
	if errors.Is(err, trouble.ErrCorrupt) {
		aside, asideErr := engine.SetAside(options.Path)
		if asideErr != nil {
			return nil, errors.Join(err, asideErr)
		}
		a.aside.Store(&aside)
		o.Log.Error().Err(err).Str("aside", aside).Msg("the journal is corrupt: it was set aside, and a fresh one takes its place")
		j, err = journal.Open(ctx, options)
	}
	if err != nil {
		return nil, datadir.Unusable(o.Dir, err)
	}
	j.Watch(a.troubled(o.Log))
	return j, nil
}

// troubled logs what keeps failures from being kept.
func (a *App) troubled(log zerolog.Logger) func(t trouble.Report, over bool) {
	return func(t trouble.Report, over bool) {
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
		hub.Publish(service.EventChanged, changed(t.Batch))
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
