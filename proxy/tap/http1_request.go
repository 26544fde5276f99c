package tap

import (
	"cmp"
	"time"
)

func (t *HTTP1) readRequestHead(p []byte, now time.Time) int {
	if t.asked.isEmpty() {
		t.began = now
	}
	text, n, done, odd := t.asked.read(p, sectionLimit, false)
	switch {
	case !done && odd == "":
	case done && len(text) == len("\r\n"):
		// Empty lines before a request are not a part of it (RFC 9112, section 2.2). They may
		// be refused, but nobody takes them for anything else.
		t.asked.reset()
	case done && t.isPreface(text):
		t.become(NewHTTP2(t.opts.once(), t.conn))
		t.next.App([]byte(prefaceHead))
	default:
		t.begin(string(text), t.asked.count, odd, now)
	}
	return n
}

// begin begins an exchange with the head of its request. If the head is odd, the
// exchange is the last one of the connection.
func (t *HTTP1) begin(text string, lines int, odd string, now time.Time) {
	x := t.opts.Pool.Exchange()
	h, oddHead := parseHead(text, lines, x.Request.Header)
	line, oddLine := parseRequestLine(h.start)
	odd = cmp.Or(odd, oddLine, oddHead, t.oddRequest(&h, line))
	c := t.newCall(x, &h, line, now)
	c.x.Unread = odd
	c.cost = len(text) + len(h.fields)*fieldSize
	t.held += c.cost
	t.queue = append(t.queue, c)
	t.asked.reset()
	if odd != "" {
		t.asking = lost
		return
	}
	t.sending, t.asking = c, atBody
	t.request.begin(requestFraming(&h), h.length)
	if t.request.framing == noBody {
		t.endRequest(now)
	}
}

// oddRequest says why a request whose head is well-formed cannot be followed.
func (t *HTTP1) oddRequest(h *head, line requestLine) string {
	switch {
	case t.answering == lost:
		return unasked
	case len(t.queue) >= pipelineLimit, t.held > pipelineHeld:
		return tooDeep
	case line.method == "CONNECT" && (h.chunked || h.length > 0):
		return oddBodiless
	}
	return h.framing(line.proto)
}

func requestFraming(h *head) bodyFraming {
	switch {
	case h.chunked:
		return byChunks
	case h.length > 0:
		return byLength
	}
	return noBody
}

func (t *HTTP1) readRequestBody(p []byte, now time.Time) int {
	var into *bodyCopy
	if t.sending != nil {
		into = &t.sending.sent
		t.sending.lastSent = now
	}
	n, done, odd := t.request.read(p, into)
	switch {
	case odd != "":
		t.asking = lost
		if t.sending != nil {
			t.sending.x.Unread = odd
			t.endAnswered(t.sending, now)
		}
	case done:
		t.endRequest(now)
	}
	return n
}

// endAnswered ends the exchange of a request that was answered before it was over.
func (t *HTTP1) endAnswered(c *call, now time.Time) {
	if c.isAnswered() {
		t.report(now)
	}
}

// endRequest ends a request whose exchange may be over already.
func (t *HTTP1) endRequest(now time.Time) {
	t.asking = atHead
	c := t.sending
	if c == nil {
		return
	}
	t.sending = nil
	c.sent.complete()
	c.x.Request.Trailer = t.request.trailer
	more := cap(c.sent.body.Data) + len(c.x.Request.Trailer)*fieldSize
	c.cost += more
	t.held += more
	if c.upgrade && !c.isAnswered() {
		t.asking = atHold
	}
	t.endAnswered(c, now)
}
