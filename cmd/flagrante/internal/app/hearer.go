package app

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/background"
	"flagrante/capture/store"
	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
)

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
			h.hub.Publish(service.EventChanged, service.Changed{})
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
