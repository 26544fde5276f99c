package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// observed is where every outcome passes of the exchanges that net/http carries:
// answers, transport errors and apps that give up. It sends a request on and
// reports the exchange.
type observed struct {
	opts   Options
	shared *http.Transport
}

// RoundTrip sends the request through the transport that its way in asks for.
func (t *observed) RoundTrip(r *http.Request) (*http.Response, error) {
	var next http.RoundTripper = t.shared
	if in := tunnelIn(r); in != nil {
		next = &unreachable{in.failure, t.opts.BodyLimit}
	}
	rec := t.begin(r)
	out := r.WithContext(httptrace.WithClientTrace(r.Context(), rec.times.trace()))
	if r.Body != nil && r.Body != http.NoBody {
		out.Body = &sentBody{ReadCloser: r.Body, copy: rec.sent}
	}
	resp, err := next.RoundTrip(out)
	if err != nil {
		err = fault.In(rec.times.phaseNow(), err)
		rec.failed(err)
		return nil, err
	}
	rec.answered(resp)
	return resp, nil
}

// recording is an exchange in the making.
type recording struct {
	observe  proxy.Observer
	app      context.Context
	request  *http.Request
	times    *timeline
	sent     *bodyCopy
	received *bodyCopy
	once     sync.Once
	exchange *proxy.Exchange
}

func (t *observed) begin(r *http.Request) *recording {
	start := t.opts.Now()
	x := &proxy.Exchange{ID: t.opts.NewID(start), Start: start, Request: requestOf(r)}
	if conn := connOf(r); conn != nil {
		x.Peer, x.Client = peerOf(conn)
	}
	if in := tunnelIn(r); in != nil {
		x.Tunnel = in.head
	}
	rec := &recording{
		observe:  t.opts.Observe,
		app:      r.Context(),
		request:  r,
		times:    newTimeline(start, t.opts.Now),
		sent:     newBodyCopy(t.opts.BodyLimit),
		received: newBodyCopy(t.opts.BodyLimit),
		exchange: x,
	}
	if r.Body == nil || r.Body == http.NoBody {
		rec.sent.end(nil)
	}
	return rec
}

func requestOf(r *http.Request) proxy.Request {
	header := proxy.FieldsOf(r.Header)
	return proxy.Request{
		Method: r.Method,
		URL:    absoluteURL(r),
		Proto:  r.Proto,
		Header: append(proxy.Fields{{Name: "Host", Value: r.Host}}, header...),
	}
}

// absoluteURL is the URL as the app means it: with the Host that it names, and
// without the port that the scheme implies.
func absoluteURL(r *http.Request) string {
	u := *r.URL
	if r.Host != "" {
		u.Host = r.Host
	}
	u.Host = strings.TrimSuffix(u.Host, defaultPort(u.Scheme))
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, User: u.User}).String() + u.RequestURI()
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return ":443"
	}
	return ":80"
}

// failed ends the exchange without an answer.
func (rec *recording) failed(err error) {
	rec.finish(func(x *proxy.Exchange) {
		if rec.gaveUp() {
			x.Aborted = true
			return
		}
		x.Err = fault.Cause(err)
		noteRefusedCert(&x.Upstream, err)
	})
}

// answered goes on until the body of the answer is over.
func (rec *recording) answered(resp *http.Response) {
	x := rec.exchange
	x.Response = &proxy.Response{
		Status: resp.StatusCode,
		Reason: strings.TrimPrefix(strings.TrimLeft(resp.Status, "0123456789"), " "),
		Proto:  resp.Proto,
		Header: proxy.FieldsOf(resp.Header),
	}
	noteTLS(&x.Upstream, resp.TLS)
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// What follows is no longer HTTP.
		rec.received.end(nil)
		rec.finish(func(*proxy.Exchange) {})
		return
	}
	resp.Body = &receivedBody{body: resp.Body, rec: rec, trailer: func() proxy.Fields { return proxy.FieldsOf(resp.Trailer) }}
}

// gaveUp reports whether the app went away.
func (rec *recording) gaveUp() bool { return errors.Is(rec.app.Err(), context.Canceled) }

// finish reports the exchange, once.
func (rec *recording) finish(last func(*proxy.Exchange)) {
	rec.once.Do(func() {
		x := rec.exchange
		rec.times.close(x)
		x.Request.Body = rec.sent.snapshot()
		x.Request.Trailer = proxy.FieldsOf(rec.request.Trailer)
		if x.Response != nil {
			x.Response.Body = rec.received.snapshot()
		}
		last(x)
		rec.observe(x)
	})
}

// sentBody copies what the app sends while the transport reads it.
type sentBody struct {
	io.ReadCloser
	copy *bodyCopy
}

func (b *sentBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.copy.write(p[:n])
	if err != nil {
		b.copy.end(err)
	}
	return n, err
}

// receivedBody copies what the vendor answers while the app reads it.
type receivedBody struct {
	body    io.ReadCloser
	rec     *recording
	trailer func() proxy.Fields
}

func (b *receivedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.rec.received.write(p[:n])
	if err != nil {
		b.over(err)
	}
	return n, err
}

// over ends the exchange: whole, broken off by the vendor, or left by the app.
func (b *receivedBody) over(err error) {
	//nolint:errorlint // Only io.EOF itself is the end, a wrapped one is a broken connection.
	left := err != io.EOF && b.rec.gaveUp()
	if !left {
		b.rec.received.end(err)
	}
	b.rec.finish(func(x *proxy.Exchange) {
		x.Aborted = left
		x.Response.Trailer = b.trailer()
	})
}

// Close before the end means that the app could not be written to.
func (b *receivedBody) Close() error {
	b.rec.finish(func(x *proxy.Exchange) { x.Aborted = true })
	return b.body.Close()
}
