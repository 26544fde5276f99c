package tap

import (
	"encoding/base64"
	"strings"
)

// prefaceHead is what the preface of HTTP/2 is to a reader of HTTP/1: a whole head.
const prefaceHead = "PRI * HTTP/2.0\r\n\r\n"

// isPreface reports whether the first head of a connection is the beginning of HTTP/2: not
// all who speak it have agreed on it before.
func (t *HTTP1) isPreface(head []byte) bool {
	return t.opts.Become != nil && !t.begun && string(head) == prefaceHead
}

// become hands the connection over.
func (t *HTTP1) become(next Tap) {
	t.next = next
	t.opts.Become(next)
}

// once are options for the tap that a connection is handed over to: it is the last one, or a
// peer that begins in both ways would be handed to and fro.
func (o Options) once() Options {
	o.Become = nil
	return o
}

// becomesHTTP2 reports whether an answer to c means that HTTP/2 follows, in which the answer
// proper is that of stream 1 (RFC 7540, section 3.2).
func (t *HTTP1) becomesHTTP2(c *call) bool {
	return t.opts.Become != nil && t.asking == atHold && c.answer.Status == 101 && strings.EqualFold(c.answer.Header.Get("Upgrade"), "h2c")
}

// becomeHTTP2 goes on with c as the first stream.
func (t *HTTP1) becomeHTTP2(c *call) {
	next := NewHTTP2(t.opts.once(), t.conn)
	next.established, next.newest = true, 1
	c.x.Response = nil
	st := &stream{id: 1, exchange: c.x, spare: c.answer, sent: c.sent, requested: c.lastSent}
	st.received.limit, st.received.pool = t.opts.BodyLimit, t.opts.Pool
	next.streams[st.id] = st
	next.hold(st, c.cost)
	settings, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(c.x.Request.Header.Get("HTTP2-Settings"), "="))
	if err == nil {
		err = next.settings(&next.app, piece{data: settings})
	}
	if err != nil {
		next.unread = errShort.Error()
	}
	t.queue = nil
	t.become(next)
}

// isHTTP1 reports whether an app goes on otherwise than HTTP/2 begins.
func (t *HTTP2) isHTTP1(p []byte) bool {
	due := t.app.frames.preface
	n := min(len(due), len(p))
	return due[:n] != string(p[:n]) && t.newest == 0 && t.opts.Become != nil
}

// becomeHTTP1 is for an app that has agreed on HTTP/2 and speaks something else.
func (t *HTTP2) becomeHTTP1(p []byte) {
	next := NewHTTP1(t.opts.once(), t.conn)
	t.opts.Become(next)
	next.App([]byte(strings.TrimSuffix(clientPreface, t.app.frames.preface)))
	next.App(p)
}
