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

// trace has spans made of exchanges, drafts and exports, where a collector is named.
func (a *app) trace(ctx context.Context, o appOptions) (err error) {
	if o.Config.Traces.Endpoint == "" {
		return nil
	}
	if a.tracer, err = tracing.Start(ctx, o.Config.Traces.Endpoint, o.World.version, o.World.now, o.Log); err != nil {
		return &hinted{fmt.Errorf("traces.endpoint: %w", err), "leave traces.endpoint empty, and none are sent"}
	}
	a.book = a.book.WithWatch(a.tracer.Draft)
	a.outbox.Ran = a.tracer.Export
	return nil
}
