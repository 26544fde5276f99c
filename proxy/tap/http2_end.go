package tap

import (
	"errors"
	"fmt"
	"io"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// AppEnded ends the connection for all streams when it broke. After an orderly
// end the vendor may still answer.
func (t *HTTP2) AppEnded(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.appGone = true
	if err != nil {
		t.end(t.abort)
	}
}

// VendorEnded ends the connection for all streams: an answer comes only from
// the vendor. If the app had gone before, the vendor followed it.
func (t *HTTP2) VendorEnded(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.appGone {
		t.end(t.abort)
		return
	}
	t.end(func(st *stream) { t.fail(st, t.broken(st, err)) })
}

// Close reports what is open when we are the first to go.
func (t *HTTP2) Close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.appGone {
		t.end(t.abort)
		return
	}
	t.end(func(st *stream) {
		t.fail(st, &proxy.Error{Type: "proxy_internal_error", Phase: proxy.PhaseWait, Text: proxy.CutByUs})
	})
}

// end ends every open stream in the same way, once. Of streams that could not be
// followed to here nothing is said but that.
func (t *HTTP2) end(how func(*stream)) {
	if t.ended {
		return
	}
	t.ended = true
	if t.unread != "" {
		how = t.report
	}
	for _, st := range t.open() {
		how(st)
	}
}

// broken names the end of a connection on which the answer was not over.
func (t *HTTP2) broken(st *stream, err error) *proxy.Error {
	phase := proxy.PhaseWait
	if st.exchange.Response != nil {
		phase = proxy.PhaseReceive
	}
	if isOrderly(err) {
		err = io.ErrUnexpectedEOF
	}
	cause := fault.Of(err, phase)
	if errors.Is(err, io.ErrUnexpectedEOF) && t.goAway != nil && t.goAway.code != 0 {
		cause.Text = "the vendor ended the connection: " + errorCode(t.goAway.code)
	}
	return cause
}

// malformed names an answer that the app cannot make sense of either.
func malformed() *proxy.Error {
	return &proxy.Error{Type: "http_protocol_error", Phase: proxy.PhaseReceive, Text: "the vendor's answer is not valid HTTP/2"}
}

// notHTTP2 ends what is open when the vendor does not even begin in HTTP/2: of all that can't
// be followed, this alone no app can make sense of either.
func (t *HTTP2) notHTTP2(h *half, err error) {
	if !h.fromVendor || !errors.Is(err, errBegin) {
		return
	}
	for _, st := range t.open() {
		t.fail(st, malformed())
	}
}

// complete ends a stream whose answer is whole, unless its request is still on its way.
func (t *HTTP2) complete(st *stream) {
	st.received.complete()
	if st.whole = t.opts.Now(); !st.requested.IsZero() {
		t.report(st)
	}
}

// abort ends a stream that the app has left.
func (t *HTTP2) abort(st *stream) {
	if !st.reported && !st.isAnswered() {
		st.exchange.Aborted = true
	}
	t.report(st)
}

// fail ends a stream without its answer, or in the middle of it.
func (t *HTTP2) fail(st *stream, cause *proxy.Error) {
	switch {
	case st.reported, st.isAnswered():
	case st.exchange.Response == nil:
		if cause.Phase == proxy.PhaseWait && st.requested.IsZero() {
			cause.Phase = proxy.PhaseSend
		}
		st.exchange.Err = cause
	default:
		st.received.body.Err = cause.Text
	}
	t.report(st)
}

// opened reports an exchange after which its stream goes on as a tunnel.
func (t *HTTP2) opened(st *stream) {
	st.received.complete()
	t.observe(st)
}

// tunnelled ends a tunnel when the vendor does.
func (t *HTTP2) tunnelled(h *half, st *stream, end bool) {
	if h.fromVendor && end {
		t.report(st)
	}
}

// report forgets a stream, and tells its exchange unless that has been done.
func (t *HTTP2) report(st *stream) {
	delete(t.streams, st.id)
	if !st.reported {
		t.observe(st)
	}
}

func (t *HTTP2) observe(st *stream) {
	st.reported = true
	st.exchange.Unread = t.unread
	st.close(st.endedAt(t.opts.Now))
	// A tunnel is looked at to its end.
	st.exchange.Pooled = st.exchange.Pooled && !st.isOpened()
	t.held -= st.held
	st.held = 0
	t.opts.Observe(st.exchange)
}

// hold counts what a stream keeps in memory.
func (t *HTTP2) hold(st *stream, n int) {
	st.held += int64(n)
	t.held += int64(n)
}

// copy copies a part of a body as long as there is room.
func (t *HTTP2) copy(st *stream, c *bodyCopy, p []byte) {
	before := cap(c.body.Data)
	if t.held >= heldLimit {
		c.limit = int64(len(c.body.Data))
	}
	c.write(p)
	t.hold(st, cap(c.body.Data)-before)
}

// errorCode names an error code of RFC 9113, section 7.
func errorCode(code uint32) string {
	names := [...]string{
		"NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR",
		"REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
	}
	if int64(code) < int64(len(names)) {
		return names[code]
	}
	return fmt.Sprintf("error code %#x", code)
}
