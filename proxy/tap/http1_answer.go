package tap

import (
	"cmp"
	"strings"
	"time"

	"flagrante/proxy"
)

func (t *HTTP1) readAnswerHead(p []byte, now time.Time) int {
	if t.answered.isEmpty() {
		if !t.expect(now) {
			t.answering = lost
			return len(p)
		}
		t.firstByte = now
	}
	if !t.startsAnswer(p) {
		t.misread(now, oddStatus)
		return len(p)
	}
	text, n, done, odd := t.answered.read(p, sectionLimit, false)
	if done || odd != "" {
		head := string(text)
		if t.answered.bare {
			head = strings.ReplaceAll(head, "\n", "\r\n")
		}
		t.take(head, odd, now)
	}
	return n
}

// expect reports whether an answer belongs to a request, if only to the part of
// one that was sent so far.
func (t *HTTP1) expect(now time.Time) bool {
	if len(t.queue) == 0 && !t.asked.isEmpty() {
		t.begin(string(t.asked.buf[:t.asked.line]), t.asked.count, answeredMid, now)
	}
	return t.isDue()
}

// isDue reports whether there is a request without a whole answer.
func (t *HTTP1) isDue() bool { return len(t.queue) > 0 && !t.queue[0].isAnswered() }

// startsAnswer reports whether p goes on as an answer begins. What does not is
// known as such before the end of its first line, which may never come.
func (t *HTTP1) startsAnswer(p []byte) bool {
	const start = "HTTP/"
	from := len(t.answered.buf)
	for i := from; i < len(start) && i-from < len(p); i++ {
		if p[i-from] != start[i] {
			return false
		}
	}
	return true
}

// take takes the head of an answer.
func (t *HTTP1) take(text, odd string, now time.Time) {
	c := t.queue[0]
	h, oddHead := parseHead(text, t.answered.count, c.answer.Header)
	t.answered.reset()
	line, ok := parseStatusLine(h.start)
	odd = cmp.Or(odd, oddHead, h.framing(line.proto), t.oddAnswer(&h, line.code))
	interim := line.code < 200 && line.code != 101
	switch {
	case !ok:
		t.misread(now, oddStatus)
		return
	case interim && odd == "":
		return
	case interim:
		t.misread(now, odd)
		return
	}
	c.firstByte = t.firstByte
	*c.answer = proxy.Response{Status: line.code, Reason: line.reason, Proto: line.proto, Header: h.fields}
	c.x.Response = c.answer
	if odd != "" {
		t.lose(now, odd)
		return
	}
	t.beginAnswer(c, &h, now)
}

// oddAnswer notices a body where no recipient may expect one, but some do. Of a 204 that
// nothing waits behind, it does not matter: an app that goes on has not expected one.
func (t *HTTP1) oddAnswer(h *head, code int) string {
	if (code < 200 || code == 204 && len(t.queue) > 1) && (h.chunked || h.length > 0) {
		return oddBodiless
	}
	return ""
}

// beginAnswer goes on to the body. If the method is not known, nor is whether
// there is one.
func (t *HTTP1) beginAnswer(c *call, h *head, now time.Time) {
	if c.x.Request.Method == "" {
		t.lose(now, c.x.Unread)
		return
	}
	switch {
	case t.becomesHTTP2(c):
		t.becomeHTTP2(c)
		return
	case c.answer.Status == 101, c.isTunnel():
		t.open(c, now)
		return
	}
	t.answering = atBody
	t.answer.begin(answerFraming(h, c), h.length)
	c.received.answers(c.answer, max(0, h.length))
	if t.answer.framing == noBody {
		t.endAnswer(now)
	}
}

// answerFraming follows RFC 9112, section 6.3.
func answerFraming(h *head, c *call) bodyFraming {
	switch {
	case c.x.Request.Method == "HEAD", c.answer.Status == 204, c.answer.Status == 304:
		return noBody
	case h.chunked:
		return byChunks
	case h.length >= 0:
		return byLength
	}
	return byClose
}

func (t *HTTP1) readAnswerBody(p []byte, now time.Time) int {
	n, done, odd := t.answer.read(p, &t.queue[0].received)
	switch {
	case odd != "":
		t.queue[0].answer.Trailer = t.answer.trailer
		t.lose(now, odd)
	case done:
		t.endAnswer(now)
	}
	return n
}

// endAnswer ends the answer to the first exchange of the queue, and that one with it unless its
// request is still on its way: what the vendor knows of it by then need not be all.
func (t *HTTP1) endAnswer(now time.Time) {
	c := t.queue[0]
	c.received.complete()
	c.answer.Trailer = t.answer.trailer
	t.answering = atHead
	if c.upgrade && t.asking == atHold {
		t.asking = atHead
	}
	if c.answered = now; t.sending != c {
		t.report(now)
	}
}

// open ends an exchange after which the connection is no longer HTTP/1. Bytes
// that the app sent ahead belong to what it is now.
func (t *HTTP1) open(c *call, now time.Time) {
	c.received.complete()
	t.report(now)
	if len(t.queue) > 0 && t.queue[0].x.Unread == tooEarly {
		t.queue = nil
	}
	t.lose(now, unordered)
}

// misread ends the first exchange of the queue, whose answer is none that the
// app could make sense of either, if it has asked in HTTP/1 at all.
func (t *HTTP1) misread(now time.Time, odd string) {
	if t.queue[0].x.Unread == "" {
		t.queue[0].x.Err = invalidAnswer()
	}
	t.lose(now, odd)
}

func invalidAnswer() *proxy.Error {
	return &proxy.Error{Type: "http_protocol_error", Phase: proxy.PhaseReceive, Text: "the vendor's answer is not valid HTTP/1"}
}

// lose reports what is open, the first exchange with the reason why it is the
// last one that was read, and follows the connection no more.
func (t *HTTP1) lose(now time.Time, odd string) {
	t.asking, t.answering = lost, lost
	for len(t.queue) > 0 {
		c := t.queue[0]
		c.x.Unread = cmp.Or(c.x.Unread, odd)
		t.report(now)
		odd = unordered
	}
}
