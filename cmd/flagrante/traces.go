package main

import (
	"context"
	"fmt"

	"flagrante/cmd/flagrante/internal/tracing"
)

// traces checks where spans are to go.
func (c config) traces() error {
	if c.Traces.Endpoint == "" {
		return nil
	}
	return tracing.Check(c.Traces.Endpoint)
}

// trace begins to send spans, where a collector is named.
func (a *app) trace(ctx context.Context, o appOptions) (err error) {
	if o.Config.Traces.Endpoint == "" {
		return nil
	}
	if a.tracer, err = tracing.Start(ctx, o.Config.Traces.Endpoint, o.World.version, o.World.now, o.Log); err != nil {
		return &hinted{fmt.Errorf("traces.endpoint: %w", err), "leave traces.endpoint empty, and none are sent"}
	}
	return nil
}
