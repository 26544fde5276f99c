package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/background"
	"flagrante/capture/store"
	"flagrante/draft/desk"
	"flagrante/draft/desk/live"
)

// place is where failures are kept: a file in the data folder, or the database that
// the settings name.
func (c config) place(dir string) (string, error) {
	if c.Store == "" {
		return filepath.Join(dir, databaseFile), nil
	}
	const hint = "write store: postgres://user@host:5432/database?sslmode=verify-full&sslrootcert=/path/ca.pem, and give the password by PGPASSWORD or by the file that PGPASSFILE names; without store, failures are kept in the data folder"
	address, err := url.Parse(c.Store)
	if err != nil || address.Host == "" && address.Query().Get("host") == "" || address.Scheme != "postgres" && address.Scheme != "postgresql" {
		return "", &hinted{errors.New("store: that is no address of a PostgreSQL database"), hint}
	}
	if _, given := address.User.Password(); given || address.Query().Has("password") {
		return "", &hinted{errors.New("store: the address holds a password, and a configuration is no place for one"), hint}
	}
	return c.Store, nil
}

// openStore opens where failures are kept.
func openStore(ctx context.Context, dir string, conf config, w world, options ...store.Option) (*store.Store, error) {
	place, err := conf.place(dir)
	if err != nil {
		return nil, err
	}
	if conf.Store != "" {
		origin, err := conf.origin(dir, w)
		if err != nil {
			return nil, err
		}
		options = append(options, store.WithOrigin(origin))
	}
	s, err := store.Open(ctx, place, options...)
	switch {
	case err == nil:
		return s, nil
	case conf.Store != "":
		hint := store.Hint(err)
		if hint == "" {
			hint = "look at what store: in the configuration names, and at the log of that server"
		}
		return nil, &hinted{err, hint}
	case errors.Is(err, store.ErrCorrupt):
		return nil, &hinted{err, "`flagrante serve` sets the file aside and begins a fresh one; or put a backup in its place"}
	}
	return nil, unusable(dir, err)
}

// unusable says what to do about a data folder that can't be used.
func unusable(dir string, err error) error {
	return &hinted{err, "check that " + dir + " is a folder that you may write to, with space left, and that flagrante.db in it is a database of flagrante; or name another one with --data"}
}

// withoutPassword is an address as it may be shown.
func withoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(that is no address)"
	}
	if values := u.Query(); values.Has("password") {
		values.Set("password", "xxxxx")
		u.RawQuery = values.Encode()
	}
	return u.Redacted()
}

const (
	// hearPause is how long it takes until a lost connection is made again, twice as long each time
	// up to hearPauseMost.
	hearPause     = time.Second
	hearPauseMost = 30 * time.Second
)

// hearer tells open pages of the desk what other machines store, on a goroutine of its
// own.
type hearer struct {
	*background.Task
	store *store.Store
	hub   *live.Hub
	log   zerolog.Logger
	// heard counts what others stored.
	heard atomic.Int64
}

func startHearer(s *store.Store, hub *live.Hub, log zerolog.Logger) *hearer {
	h := &hearer{store: s, hub: hub, log: log}
	h.Task = background.Start(h.run)
	return h
}

func (h *hearer) run(ctx context.Context) {
	for pause := hearPause; ; pause = min(2*pause, hearPauseMost) {
		err := h.store.Listen(ctx, func() {
			pause = hearPause
			h.heard.Add(1)
			h.hub.Publish(desk.EventChanged, desk.Changed{})
		})
		if ctx.Err() != nil {
			return
		}
		h.log.Warn().Err(err).Msg(fmt.Sprintf("what other machines store is not heard of; it is tried again in %v", pause))
		if !background.Rest(ctx, pause) {
			return
		}
	}
}
