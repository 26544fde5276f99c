package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"flagrante/capture/store"
	"flagrante/capture/store/engine"
	"flagrante/capture/store/trouble"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/serving"
	"flagrante/draft/desk/service"
)

// lock claims the data folder, so that two processes don't serve it.
func (a *App) lock(o Options) (err error) {
	if !o.Announce {
		return nil
	}
	a.claim, err = serving.Lock(o.Dir)
	if !errors.Is(err, serving.ErrServed) {
		return err
	}
	who := ""
	if other, err := serving.Find(o.Dir); err == nil {
		who = fmt.Sprintf(" (process %d, proxy %s, desk %s)", other.PID, other.Proxy, other.Desk)
	}
	return hinted.New(fmt.Errorf("%s: %w%s", o.Dir, serving.ErrServed, who), "use that one, stop it first, or give this one a folder of its own with --data")
}

// announceIn says in the data folder where this process listens.
func (a *App) announceIn(o Options) error {
	if a.claim == nil {
		return nil
	}
	return a.claim.Announce(serving.State{
		PID: os.Getpid(), Version: o.World.Version, Proxy: a.ProxyAddr.String(), Desk: a.DeskAddr.String(), Started: o.World.Now(),
	})
}

// openStored opens the data folder. A database that is corrupt is set aside, so that
// a fresh one takes its place.
func (a *App) openStored(ctx context.Context, o Options) (err error) {
	a.Archive, err = archive.Open(ctx, o.Dir, o.Config, o.World, store.Behind())
	if errors.Is(err, trouble.ErrCorrupt) {
		aside, asideErr := engine.SetAside(filepath.Join(o.Dir, datadir.DatabaseFile))
		if asideErr != nil {
			return errors.Join(err, asideErr)
		}
		a.aside.Store(&aside)
		o.Log.Error().Err(err).Str("aside", aside).Msg("the database is corrupt: it was set aside, and a fresh one takes its place")
		a.Archive, err = archive.Open(ctx, o.Dir, o.Config, o.World, store.Behind())
	}
	if err != nil {
		return err
	}
	a.Store.Watch(a.troubled(o.Log))
	return nil
}

// behindFrom is the number of failures from which on the search is said to be behind:
// fewer than that are indexed in a moment.
const behindFrom = 1000

// told adds what is known of the store to the numbers that the desk shows.
func (a *App) told(s service.Status) service.Status {
	if t, ok := a.trouble(); ok {
		s.Trouble = &t
	}
	if aside := a.aside.Load(); aside != nil {
		s.Aside = *aside
	}
	if behind := a.keeper.behind.Load(); behind >= behindFrom {
		s.Behind = behind
	}
	return s
}
