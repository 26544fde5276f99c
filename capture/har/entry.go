package har

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"flagrante/proxy"
)

// exchange returns what the entry records, without an ID, or nil when the entry
// was no HTTP call.
func (n *entry) exchange() (*proxy.Exchange, error) {
	target, err := target(n.Request.URL)
	if target == "" || err != nil {
		return nil, err
	}
	if !token(n.Request.Method) {
		return nil, errors.New("request.method is not an HTTP method")
	}
	e := &proxy.Exchange{Phases: n.phases(), Upstream: proxy.Upstream{Addr: address(n.Server, target)}}
	if e.Start, err = start(n.Started); err != nil {
		return nil, err
	}
	if e.Request, err = n.Request.request(target); err != nil {
		return nil, err
	}
	return e, n.outcome(e)
}

// outcome sets the answer, or the reason why there was none.
func (n *entry) outcome(e *proxy.Exchange) error {
	reason := string(n.Response.Error)
	if reason == "" {
		reason = string(n.Error)
	}
	e.Aborted = aborted(reason)
	if n.Response.Status < 1 {
		if !e.Aborted {
			e.Err = n.cause(reason)
		}
		return nil
	}
	if n.Response.Status > 999 {
		return errors.New("response.status is not an HTTP status code")
	}
	answer, err := n.Response.response()
	if err != nil {
		return err
	}
	if reason != "" {
		answer.Body.Complete = false
	}
	if reason != "" && !e.Aborted {
		answer.Body.Err = clean(reason)
	}
	e.Response = answer
	return nil
}

func (q *request) request(target string) (proxy.Request, error) {
	data, err := q.PostData.data()
	if err != nil {
		return proxy.Request{}, fmt.Errorf("request.postData.text: %w", err)
	}
	return proxy.Request{
		Method: q.Method,
		URL:    target,
		Proto:  version(q.HTTPVersion),
		Header: fields(q.Headers, data),
		Body:   body(data, q.BodySize),
	}, nil
}

func (p *response) response() (*proxy.Response, error) {
	data, err := unwrap(p.Content.Text, p.Content.Encoding, p.Content.MimeType)
	if err != nil {
		return nil, fmt.Errorf("response.content.text: %w", err)
	}
	return &proxy.Response{
		Status: int(p.Status),
		Reason: p.StatusText,
		Proto:  version(p.HTTPVersion),
		Header: fields(p.Headers, data),
		Body:   body(data, p.Content.Size),
	}, nil
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

// target returns the URL that was called, or "" for one that is not HTTP. A
// fragment never leaves the app, so it is cut off. The error holds no part of
// the URL: URLs carry secrets.
func target(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" {
		return "", errors.New("request.url is not an absolute URL")
	}
	scheme := map[string]string{"http": "http", "ws": "http", "https": "https", "wss": "https"}[u.Scheme]
	if scheme == "" {
		return "", nil
	}
	if u.Hostname() == "" {
		return "", errors.New("request.url names no host")
	}
	text, _, _ = strings.Cut(text, "#")
	return scheme + text[len(u.Scheme):], nil
}

// fields leaves out the pseudo fields of HTTP/2, parts what Chromium joined
// with line feeds, and drops the content coding that is no longer on the data.
func fields(headers []pair, data []byte) proxy.Fields {
	var list proxy.Fields
	for _, h := range headers {
		if h.Name == "" || h.Name[0] == ':' {
			continue
		}
		if strings.EqualFold(h.Name, "Content-Encoding") && !packed(data) {
			continue
		}
		for value := range strings.SplitSeq(h.Value, "\n") {
			list = append(list, proxy.Field{Name: h.Name, Value: value})
		}
	}
	return list
}

// version spells the protocol as package proxy does.
func version(text string) string {
	switch strings.ToLower(text) {
	case "http/1.0":
		return "HTTP/1.0"
	case "http/1.1":
		return "HTTP/1.1"
	case "h2", "http/2", "http/2.0", "spdy/h2":
		return "HTTP/2.0"
	case "h3", "http/3", "http/3.0":
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
