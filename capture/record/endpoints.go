package record

import (
	"net/http"
	"strings"
	"time"

	"flagrante/capture/flight"
	"flagrante/capture/redact"
	"flagrante/capture/traffic"
	"flagrante/proxy"
)

const (
	// maxEndpoints bounds the endpoints that are remembered.
	maxEndpoints = 2048
	// maxGoodBytes bounds the memory of their last successes.
	maxGoodBytes = 16 << 20
	// goodPause is how long a stored success is good enough.
	goodPause = time.Minute
)

// endpoint is what is remembered of one.
type endpoint struct {
	host, name string
	// usual is how long the vendor takes.
	usual traffic.Baseline
	// good is the last success, not masked, nil when there is none that was not
	// handed over.
	good   *flight.Call
	all    *endpoints
	failed bool
	// compared is the time of the success that was handed over last.
	compared time.Time
}

// endpoints remembers them by the names that they have before masking. The zero
// value is empty.
type endpoints struct {
	known map[string]*endpoint
	// recent are those of calls whose endpoint is in their address alone.
	recent map[address]*endpoint
	bytes  int64
	// raw has room for the name that is looked for.
	raw []byte
}

// address is a method and a URL without its query.
type address struct{ method, url string }

// maxRecent bounds the addresses that are remembered.
const maxRecent = 1024

// of returns the endpoint of an exchange. Of calls that may carry the name of an
// operation, the address does not tell all.
func (all *endpoints) of(p *Pipeline, memory *redact.Memory, x *proxy.Exchange) *endpoint {
	if x.Request.Method == http.MethodPost {
		return all.find(p, memory, x)
	}
	url, _, _ := strings.Cut(x.Request.URL, "?")
	at := address{x.Request.Method, url}
	if e := all.recent[at]; e != nil {
		return e
	}
	e := all.find(p, memory, x)
	if all.recent == nil {
		all.recent = make(map[address]*endpoint, maxRecent)
	}
	if len(all.recent) >= maxRecent {
		// Another map would grow anew, again and again where each call has an address of its own.
		clear(all.recent)
	}
	all.recent[at] = e
	return e
}

// find looks for an endpoint by its name before masking. The name that it gets is made
// of what is masked, once: an address may hold secrets where nobody looks for them.
func (all *endpoints) find(p *Pipeline, memory *redact.Memory, x *proxy.Exchange) *endpoint {
	_, all.raw = p.fingerprints().AppendEndpoint(all.raw[:0], x.Request)
	if e := all.known[string(all.raw)]; e != nil {
		return e
	}
	raw := string(all.raw)
	if all.known == nil || len(all.known) >= maxEndpoints {
		*all = endpoints{known: map[string]*endpoint{}}
	}
	e := &endpoint{all: all}
	masked, _ := p.redactor().Remembered(memory, &proxy.Exchange{Request: x.Request})
	e.host, e.name = p.fingerprints().Endpoint(masked.Request)
	if p.places.learn(e.name) {
		// Endpoints that were apart may be one now.
		all.known, all.recent = map[string]*endpoint{}, nil
	}
	e.name = p.places.endpoint(e.name)
	all.known[raw] = e
	return e
}

// learn remembers a success.
func (e *endpoint) learn(c *flight.Call, flights *flight.Recorder) {
	start := c.Exchange.Start
	if e.good != nil && start.Before(e.good.Exchange.Start) || start.Sub(e.compared) < goodPause {
		return
	}
	e.forget(flights)
	e.good = c
	c.Hold()
	e.all.bytes += c.Size()
	if e.all.bytes > maxGoodBytes {
		for _, other := range e.all.known {
			other.forget(flights)
		}
	}
}

func (e *endpoint) forget(flights *flight.Recorder) {
	if e.good != nil {
		e.all.bytes -= e.good.Size()
		flights.Drop(e.good)
		e.good = nil
	}
}

// comparison returns the last success when it is to be stored: the endpoint has
// failed, and learn let go of what is hardly newer than what is stored. It is to be
// forgotten then.
func (e *endpoint) comparison() *flight.Call {
	c := e.good
	if c == nil || !e.failed {
		return nil
	}
	e.compared = c.Exchange.Start
	return c
}
