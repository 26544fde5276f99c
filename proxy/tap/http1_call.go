package tap

import (
	"slices"
	"time"

	"flagrante/proxy"
)

// fieldSize is about the memory that a field takes beside its text.
const fieldSize = 32

// call is an exchange under way.
type call struct {
	x              proxy.Exchange
	answer         proxy.Response
	sent, received bodyCopy
	// began, lastSent and firstByte are when the first and the last byte of the
	// request and the first byte of the final answer passed.
	began, lastSent, firstByte time.Time
	upgrade                    bool
	// cost is the memory that the request takes, about.
	cost int
}

func (t *HTTP1) newCall(h *head, line requestLine, now time.Time) *call {
	c := &call{
		x: proxy.Exchange{
			ID: t.opts.NewID(now), Start: now,
			Client: t.conn.Client, Peer: t.conn.Peer, Tunnel: t.conn.Tunnel, Upstream: t.conn.Upstream,
			Request: proxy.Request{Method: line.method, URL: targetURL(t.conn, line, h.host), Proto: line.proto, Header: h.fields},
		},
		sent:     bodyCopy{limit: t.opts.BodyLimit, announced: max(0, h.length)},
		received: bodyCopy{limit: t.opts.BodyLimit},
		began:    t.began, lastSent: now,
		upgrade: h.upgrade || line.method == "CONNECT",
	}
	if t.begun {
		c.x.Upstream.Reused = true
	} else {
		c.x.Phases = t.conn.Setup
	}
	t.begun = true
	return c
}

// isTunnel reports whether the answer turns the connection into a tunnel.
func (c *call) isTunnel() bool {
	return c.x.Request.Method == "CONNECT" && c.answer.Status >= 200 && c.answer.Status < 300
}

// report ends the first exchange of the queue. Its request may still be on its
// way, of which nothing is copied any more.
func (t *HTTP1) report(now time.Time) {
	c := t.queue[0]
	t.queue = slices.Delete(t.queue, 0, 1)
	t.held -= c.cost
	if t.sending == c {
		t.sending = nil
	}
	c.x.Request.Body = c.sent.body
	if c.x.Response != nil {
		c.answer.Body = c.received.body
	}
	c.time(now)
	t.opts.Observe(&c.x)
}

// time notes how long the parts took. An answer may have come before the end of
// the request, and then nobody waited for it.
func (c *call) time(now time.Time) {
	p := &c.x.Phases
	p.Send = c.lastSent.Sub(c.began)
	p.Total = now.Sub(c.x.Start)
	if c.firstByte.IsZero() {
		p.Wait = max(0, now.Sub(c.lastSent))
		return
	}
	p.Wait = max(0, c.firstByte.Sub(c.lastSent))
	p.Receive = now.Sub(c.firstByte)
}
