package app

import (
	"context"
	"fmt"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/tracing"
)

// trace begins to send spans, where a collector is named.
func (a *App) trace(ctx context.Context, o Options) (err error) {
	if o.Config.Traces.Endpoint == "" {
		return nil
	}
	if a.tracer, err = tracing.Start(ctx, o.Config.Traces.Endpoint, o.World.Version, o.World.Now, o.Log); err != nil {
		return hinted.New(fmt.Errorf("traces.endpoint: %w", err), "leave traces.endpoint empty, and none are sent")
	}
	return nil
}
