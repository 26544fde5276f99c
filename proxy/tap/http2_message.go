package tap

import (
	"strconv"
	"strings"

	"flagrante/proxy"
)

// block puts a header block together and takes it when it is whole.
func (t *HTTP2) block(h *half, p piece) error {
	fragment, err := p.fragment()
	if err != nil {
		return err
	}
	if p.kind != frameContinuation {
		h.opening, h.block = p.frame, h.block[:0]
	}
	if !p.has(flagEndHeaders) || len(h.block) > 0 {
		if len(h.block)+len(fragment) > payloadLimit {
			return errBlock
		}
		h.block = append(h.block, fragment...)
		fragment = h.block
	}
	if !p.has(flagEndHeaders) {
		return nil
	}
	if cap(h.block) > payloadKept {
		h.block = nil
	}
	s, err := h.fields.decode(fragment)
	if err != nil {
		return err
	}
	return t.headers(h, s)
}

// fragment returns the part of a header block in a frame, without what stands
// around it.
func (p piece) fragment() ([]byte, error) {
	data, padding, before := p.data, 0, 0
	if p.kind != frameContinuation && p.has(flagPadded) {
		if len(data) == 0 {
			return nil, errPadding
		}
		padding, data = int(data[0]), data[1:]
	}
	switch {
	case p.kind == framePushPromise:
		before = 4
	case p.kind == frameHeaders && p.has(flagPriority):
		before = 5
	}
	if before+padding > len(data) {
		return nil, errPadding
	}
	return data[before : len(data)-padding], nil
}

// headers takes a whole header section.
func (t *HTTP2) headers(h *half, s *section) error {
	id, end := h.opening.stream, h.opening.has(flagEndStream)
	switch {
	case h.opening.kind == framePushPromise && !h.fromVendor, isPushed(id) && !h.fromVendor:
		return errIdle
	case h.opening.kind == framePushPromise:
		return nil
	case !h.fromVendor && id > t.newest:
		t.begin(id, s, end)
		return nil
	}
	st, err := t.find(id)
	switch {
	case st == nil:
		return err
	case st.reported:
		t.tunnelled(h, st, end)
	case !h.fromVendor:
		t.requestTrailer(st, s, end)
	case st.isAnswered():
	case st.exchange.Response == nil:
		t.answer(st, s, end)
	case !end || s.pseudo:
		// Behind the head of an answer stand trailers and nothing else (RFC 9113, section 8.1).
		t.fail(st, malformed())
	default:
		st.exchange.Response.Trailer = s.fields()
		t.complete(st)
	}
	return nil
}

// begin opens a stream with its request.
func (t *HTTP2) begin(id uint32, s *section, end bool) {
	t.newest = id
	if len(t.streams) >= streamLimit || t.held >= heldLimit {
		return
	}
	st := &stream{id: id}
	st.exchange, st.spare = t.exchange(s)
	st.sent.limit, st.received.limit = t.opts.BodyLimit, t.opts.BodyLimit
	st.sent.pool, st.received.pool = t.opts.Pool, t.opts.Pool
	st.sent.announced = announced(st.exchange.Request.Header)
	t.streams[id] = st
	t.hold(st, s.size)
	if end || s.method == "CONNECT" {
		st.requestEnded(st.exchange.Start)
	}
	t.turnAway(st)
}

// exchange begins an exchange with the head of its request. What is to be its answer
// comes apart.
func (t *HTTP2) exchange(s *section) (x *proxy.Exchange, answer *proxy.Response) {
	start := t.opts.Now()
	x = t.opts.Pool.Exchange()
	answer = x.Response
	*x = proxy.Exchange{
		ID:     t.opts.NewID(start),
		Start:  start,
		Client: t.conn.Client,
		Peer:   t.conn.Peer,
		Tunnel: t.conn.Tunnel,
		Request: proxy.Request{
			Method: s.method,
			URL:    t.url(s),
			Proto:  "HTTP/2.0",
			Header: s.requestFields(),
		},
		Upstream: t.conn.Upstream,
		Pooled:   x.Pooled,
	}
	if t.established {
		x.Upstream.Reused = true
	} else {
		x.Phases = t.conn.Setup
	}
	t.established = true
	return x, answer
}

// url puts the URL together from what the app wrote (RFC 9113, section 8.3.1).
// No part of it can be taken for another one.
func (t *HTTP2) url(s *section) string {
	scheme, authority, path := s.scheme, s.authority, s.path
	if scheme != "https" && scheme != "http" {
		scheme = t.conn.Scheme
	}
	if authority == "" {
		authority = s.received().Get("host")
	}
	if authority == "" || !isAuthority(authority) {
		authority = t.conn.Authority
	}
	switch {
	case path == "*":
		path = ""
	case path != "" && path[0] != '/':
		path = "/" + path
	}
	return scheme + "://" + strings.TrimSuffix(authority, portOf(scheme)) + path
}

// portOf returns the port that a scheme implies, with its colon.
func portOf(scheme string) string {
	if scheme == "https" {
		return ":443"
	}
	return ":80"
}

// requestTrailer takes what follows the body of a request.
func (t *HTTP2) requestTrailer(st *stream, s *section, end bool) {
	if !end || !st.requested.IsZero() {
		return
	}
	st.exchange.Request.Trailer = s.fields()
	t.hold(st, s.size)
	t.requestEnded(st)
}

// requestEnded ends a request, and its stream if that was answered before.
func (t *HTTP2) requestEnded(st *stream) {
	if st.requestEnded(t.opts.Now()); st.isAnswered() {
		t.report(st)
	}
}

// answer takes the head of an answer, or of an interim one, which is not kept.
func (t *HTTP2) answer(st *stream, s *section, end bool) {
	status := statusOf(s)
	switch {
	case status == 0, status < 200 && end, status == 101:
		t.fail(st, malformed())
		return
	case status < 200:
		return
	}
	st.answered = t.opts.Now()
	*st.spare = proxy.Response{Status: status, Proto: "HTTP/2.0", Header: s.fields()}
	st.exchange.Response = st.spare
	st.received.answers(st.exchange.Response, announced(st.exchange.Response.Header))
	t.hold(st, s.size)
	switch {
	case end:
		t.complete(st)
	case st.isOpened():
		t.opened(st)
	}
}

// statusOf returns the status code, 0 when it is none.
func statusOf(s *section) int {
	n, err := strconv.ParseUint(s.status, 10, 16)
	if err != nil || len(s.status) != 3 || n < 100 {
		return 0
	}
	return int(n)
}

const contentLength = "content-length"

// announced returns the length that a head promises, 0 for none.
func announced(header proxy.Fields) int64 {
	value := header.Get(contentLength)
	if value == "" {
		return 0
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return 0
	}
	return max(0, n)
}

// data takes the next bytes of a body.
func (t *HTTP2) data(h *half, p piece) error {
	st, err := t.find(p.stream)
	if st == nil {
		return err
	}
	end := p.last && p.has(flagEndStream)
	switch {
	case st.reported:
		t.tunnelled(h, st, end)
	case !h.fromVendor:
		t.sent(st, p.data, end)
	case st.isAnswered():
	case st.exchange.Response == nil:
		t.fail(st, malformed())
	default:
		t.copy(st, &st.received, p.data)
		if end {
			t.complete(st)
		}
	}
	return nil
}

func (t *HTTP2) sent(st *stream, p []byte, end bool) {
	if !st.requested.IsZero() {
		return
	}
	t.copy(st, &st.sent, p)
	if end {
		t.requestEnded(st)
	}
}
