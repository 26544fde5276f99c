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
	x *proxy.Exchange
	// answer is that of x when there is one.
	answer         *proxy.Response
	sent, received bodyCopy
	// began, lastSent and firstByte are when the first and the last byte of the
	// request and the first byte of the final answer passed.
	began, lastSent, firstByte time.Time
	// answered is when the answer was over, zero before. Its request may still be on its way.
	answered time.Time
	upgrade  bool
	// cost is the memory that the request takes, about.
	cost int
}

// newCall makes a call of x, which is empty.
func (t *HTTP1) newCall(x *proxy.Exchange, h *head, line requestLine, now time.Time) *call {
	c := t.spare
	if t.spare = nil; c == nil {
		c = &call{}
	}
	answer := x.Response
	*x = proxy.Exchange{
		ID: t.opts.NewID(now), Start: now,
		Client: t.conn.Client, Peer: t.conn.Peer, Tunnel: t.conn.Tunnel, Upstream: t.conn.Upstream,
		Request: proxy.Request{Method: line.method, URL: targetURL(&t.conn, line, h.host), Proto: line.proto, Header: h.fields},
		Pooled:  x.Pooled,
	}
	*c = call{
		x: x, answer: answer,
		sent:     bodyCopy{limit: t.opts.BodyLimit, announced: max(0, h.length), pool: t.opts.Pool},
		received: bodyCopy{limit: t.opts.BodyLimit, pool: t.opts.Pool},
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

// report ends the first exchange of the queue.
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
	x := c.x
	*c = call{}
	t.spare = c
	t.opts.Observe(x)
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
	if c.isAnswered() {
		now = c.answered
	}
	p.Receive = now.Sub(c.firstByte)
}

// isAnswered reports whether only a part of the request is due.
func (c *call) isAnswered() bool { return !c.answered.IsZero() }
