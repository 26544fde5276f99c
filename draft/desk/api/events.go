package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"flagrante/draft/desk/door"
	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
)

const (
	// pulseEvery is how often the numbers of the traffic are told, when they change.
	pulseEvery = 500 * time.Millisecond
	// quietFor is how long nothing is sent before a sign of life is.
	quietFor = 15 * time.Second
	// writePatience is how long a reader may take for an event.
	writePatience = 10 * time.Second
	// dotsAtOnce is the largest number of calls that a pulse shows one by one.
	dotsAtOnce = 64
)

// pulse is what passed lately; it is not numbered, for the next one replaces it.
type pulse struct {
	service.Status
	Dots []live.Call `json:"dots"`
}

// events streams what happens, as server-sent events (HTML Standard, section
// 9.2). It begins after the event that Last-Event-ID or ?after= names. Where that
// cannot be told any more, it begins with "resync": read everything anew.
func (d *API) events(w http.ResponseWriter, r *http.Request) error {
	after := r.Header.Get("Last-Event-ID")
	if after == "" {
		after = r.URL.Query().Get("after")
	}
	now := d.Live.Last()
	sub, missed, whole, err := d.Live.Subscribe(after)
	if errors.Is(err, live.ErrFull) {
		return door.ErrTooManyReaders
	} else if err != nil {
		return door.ErrClosing
	}
	defer sub.Close()
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	s := &stream{w: w, control: http.NewResponseController(w)}
	if !whole {
		missed = []live.Event{{ID: now, Name: "resync", Data: []byte("{}")}}
	}
	if s.hello() == nil && s.events(missed) == nil {
		d.follow(r.Context(), s, sub)
	}
	return nil
}

// follow passes events and pulses on until the reader, or the hub, is gone.
func (d *API) follow(ctx context.Context, s *stream, sub *live.Subscription) {
	beat := time.NewTicker(pulseEvery)
	defer beat.Stop()
	_, seen := d.Strip.Since(0, 0)
	last := pulse{}
	quiet := time.Duration(0)
	for {
		select {
		case <-ctx.Done():
			return
		case e, open := <-sub.C:
			if !open || s.events([]live.Event{e}) != nil {
				return
			}
		case <-beat.C:
			p := pulse{Status: d.Status()}
			p.Dots, seen = d.Strip.Since(seen, dotsAtOnce)
			if quiet += pulseEvery; p.Same(last.Status) && len(p.Dots) == 0 && quiet < quietFor {
				continue
			}
			if quiet, last = 0, p; s.pulse(p) != nil {
				return
			}
		}
	}
}

// stream writes events, each within a time.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

func (s *stream) hello() error { return s.send("retry: 2000\n\n") }

func (s *stream) events(events []live.Event) error {
	for _, e := range events {
		if err := s.send(fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", e.ID, e.Name, e.Data)); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) pulse(p pulse) error {
	data, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return s.send(fmt.Sprintf("event: pulse\ndata: %s\n\n", data))
}

func (s *stream) send(text string) error {
	// A deadline that is long past ends a write that waits for a slow reader.
	late := time.AfterFunc(writePatience, func() { _ = s.control.SetWriteDeadline(time.Unix(1, 0)) })
	defer late.Stop()
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
