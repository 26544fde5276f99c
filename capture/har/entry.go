package har

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"flagrante/proxy"
)

// exchange returns what the entry records, without an ID.
func (n *entry) exchange() (*proxy.Exchange, error) {
	target, err := target(n.Request.URL)
	if err != nil {
		return nil, err
	}
	if !token(n.Request.Method) {
		return nil, errors.New("request.method is not an HTTP method")
	}
	e := &proxy.Exchange{
		Request:  n.Request.request(target),
		Phases:   n.phases(),
		Upstream: proxy.Upstream{Addr: address(string(n.Server), target)},
	}
	if e.Start, err = start(n.Started); err != nil {
		return nil, err
	}
	return e, n.outcome(e)
}

// outcome sets the answer, or the reason why there was none.
func (n *entry) outcome(e *proxy.Exchange) error {
	reason := n.reason()
	if n.Response.Status > 999 {
		return errors.New("response.status is not an HTTP status code")
	}
	switch status := refused(reason); {
	case n.Response.Status >= 1:
		e.Response = n.Response.response()
		e.Aborted = aborted(reason)
		if reason == "" && n.short(e) {
			reason = "the answer broke off"
		}
		breakOff(&e.Response.Body, reason, e.Aborted)
	case status > 0:
		e.Response = &proxy.Response{Status: status, Body: proxy.Body{Cut: true, Complete: true}}
	case aborted(reason) || reason == "" && n.Response.Error.denied:
		// Chromium denies that there is an error where the recording ended before
		// the answer came: nobody waited for it any longer.
		e.Aborted = true
	default:
		e.Err = n.cause(reason)
	}
	return nil
}

// breakOff marks a body that did not come whole. One that the browser only kept
// from the app did come.
func breakOff(b *proxy.Body, reason string, aborted bool) {
	switch {
	case reason == "":
	case withheld(reason) || heldBack(reason):
		b.Cut = b.Cut || len(b.Data) == 0
	default:
		b.Complete = false
		if !aborted {
			b.Err = clean(reason)
		}
	}
}

// short reports whether less came than was announced. It asks so of Firefox only,
// which writes down what came and never that an answer broke off; others say it,
// and the lengths in a recording that went through many hands need not agree.
func (n *entry) short(e *proxy.Exchange) bool {
	b := e.Response.Body
	announced, err := strconv.ParseInt(e.Response.Header.Get("Content-Length"), 10, 64)
	return err == nil && n.Security != "" && len(b.Data) > 0 && !b.Cut && !b.Decoded && b.Size < announced
}

func (q *request) request(target string) proxy.Request {
	data := q.PostData.data(q.Headers)
	header := fields(q.Headers)
	if !packed(data) {
		header = without(header, "Content-Encoding")
	}
	return proxy.Request{
		Method: q.Method,
		URL:    target,
		Proto:  version(string(q.HTTPVersion)),
		Header: header,
		Body:   body(data, q.BodySize),
	}
}

// response returns the answer. A body whose coding the producer has undone is
// marked so; its size is then that of what was undone.
func (p *response) response() *proxy.Response {
	header := fields(p.Headers)
	data := unwrap(p.Content.Text, string(p.Content.Encoding), mediaType(header, p.Content.MimeType))
	decoded := header.Get("Content-Encoding") != "" && len(data) > 0 && !packed(data)
	b := body(data, p.size(data, decoded))
	b.Decoded = decoded
	return &proxy.Response{
		Status: int(p.Status),
		Reason: string(p.StatusText),
		Proto:  version(string(p.HTTPVersion)),
		Header: header,
		Body:   b,
	}
}

// overhead is about what a content coding adds to a body that is too small for it.
const overhead = 64

// size returns the size that the producer gives for the body, in its own way:
// Playwright counts the bytes of the text in UTF-8, Firefox and mitmproxy those
// that were sent.
func (p *response) size(data []byte, decoded bool) number {
	have := number(len(data))
	switch size := p.Content.Size; {
	case p.Content.Encoding == "" && size == number(len(p.Content.Text)):
		return have
	case decoded && size <= have+overhead:
		return have
	default:
		return size
	}
}

// mediaType is the Content-Type that was sent: Chromium leaves the charset out of
// the one that stands beside the text.
func mediaType(header proxy.Fields, beside custom) string {
	if sent := header.Get("Content-Type"); sent != "" {
		return sent
	}
	return string(beside)
}

// digest returns what tells the call from others: all that the producer wrote of
// request and answer, but nothing of how.
func (n *entry) digest(at time.Time) [sha256.Size]byte {
	h := sha256.New()
	say := func(parts ...string) {
		for _, part := range parts {
			h.Write(binary.AppendUvarint(nil, uint64(len(part))))
			_, _ = io.WriteString(h, part) // A hash takes everything.
		}
	}
	list := func(pairs []pair) {
		say(strconv.Itoa(len(pairs)))
		for _, p := range pairs {
			say(p.Name, p.Value)
		}
	}
	say(strconv.FormatInt(at.UnixNano(), 10), n.Request.Method, n.Request.URL)
	list(n.Request.Headers)
	if p := n.Request.PostData; p != nil {
		say(string(p.Text))
		list(p.Params)
	}
	for _, f := range []number{n.Time, n.Response.Status, n.Response.Content.Size} {
		say(strconv.FormatFloat(float64(f), 'g', -1, 64))
	}
	say(n.reason(), n.Response.Content.Text)
	list(n.Response.Headers)
	return [sha256.Size]byte(h.Sum(nil))
}

// identify returns a ULID of the entry's time whose entropy is the entry's
// digest: the same recording imported twice is recognised, not doubled. nth
// tells equal entries of one file apart.
func identify(start time.Time, sum [sha256.Size]byte, nth int) (string, error) {
	if nth > 0 {
		sum = sha256.Sum256(binary.BigEndian.AppendUint64(sum[:], uint64(nth)))
	}
	var id ulid.ULID
	if start.UnixMilli() < 0 || id.SetTime(uint64(start.UnixMilli())) != nil {
		return "", errors.New("startedDateTime is outside the time that an ID can hold")
	}
	if err := id.SetEntropy(sum[:10]); err != nil {
		return "", fmt.Errorf("make the ID: %w", err)
	}
	return id.String(), nil
}

// start reads an ISO 8601 time. One without a zone could be off by a day's
// part, so it is refused.
func start(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errors.New("startedDateTime is not a time with its zone (ISO 8601)")
}

// target returns the URL that was called. A fragment never leaves the app, so it
// is cut off. The error holds no part of the URL: URLs carry secrets.
func target(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || schemes()[u.Scheme] == "" {
		return "", errors.New("request.url is not an absolute URL")
	}
	if u.Hostname() == "" {
		return "", errors.New("request.url names no host")
	}
	text, _, _ = strings.Cut(text, "#")
	return schemes()[u.Scheme] + text[len(u.Scheme):], nil
}

// fields leaves out the pseudo fields of HTTP/2, and parts what Chromium joined
// with line feeds.
func fields(headers []pair) proxy.Fields {
	var list proxy.Fields
	for _, h := range headers {
		if h.Name == "" || h.Name[0] == ':' {
			continue
		}
		for value := range strings.SplitSeq(h.Value, "\n") {
			list = append(list, proxy.Field{Name: h.Name, Value: value})
		}
	}
	return list
}

func without(header proxy.Fields, name string) proxy.Fields {
	return slices.DeleteFunc(header, func(f proxy.Field) bool { return strings.EqualFold(f.Name, name) })
}

// version spells the protocol as package proxy does.
func version(text string) string {
	switch text = strings.ToLower(text); text {
	case "http/1.0":
		return "HTTP/1.0"
	case "http/1.1":
		return "HTTP/1.1"
	case "h2", "h2c", "http/2", "http/2.0", "spdy/h2":
		return "HTTP/2.0"
	case "h3", "http/3", "http/3.0":
		return "HTTP/3.0"
	}
	if strings.HasPrefix(text, "h3-") || strings.Contains(text, "quic") {
		return "HTTP/3.0"
	}
	return ""
}

// address returns address and port of the server, "" when server is no address.
func address(server, target string) string {
	addr, err := netip.ParseAddr(strings.Trim(server, "[]"))
	if err != nil {
		return ""
	}
	port := uint64(80)
	u, err := url.Parse(target)
	if err != nil {
		return ""
	}
	if u.Scheme == "https" {
		port = 443
	}
	if text := u.Port(); text != "" {
		if port, err = strconv.ParseUint(text, 10, 16); err != nil {
			return ""
		}
	}
	return netip.AddrPortFrom(addr.Unmap(), uint16(port)).String()
}

// token reports whether s is a token of RFC 9110, section 5.6.2.
func token(s string) bool {
	return s != "" && strings.Trim(s, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
