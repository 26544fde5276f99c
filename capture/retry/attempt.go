// Package retry finds attempts at the same call. The last one decides: failures
// that a later attempt made good belong to normal work, and attempts that all
// fail are one incident. Exchanges are judged by their own times, in whatever
// order they arrive.
package retry

import (
	"hash/maphash"
	"net/http"
	"strconv"
	"strings"
	"time"

	"flagrante/capture/extract"
	"flagrante/capture/lexicon"
	"flagrante/proxy"
)

const (
	// window is how long after the end of an attempt the next one may begin.
	window = 2 * time.Minute
	// maxWindow bounds what a vendor can ask for with Retry-After.
	maxWindow = 15 * time.Minute
	// slack is by how much the times of a recording may be rounded.
	slack = time.Millisecond
	// maxHashed is how much of a body tells it from others, together with its size.
	maxHashed = 64 << 10
)

// attempt is what is remembered of an exchange. Values are kept as keyed digests
// only; 0 stands for none.
type attempt struct {
	id         string
	start, end time.Time
	client     uint64
	body       uint64
	// key is the idempotency key, trace the id that an instrumented client gives to
	// all attempts at a call, credentials what the request was authorised with.
	key, trace, credentials uint64
	failing                 bool
	status                  int
	// done reports an answer by which a call had been carried out before.
	done bool
	// challenge reports an answer that asks for credentials.
	challenge bool
	// repeatable reports a method that does no more when it is repeated.
	repeatable bool
	// asked reports an answer that says when to come back, wait how long that is.
	asked  bool
	wait   time.Duration
	window time.Duration

	chain  string
	number int
	healed bool
	// plain reports a failure of a call that is repeated anyway. That is remembered,
	// since the success before it may be forgotten first.
	plain bool
}

func (t *Tracker) attempt(x *proxy.Exchange, client uint64, failing bool) attempt {
	a := attempt{
		id: x.ID, start: x.Start, end: x.Start.Add(x.Phases.Total), failing: failing, window: window,
		client: client, body: t.digestBody(x.Request.Body),
		repeatable: x.Request.Method == http.MethodPut || x.Request.Method == http.MethodDelete,
	}
	a.read(t, x.Request.Header)
	if x.Response != nil {
		a.status = x.Response.Status
		a.challenge = a.status == http.StatusUnauthorized || a.status == http.StatusProxyAuthRequired
		if failing {
			later := x.Response.Header.Get("Retry-After")
			a.asked, a.wait = later != "", patience(later, a.end)
			a.window = min(window+a.wait, maxWindow)
			a.done = isDone(x)
		}
	}
	return a
}

func (a *attempt) read(t *Tracker, header proxy.Fields) {
	for _, f := range header {
		switch {
		case isIdempotencyKey(f.Name):
			a.key = t.digest(f.Value)
		case f.Is("traceparent"):
			// version-traceid-parentid-flags, W3C Trace Context, section 3.2.
			if parts := strings.Split(f.Value, "-"); len(parts) >= 4 {
				a.trace = t.digest(parts[1])
			}
		case f.Is("X-Request-Id") && a.trace == 0:
			a.trace = t.digest(f.Value)
		case f.Is("Authorization"), f.Is("Proxy-Authorization"), f.Is("Cookie"):
			a.credentials ^= t.digest(f.Value)
		}
	}
}

func isIdempotencyKey(name string) bool {
	if len(name) < len("Idempotency-Id") || len(name) > len("X-Idempotency-Key") {
		return false
	}
	for _, known := range []string{"Idempotency-Key", "X-Idempotency-Key", "X-Idempotency-Id", "Idempotency-Id", "PayPal-Request-Id"} {
		if strings.EqualFold(name, known) {
			return true
		}
	}
	return false
}

// patience is how long the vendor asks the app to wait before the next attempt
// (RFC 9110, section 10.2.3).
func patience(retryAfter string, end time.Time) time.Duration {
	asked := time.Duration(0)
	if seconds, err := strconv.Atoi(retryAfter); err == nil {
		asked = time.Duration(min(max(seconds, 0), int(maxWindow.Seconds()))) * time.Second
	} else if at, err := http.ParseTime(retryAfter); err == nil {
		asked = max(at.Sub(end), 0)
	}
	return asked
}

// passing reports a failure that may be over at the next attempt, as it does not
// say that the request itself is wrong.
func (a *attempt) passing() bool {
	switch a.status {
	case 0, http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return a.status >= 500
}

// unclear reports a failure that leaves open whether the call was carried out.
func (a *attempt) unclear() bool {
	return a.status == 0 || a.status == http.StatusRequestTimeout || a.status >= 500
}

// isDone reports an answer that refuses a call since there is what it asks for: 409 (RFC 9110
// section 15.5.10) or 422, with words that say so.
func isDone(x *proxy.Exchange) bool {
	status := x.Response.Status
	if x.Request.Method == http.MethodGet || status != http.StatusConflict && status != http.StatusUnprocessableEntity {
		return false
	}
	said := extract.Vendor(x.Response)
	return lexicon.Repeated(said.Code + " " + said.Message)
}

// again reports whether b is another attempt at a, a failing call with the same
// method and address.
func (a *attempt) again(b *attempt) bool {
	identical := a.client == b.client && a.body == b.body
	if a.key != 0 && b.key != 0 && a.key != b.key {
		// Two keys are two operations, unless the first was turned away at the door.
		return identical && a.challenge
	}
	if identical || a.key != 0 && a.key == b.key && a.passing() {
		return true
	}
	// The body may hold a new time of sending; what is said of the state is the same.
	return a.repeatable && a.passing() && (a.client == b.client || a.trace != 0 && a.trace == b.trace)
}

// Client returns a number for the app that made an exchange: its address, the
// program and the user of the proxy. Ports differ by connection.
func (t *Tracker) Client(x *proxy.Exchange) uint64 {
	var h maphash.Hash
	h.SetSeed(t.seed)
	address := x.Client.Addr().As16()
	h.Write(address[:])
	h.WriteString(x.Request.Header.Get("User-Agent"))
	h.WriteByte(0)
	h.WriteString(x.Tunnel.Get("Proxy-Authorization"))
	return h.Sum64()
}

func (t *Tracker) digest(s string) uint64 { return maphash.String(t.seed, s) | 1 }

func (t *Tracker) digestBody(b proxy.Body) uint64 {
	return maphash.Bytes(t.seed, b.Data[:min(len(b.Data), maxHashed)]) + uint64(b.Size)
}
