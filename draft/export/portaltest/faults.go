// Package portaltest holds what the tests of several packages need of portals: a
// reverse proxy that fails by a seed, and real ticket and mail systems on loopback.
package portaltest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
)

// Fault is what goes wrong with one request.
type Fault int

// The faults. Those that come after have the portal do what it was asked for, and
// lose its answer.
const (
	None Fault = iota
	// TooMany is 429 with Retry-After, and the portal sees nothing.
	TooMany
	// Unavailable is 503 with Retry-After from a gateway, and the portal sees nothing.
	Unavailable
	// UnavailableAfter is the same once the portal has done it.
	UnavailableAfter
	ResetBefore
	ResetAfter
	// Slow does not answer for as long as the client waits.
	Slow
	// Truncated ends the answer in the middle.
	Truncated
	kinds
)

// Faults is a reverse proxy in front of a portal. The same seed gives the same faults
// for the same requests. It is safe for concurrent use.
type Faults struct {
	target *url.URL

	mu     sync.Mutex
	random *rand.Rand
	left   int
	counts map[Fault]int
	// underWay is how many requests are at the portal; done is told when one is no more.
	underWay int
	done     *sync.Cond
}

// NewFaults returns a proxy that passes all on to target until Seed is called. It
// panics when target is no URL.
func NewFaults(target string) *Faults {
	u, err := url.Parse(target)
	if err != nil {
		panic(err)
	}
	f := &Faults{target: u, counts: map[Fault]int{}}
	f.done = sync.NewCond(&f.mu)
	return f
}

// Wait returns when no request is at the portal any more. A slow portal goes on with what
// it was asked for after the client has lost patience.
func (f *Faults) Wait() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.underWay > 0 {
		f.done.Wait()
	}
}

func (f *Faults) add(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.underWay += n
	f.done.Broadcast()
}

// Seed begins a row of faults: about every second request fails, until there were
// most.
func (f *Faults) Seed(seed uint64, most int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.random, f.left = rand.New(rand.NewPCG(seed, 0)), most
}

// Counts returns how often each fault came.
func (f *Faults) Counts() map[Fault]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	counts := map[Fault]int{}
	for fault, n := range f.counts {
		counts[fault] = n
	}
	return counts
}

func (f *Faults) next() Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left == 0 || f.random.IntN(2) == 0 {
		return None
	}
	f.left--
	fault := None + 1 + Fault(f.random.IntN(int(kinds-1)))
	if fault == Slow && f.random.IntN(3) > 0 {
		// It costs all of the client's patience, so it comes more rarely than the others.
		fault = Truncated
	}
	f.counts[fault]++
	return fault
}

// ServeHTTP passes a request on, unless it is to fail.
func (f *Faults) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// It is read whole first, as a portal would, so that a reset finds nothing unread.
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	fault := f.next()
	switch fault {
	case TooMany:
		putOff(w, http.StatusTooManyRequests)
		return
	case Unavailable:
		putOff(w, http.StatusServiceUnavailable)
		return
	case ResetBefore:
		reset(w)
		return
	}
	f.add(1)
	status, header, answer, err := f.pass(r, body)
	f.add(-1)
	if err != nil {
		http.Error(w, fmt.Sprint("the portal does not answer: ", err), http.StatusBadGateway)
		return
	}
	switch fault {
	case UnavailableAfter:
		putOff(w, http.StatusServiceUnavailable)
	case ResetAfter:
		reset(w)
	case Slow:
		<-r.Context().Done()
	case Truncated:
		give(w, status, header, answer[:len(answer)/2], len(answer)+1)
		reset(w)
	default:
		give(w, status, header, answer, len(answer))
	}
}

func putOff(w http.ResponseWriter, status int) {
	w.Header().Set("Retry-After", "7")
	w.WriteHeader(status)
}

// give writes an answer that announces a length of its own.
func give(w http.ResponseWriter, status int, header http.Header, body []byte, length int) {
	for name, values := range header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(status)
	// A client that has gone is no concern of the portal.
	_, _ = w.Write(body)
	_ = http.NewResponseController(w).Flush()
}

// pass lets the portal do it, also when the client has gone meanwhile.
func (f *Faults) pass(r *http.Request, body []byte) (status int, header http.Header, answer []byte, err error) {
	address := *f.target
	address.Path, address.RawPath, address.RawQuery = f.target.Path+r.URL.Path, "", r.URL.RawQuery
	req, err := http.NewRequestWithContext(context.WithoutCancel(r.Context()), r.Method, address.String(), bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, err
	}
	req.Header = r.Header.Clone()
	req.Header.Del("Connection")
	// A portal with few workers gives one to each connection that stays.
	req.Close = true
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return 0, nil, nil, err
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	header = resp.Header.Clone()
	header.Del("Transfer-Encoding")
	return resp.StatusCode, header, answer, err
}

// reset ends the connection with a TCP reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		// Without this the kernel would end the connection in good order.
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
