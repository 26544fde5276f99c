package app

import (
	"context"
	"strings"

	"flagrante/capture"
	"flagrante/capture/record"
	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
	"flagrante/draft/lifecycle"
	"flagrante/proxy"
)

// announcer stores batches, and tells open pages of the desk what is new.
type announcer struct {
	record.Appender
	hub *live.Hub
}

// Append stores a batch. What it tells of is in the store by then.
func (a announcer) Append(ctx context.Context, b capture.Batch) (int, error) {
	stored, err := a.Appender.Append(ctx, b)
	if err == nil && len(b.Failures)+len(b.Healed) > 0 {
		a.hub.Publish(service.EventChanged, changed(b))
	}
	return stored, err
}

func changed(b capture.Batch) service.Changed {
	c := service.Changed{Drafts: []string{}, Failures: len(b.Failures)}
	seen := map[string]bool{"": true}
	for _, f := range b.Failures {
		if id := lifecycle.DraftID(f); !seen[id] {
			seen[id] = true
			c.Drafts = append(c.Drafts, id)
		}
	}
	return c
}

// dot is what the strip shows of an exchange: neither path nor anything that was
// sent.
func dot(x *proxy.Exchange) live.Call {
	c := live.Call{At: x.Start, Host: hostOf(x.Request.URL), Method: x.Request.Method, Millis: x.Phases.Total.Milliseconds(), Encrypted: strings.HasPrefix(x.Request.URL, "https:")}
	if x.Response != nil {
		c.Status = x.Response.Status
	}
	return c
}

// hostOf returns the host and port of an absolute URL, without parsing the rest:
// this runs where the traffic does.
func hostOf(target string) string {
	_, rest, _ := strings.Cut(target, "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return rest[strings.LastIndexByte(rest, '@')+1:]
}
