// Package flight remembers the last calls of each client, in memory only and
// within bounds, so that those before a failure can be kept with it.
package flight

import (
	"bytes"
	"mime"
	"slices"
	"strings"
	"time"

	"flagrante/proxy"
)

const (
	// maxBytes bounds what is remembered of all clients together.
	maxBytes = 32 << 20
	// perClient is the number of calls remembered of one client.
	perClient = 64
	// maxAge is how long before a failure a call may have begun.
	maxAge = 10 * time.Minute
	// maxBody is what is kept of a body that can be read.
	maxBody = 64 << 10
	// overhead is about what a call takes besides its texts.
	overhead = 1024
)

// Recorder holds the calls as they were, secrets included: nothing of it may be
// written before it is masked. The zero value is empty. It is for one goroutine.
type Recorder struct {
	// Pool gets the memory of calls that are forgotten; it may be nil.
	Pool    *proxy.Pool
	clients map[uint64][]*Call
	// order holds the calls of all clients as they came, with some that are gone.
	order []*Call
	live  int
	bytes int64
}

// Call is a call as it was, without what is not needed of its bodies.
type Call struct {
	Exchange *proxy.Exchange
	// whole is the exchange before it was trimmed.
	whole   *proxy.Exchange
	client  uint64
	size    int64
	failing bool
	// holders counts who may still ask for it. shared reports that there are others who
	// keep parts of it.
	holders int
	shared  bool
	gone    bool
}

// NewCall returns the call that an exchange is, held by who made it.
func NewCall(x *proxy.Exchange) *Call {
	c := &Call{Exchange: Trim(x), whole: x, holders: 1}
	c.size = Size(c.Exchange)
	return c
}

// Size is about what the call takes in memory.
func (c *Call) Size() int64 { return c.size }

// Share says that parts of the call are kept elsewhere, so that its memory is not used again.
func (c *Call) Share() { c.shared = true }

// Hold keeps a call until it is dropped as often.
func (c *Call) Hold() { c.holders++ }

// Drop lets go of a call. When nobody holds it, its memory is used again.
func (r *Recorder) Drop(c *Call) {
	if c.holders--; c.holders == 0 && !c.shared {
		r.Pool.Release(c.Exchange)
		c.Exchange = nil
	}
}

// Add remembers a call.
func (r *Recorder) Add(client uint64, c *Call, failing bool) {
	if r.clients == nil {
		r.clients = map[uint64][]*Call{}
	}
	c.client, c.failing = client, failing
	r.cut(c)
	if c.size > maxBytes {
		return
	}
	c.Hold()
	if len(r.clients[client]) >= perClient {
		r.forget(r.clients[client][0])
	}
	r.clients[client] = append(r.clients[client], c)
	r.order = append(r.order, c)
	r.live++
	r.bytes += c.size
	for r.bytes > maxBytes {
		if !r.order[0].gone {
			r.forget(r.order[0])
		}
		r.order = r.order[1:]
	}
	if len(r.order) > 2*r.live+perClient {
		r.order = slices.DeleteFunc(r.order, func(c *Call) bool { return c.gone })
	}
}

// cut gives back what trimming has left over.
func (r *Recorder) cut(c *Call) {
	whole := c.whole
	if c.whole = nil; whole == c.Exchange || c.shared || !whole.Pooled {
		return
	}
	r.leave(whole.Request.Body, c.Exchange.Request.Body)
	if whole.Response != nil {
		r.leave(whole.Response.Body, c.Exchange.Response.Body)
	}
}

func (r *Recorder) leave(whole, trimmed proxy.Body) {
	if cap(whole.Data) != cap(trimmed.Data) {
		r.Pool.ReleaseRoom(whole.Data)
	}
}

// forget drops the oldest call of a client.
func (r *Recorder) forget(c *Call) {
	rest := r.clients[c.client]
	rest[0] = nil
	if rest = rest[1:]; len(rest) == 0 {
		delete(r.clients, c.client)
	} else {
		r.clients[c.client] = rest
	}
	c.gone = true
	r.live--
	r.bytes -= c.size
	r.Drop(c)
}

// Bytes returns about how much memory is held.
func (r *Recorder) Bytes() int64 { return r.bytes }

// Trim returns x without what is not needed of its bodies: those that are no text
// go, long ones are cut. It does not change x, and returns what it has returned before
// as it is.
func Trim(x *proxy.Exchange) *proxy.Exchange {
	request := trimmed(x.Request.Body, x.Request.Header)
	out := x
	if request.Cut != x.Request.Body.Cut || cap(request.Data) != cap(x.Request.Body.Data) {
		c := *x
		c.Request.Body = request
		out = &c
	}
	if x.Response == nil {
		return out
	}
	if answer := trimmed(x.Response.Body, x.Response.Header); answer.Cut != x.Response.Body.Cut || cap(answer.Data) != cap(x.Response.Body.Data) {
		c, r := *out, *x.Response
		r.Body = answer
		c.Response = &r
		out = &c
	}
	return out
}

func trimmed(b proxy.Body, header proxy.Fields) proxy.Body {
	switch {
	case len(b.Data) == 0:
	case !readable(header.Get("Content-Type")):
		b.Data, b.Cut = nil, true
	case len(b.Data) > maxBody && cap(b.Data) <= 2*maxBody:
		// To copy half of it costs more than to hold the rest.
		b.Data, b.Cut = b.Data[:maxBody], true
	case len(b.Data) > maxBody:
		b.Data, b.Cut = bytes.Clone(b.Data[:maxBody]), true
	case cap(b.Data) > 2*len(b.Data)+overhead:
		b.Data = bytes.Clone(b.Data)
	}
	return b
}

// readable reports whether a body of a type can hold what a later call uses.
func readable(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	kind = strings.TrimSpace(kind)
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "xml") ||
		kind == "application/x-www-form-urlencoded"
}

func mediaType(header proxy.Fields) string {
	kind, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	return kind
}

// Size is about what an exchange takes in memory.
func Size(x *proxy.Exchange) int64 {
	size := overhead + len(x.Request.URL) + cap(x.Request.Body.Data) + fieldsSize(x.Request.Header)
	if x.Response != nil {
		size += cap(x.Response.Body.Data) + fieldsSize(x.Response.Header)
	}
	return int64(size)
}

func fieldsSize(fields proxy.Fields) int {
	size := 0
	for _, f := range fields {
		size += len(f.Name) + len(f.Value) + 32
	}
	return size
}
