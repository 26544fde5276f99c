package main

import (
	"context"
	"errors"

	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/lifecycle"
)

// withArchive opens the data folder for one command.
func withArchive(ctx context.Context, c *cli, w world.World, f func(*archive.Archive) error) error {
	conf, err := c.settings(w)
	if err != nil {
		return err
	}
	a, err := archive.Open(ctx, c.dataDir(w), conf, w)
	if err != nil {
		return err
	}
	return errors.Join(f(a), a.Close())
}

// found adds a word on where IDs come from to an error about an unknown one.
func found(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return hinted.New(err, "`flagrante failures` lists the failures with their IDs")
	case errors.Is(err, lifecycle.ErrNotFound):
		return hinted.New(err, "`flagrante drafts` lists the drafts with their IDs")
	}
	return err
}
