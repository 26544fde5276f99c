package tap

import (
	"strconv"
	"strings"
	"time"

	"flagrante/proxy"
)

// stream is an exchange in the making.
type stream struct {
	id       uint32
	exchange *proxy.Exchange
	// spare is where its answer is put.
	spare    *proxy.Response
	sent     bodyCopy
	received bodyCopy
	// requested and answered say when the request was over and when the final
	// answer began; zero until then.
	requested, answered time.Time
	// whole is when the answer was over, zero before. The request may still be on its way.
	whole time.Time
	// reported says that the exchange is told. Only a tunnel stays open then.
	reported bool
	// held is the number of bytes that the stream keeps in memory.
	held int64
}

// errLength is the word for a message that is longer or shorter than it said.
const errLength = "the body does not have the length that its header announced"

// requestEnded notes that the app has sent all.
func (st *stream) requestEnded(now time.Time) {
	st.requested = now
	st.sent.complete()
}

// isAnswered reports whether nothing can change the answer any more.
func (st *stream) isAnswered() bool { return !st.whole.IsZero() }

// endedAt returns when both sides were over, or the answer alone where the request is cut
// off, and else what now says.
func (st *stream) endedAt(now func() time.Time) time.Time {
	switch {
	case !st.isAnswered():
		return now()
	case st.requested.After(st.whole):
		return st.requested
	}
	return st.whole
}

// isOpened reports whether the answer begins something that is no HTTP: the
// tunnel of a CONNECT, or that of an extended one (RFC 8441).
func (st *stream) isOpened() bool {
	x := st.exchange
	return x.Request.Method == "CONNECT" && x.Response != nil && x.Response.Status/100 == 2
}

// close writes into the exchange what is known at its end.
func (st *stream) close(now time.Time) {
	x := st.exchange
	x.Request.Body = measured(st.sent.body, x.Request.Header)
	if r := x.Response; r != nil {
		r.Body = st.received.body
		if !st.isBodiless() {
			r.Body = measured(r.Body, r.Header)
		}
	}
	st.time(now)
}

// isBodiless reports whether the answer has no body, whatever length its header
// names (RFC 9110, section 8.6).
func (st *stream) isBodiless() bool {
	status := st.exchange.Response.Status
	return st.exchange.Request.Method == "HEAD" || status == 204 || status == 304 || st.isOpened()
}

// measured takes a whole body for what it is when its length is not the announced
// one: malformed (RFC 9113, section 8.1.1).
func measured(b proxy.Body, header proxy.Fields) proxy.Body {
	if !b.Complete {
		return b
	}
	for _, f := range header {
		if !strings.EqualFold(f.Name, contentLength) {
			continue
		}
		if n, err := strconv.ParseInt(f.Value, 10, 64); err != nil || n != b.Size {
			b.Complete, b.Err = false, errLength
		}
	}
	return b
}

// time writes the durations. What has not ended ends now.
func (st *stream) time(now time.Time) {
	x, p := st.exchange, &st.exchange.Phases
	requested, answered := orNow(st.requested, now), orNow(st.answered, now)
	p.Send = max(0, requested.Sub(x.Start))
	p.Wait = max(0, answered.Sub(requested))
	p.Receive = max(0, orNow(st.whole, now).Sub(answered))
	p.Total = max(0, now.Sub(x.Start))
}

func orNow(t, now time.Time) time.Time {
	if t.IsZero() {
		return now
	}
	return t
}
