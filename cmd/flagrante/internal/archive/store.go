package archive

import (
	"context"
	"errors"

	"flagrante/capture/store"
	"flagrante/capture/store/engine"
	"flagrante/capture/store/trouble"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
)

// OpenStore opens where failures are kept.
func OpenStore(ctx context.Context, dir string, conf config.Config, w world.World, options ...store.Option) (*store.Store, error) {
	place, err := conf.Place(dir)
	if err != nil {
		return nil, err
	}
	if conf.Store != "" {
		origin, err := conf.OriginOf(dir, w)
		if err != nil {
			return nil, err
		}
		options = append(options, store.WithOrigin(origin))
	}
	s, err := store.Open(ctx, place, options...)
	switch {
	case err == nil:
		return s, nil
	case errors.Is(err, engine.ErrNewer):
		return nil, hinted.New(err, "update flagrante on this machine; or work with another database, by --data or store:")
	case conf.Store != "":
		hint := store.Hint(err)
		if hint == "" {
			hint = "look at what store: in the configuration names, and at the log of that server"
		}
		return nil, hinted.New(err, hint)
	case errors.Is(err, trouble.ErrCorrupt):
		return nil, hinted.New(err, "`flagrante serve` sets the file aside and begins a fresh one; or put a backup in its place")
	}
	return nil, unusable(dir, err)
}

// unusable says what to do about a data folder that can't be used.
func unusable(dir string, err error) error {
	return hinted.New(err, "check that "+dir+" is a folder that you may write to, with space left, and that flagrante.db in it is a database of flagrante; or name another one with --data")
}
