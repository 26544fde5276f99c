package main

import (
	"context"
	"errors"
	"fmt"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/serving"
	"flagrante/cmd/flagrante/internal/world"
)

// healthCmd asks the running flagrante how it is.
type healthCmd struct{}

// Run ends with an error unless it is ready.
func (healthCmd) Run(ctx context.Context, c *cli, w world.World) error {
	running, err := serving.Find(c.dataDir(w))
	if errors.Is(err, serving.ErrNone) {
		return hinted.New(err, "`flagrante serve` does")
	}
	if err != nil {
		return err
	}
	if err := ready(ctx, running.Desk); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.Out, "ready")
	return err
}
