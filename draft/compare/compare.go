// Package compare tells the last good call of an endpoint from its first bad one: by
// status, fields and the structure of bodies. Values of bodies are never part of it,
// so that nothing of a customer is. It is pure.
package compare

import (
	"slices"
	"strconv"
	"strings"

	"flagrante/capture/decode"
	"flagrante/proxy"
)

// Change is a difference in one place: From is what the good call had, To what the bad
// one has; empty for nothing.
type Change struct {
	// Where is the place: "status", "request.header.Accept", "response.body/data/id".
	Where string `json:"where"`
	From  string `json:"from"`
	To    string `json:"to"`
}

const (
	// maxChanges bounds what is told.
	maxChanges = 40
	// maxBody is how much of a body is read.
	maxBody = 256 << 10
)

// Calls compares a good call with a bad one. The good one may have had another
// request, so that the requests are compared too: what the app does differently may
// be the cause. It reports whether some changes were left out.
func Calls(good, bad *proxy.Exchange) (changes []Change, more bool) {
	c := &comparison{}
	c.note("request.path", path(good.Request.URL), path(bad.Request.URL))
	c.names("request.query", query(good.Request.URL), query(bad.Request.URL))
	c.fields("request.header", good.Request.Header, bad.Request.Header)
	c.bodies("request.body", good.Request.Body, good.Request.Header, bad.Request.Body, bad.Request.Header)
	c.note("status", status(good), status(bad))
	if good.Response != nil && bad.Response != nil {
		c.fields("response.header", good.Response.Header, bad.Response.Header)
		c.bodies("response.body", good.Response.Body, good.Response.Header, bad.Response.Body, bad.Response.Header)
	}
	c.note("connection.address", good.Upstream.Addr, bad.Upstream.Addr)
	c.note("connection.tls", good.Upstream.TLSVersion, bad.Upstream.TLSVersion)
	c.note("connection.certificate", certificate(good), certificate(bad))
	return c.changes[:min(len(c.changes), maxChanges)], len(c.changes) > maxChanges
}

type comparison struct{ changes []Change }

func (c *comparison) note(where, from, to string) {
	if from != to {
		c.changes = append(c.changes, Change{where, from, to})
	}
}

func status(x *proxy.Exchange) string {
	switch {
	case x.Response != nil:
		return strconv.Itoa(x.Response.Status)
	case x.Err != nil:
		return x.Err.Type
	}
	return "no_answer"
}

func certificate(x *proxy.Exchange) string {
	if x.Upstream.CertSubject == "" {
		return ""
	}
	return x.Upstream.CertSubject + ", " + x.Upstream.CertNotAfter.UTC().Format("2006-01-02")
}

// path is that of an address with its values taken out, which differ from call to
// call.
func path(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	_, rest, _ = strings.Cut(rest, "/")
	rest, _, _ = strings.Cut(rest, "?")
	parts := strings.Split(rest, "/")
	for i, part := range parts {
		if strings.ContainsAny(part, "0123456789<%") {
			parts[i] = "*"
		}
	}
	return "/" + strings.Join(parts, "/")
}

// query returns the names of the parameters.
func query(address string) []string {
	_, rest, ok := strings.Cut(address, "?")
	if !ok {
		return nil
	}
	var names []string
	for pair := range strings.SplitSeq(rest, "&") {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// names notes what is only on one side.
func (c *comparison) names(where string, from, to []string) {
	for _, name := range from {
		if !slices.Contains(to, name) {
			c.note(where+"."+name, "present", "")
		}
	}
	for _, name := range to {
		if !slices.Contains(from, name) {
			c.note(where+"."+name, "", "present")
		}
	}
}

// changing are fields whose values differ with every call: only whether they are there
// says something.
func changing(name string) bool {
	switch name {
	case "date", "age", "expires", "last-modified", "etag", "content-length", "set-cookie", "cookie", "authorization", "idempotency-key",
		"x-idempotency-key", "traceparent", "tracestate", "x-request-id", "x-correlation-id", "cf-ray", "x-amzn-trace-id", "x-amz-cf-id", "x-runtime", "x-response-time":
		return true
	}
	return strings.HasSuffix(name, "-id") || strings.HasSuffix(name, "-time") || strings.Contains(name, "trace") || strings.HasPrefix(name, "x-ratelimit") || strings.HasPrefix(name, "ratelimit")
}

// fields compares fields by name.
func (c *comparison) fields(where string, from, to proxy.Fields) {
	before, after := byName(from), byName(to)
	for _, name := range order(from, to) {
		key := strings.ToLower(name)
		old, had := before[key]
		now, has := after[key]
		switch {
		case had && has && changing(key):
		case had && has:
			c.note(where+"."+name, old, now)
		case changing(key) && had:
			c.note(where+"."+name, "present", "")
		case changing(key):
			c.note(where+"."+name, "", "present")
		default:
			c.note(where+"."+name, old, now)
		}
	}
}

func byName(fields proxy.Fields) map[string]string {
	m := map[string]string{}
	for _, f := range fields {
		name := strings.ToLower(f.Name)
		if old, ok := m[name]; ok {
			m[name] = old + ", " + f.Value
			continue
		}
		m[name] = f.Value
	}
	return m
}

// order returns the names of both lists, each once, as they first came.
func order(lists ...proxy.Fields) (names []string) {
	seen := map[string]bool{}
	for _, list := range lists {
		for _, f := range list {
			if key := strings.ToLower(f.Name); !seen[key] {
				seen[key] = true
				names = append(names, f.Name)
			}
		}
	}
	return names
}

func (c *comparison) bodies(where string, good proxy.Body, goodHeader proxy.Fields, bad proxy.Body, badHeader proxy.Fields) {
	if !kept(good) || !kept(bad) {
		return
	}
	from, to := structure(good, goodHeader), structure(bad, badHeader)
	if len(from) == 1 && len(to) == 1 && from[0].place == "" && to[0].place == "" {
		c.note(where, from[0].kind, to[0].kind)
		return
	}
	before, after := kinds(from), kinds(to)
	for _, n := range from {
		c.note(where+n.place, n.kind, after[n.place])
	}
	for _, n := range to {
		if _, known := before[n.place]; !known {
			c.note(where+n.place, "", n.kind)
		}
	}
}

func kinds(nodes []node) map[string]string {
	m := make(map[string]string, len(nodes))
	for _, n := range nodes {
		m[n.place] = n.kind
	}
	return m
}

// kept reports whether something of a body is there to look at. Where not, as of a PDF, it
// is not an empty one.
func kept(b proxy.Body) bool { return b.Size == 0 || len(b.Data) > 0 }

func structure(b proxy.Body, header proxy.Fields) []node {
	return shape(decode.Body(b, header, maxBody).Data)
}
