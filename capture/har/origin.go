package har

import (
	"net/url"
	"strconv"
	"strings"
)

// origin says where the answer of an entry came from.
type origin int

// The origins of answers. All but originNetwork mean that nothing was sent to a
// vendor.
const (
	originNetwork origin = iota
	originNotHTTP
	originCached
	originBlocked
)

// origin tells traffic from what a browser lists beside it.
func (n *entry) origin() origin {
	switch {
	case foreign(n.Request.URL):
		return originNotHTTP
	case n.cached():
		return originCached
	case n.Response.Status < 1 && heldBack(n.reason()):
		return originBlocked
	}
	return originNetwork
}

// foreign reports whether target is a URL of another scheme than HTTP's. Only the
// scheme is looked at: data: URLs may be too long or too odd for a parser.
func foreign(target string) bool {
	scheme, _, _ := strings.Cut(target, ":")
	u, err := url.Parse(scheme + ":x")
	return err == nil && u.Scheme != "" && len(scheme) < len(target) && schemes()[u.Scheme] == ""
}

// schemes are those of HTTP, and what package proxy calls them.
func schemes() map[string]string {
	return map[string]string{"http": "http", "ws": "http", "https": "https", "wss": "https"}
}

// cached reports whether the browser answered by itself. Every browser says so
// in its own way: Chromium in _fromCache and _fetchedViaServiceWorker, Safari in
// _fetchType, Playwright by sizes that are less than nothing, and Firefox, for
// service workers only, by an answer of which no byte was received.
func (n *entry) cached() bool {
	if n.FromCache || n.FetchType == "Memory Cache" || n.FetchType == "Disk Cache" || n.FetchType == "Service Worker" {
		return true
	}
	p := &n.Response
	if p.ViaWorker && p.WorkerSource != "network" {
		return true
	}
	if p.Status < 1 || p.Status == 101 {
		return false
	}
	if p.TransferSize != nil && *p.TransferSize == 0 && p.BodySize < -1 {
		return true
	}
	return n.Security != "" && n.Server == "" && n.Time == 0 && p.HeadersSize == 0 && p.BodySize == 0 && p.Content.Size > 0
}

// reason returns why there is no answer or no whole one, as the producer says
// it: Chromium, Safari and mitmproxy in _error, Playwright in _failureText, and
// Chromium for WebSockets as a message. Firefox says nothing.
func (n *entry) reason() string {
	for _, said := range []custom{n.Response.Error.text, n.Response.FailureText, n.Error} {
		if said != "" {
			return string(said)
		}
	}
	for _, m := range n.Messages {
		if m.Type == "error" {
			return string(m.Data)
		}
	}
	return ""
}

// refusal stands before the status in what Chromium says of a WebSocket that was
// refused.
const refusal = "unexpected response code: "

// refused returns the status with which a WebSocket was refused, 0 when reason
// is another. Chromium and Playwright write no answer then, but quote its status.
func refused(reason string) int {
	_, digits, ok := strings.Cut(strings.ToLower(reason), refusal)
	if !ok || len(digits) < 3 {
		return 0
	}
	status, err := strconv.ParseUint(digits[:3], 10, 16)
	if err != nil || status < 100 {
		return 0
	}
	return int(status)
}
