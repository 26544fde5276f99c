package server_test

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
)

// transcript is what the two peers of a case saw.
type transcript struct {
	appGot, vendorGot string
	appEnd, vendorEnd string
	appALPN           string
	vendorGreeted     string
	vendorConns       int
	// failed is the step that could not be done, and why.
	failed error
}

// wireRun is a case on its way.
type wireRun struct {
	vendor   *wireVendor
	peers    map[string]*wirePeer
	direct   wireText
	text     wireText
	frames   map[string]*wireFrames
	sent     map[string]int
	unread   sync.WaitGroup
	mu       sync.Mutex
	failures []error
}

// run plays a case over a route. Every step ends when the other side has what
// was sent: nothing may be withheld.
func (c wireCase) run(mode wireMode, route wireRoute, l *net.TCPListener, leaf *tls.Certificate) transcript {
	if mode != wireTLS {
		leaf = nil
	}
	host := l.Addr().String()
	r := &wireRun{
		vendor: listenOn(l, leaf, c.vendorALPN),
		peers:  map[string]*wirePeer{},
		sent:   map[string]int{},
		direct: wireText{words: c.wordsFor(host, "")},
	}
	r.text = r.direct
	if route.via != "" && mode == wirePlain {
		r.text = wireText{words: c.wordsFor(host, "http://"+host), toProxy: true}
	}
	r.frames = map[string]*wireFrames{"app": newWireFrames(r.text), "vendor": newWireFrames(r.text)}
	var result transcript
	conn, err := route.connect(c, mode, host)
	if err == nil {
		app := newWirePeer("app", conn)
		app.patience = cmp.Or(route.patience, patience)
		r.peers["app"] = app
		err = r.play(c.steps)
		if secure, ok := conn.(*tls.Conn); ok {
			result.appALPN = secure.ConnectionState().NegotiatedProtocol
		}
	}
	r.tearDown()
	result.failed = err
	conns, greeted := r.vendor.close()
	result.vendorConns, result.vendorGreeted = conns, greeted.String()
	if p := r.peers["app"]; p != nil {
		result.appGot, result.appEnd = string(p.got), p.end
	}
	if p := r.peers["vendor"]; p != nil {
		result.vendorGot, result.vendorEnd = string(p.got), p.end
	}
	return result
}

// wordsFor adds the words that depend on the route to those of the script. A
// request in plain HTTP names its origin when it is meant for a proxy.
func (c wireCase) wordsFor(host, origin string) map[string]string {
	star := "*"
	if origin != "" {
		star = origin
	}
	words := map[string]string{"host": host, "origin": origin, "star": star}
	for name, text := range c.words {
		words[name] = text
	}
	return words
}

func (r *wireRun) play(steps []wireStep) error {
	for _, step := range steps {
		if err := r.step(step); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	return r.finish()
}

// peer returns one of the two; the vendor has to be waited for.
func (r *wireRun) peer(name string) (*wirePeer, error) {
	if p := r.peers[name]; p != nil {
		return p, nil
	}
	p, err := r.vendor.peer()
	if err == nil {
		r.peers[name] = p
	}
	return p, err
}

func (r *wireRun) step(s wireStep) error {
	if s.verb == "settle" {
		return r.settle()
	}
	p, err := r.peer(s.peer)
	if err != nil {
		return err
	}
	switch s.verb {
	case "sends", "frames", "starts to send":
		return r.send(p, s)
	case "half-closes":
		return p.halfClose()
	case "closes":
		return p.close()
	case "cuts":
		return p.cut()
	case "resets":
		return p.reset()
	case "pauses":
		p.pause()
	case "resumes":
		p.resume()
	case "sees end":
		return p.awaitEnd()
	case "is refused":
		return p.sendUntilRefused()
	}
	return nil
}

func (r *wireRun) send(p *wirePeer, s wireStep) error {
	data, arrives, err := r.bytes(s)
	if err != nil {
		return err
	}
	r.sent[s.peer] += arrives
	if s.verb == "starts to send" {
		r.unread.Go(func() {
			if err := p.send(data); err != nil {
				r.mu.Lock()
				defer r.mu.Unlock()
				r.failures = append(r.failures, err)
			}
		})
		return nil
	}
	if err := p.send(data); err != nil {
		return err
	}
	return r.delivered(s.peer)
}

// bytes returns what a step sends, and how much of it arrives without a proxy.
func (r *wireRun) bytes(s wireStep) ([]byte, int, error) {
	if s.verb == "frames" {
		data, err := r.frames[s.peer].encode(s.lines)
		return data, len(data), err
	}
	data, err := r.text.expand(s.text)
	if err != nil || !r.text.toProxy {
		return data, len(data), err
	}
	plain, err := r.direct.expand(s.text)
	return data, len(plain), err
}

// delivered waits until all that one side sent is with the other.
func (r *wireRun) delivered(from string) error {
	to := map[string]string{"app": "vendor", "vendor": "app"}[from]
	if r.sent[from] == 0 {
		return nil
	}
	p, err := r.peer(to)
	if err != nil {
		return err
	}
	return p.awaitBytes(r.sent[from])
}

func (r *wireRun) settle() error {
	r.unread.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(append(r.failures, r.delivered("app"), r.delivered("vendor"))...)
}

// finish ends in good order what the script left open, so that neither side can
// have got a byte more than is seen.
func (r *wireRun) finish() error {
	app := r.peers["app"]
	vendor, err := r.peer("vendor")
	if err != nil {
		return fmt.Errorf("in the end: %w", err)
	}
	if !vendor.left() && !app.left() {
		// It may have half-closed already.
		_ = vendor.halfClose()
	}
	for _, p := range []*wirePeer{app, vendor} {
		if p.left() {
			continue
		}
		if err := p.awaitEnd(); err != nil {
			return fmt.Errorf("in the end: %w", err)
		}
		// A connection that was reset cannot be closed any more.
		_ = p.close()
	}
	return nil
}

// tearDown ends what a failing step left behind.
func (r *wireRun) tearDown() {
	for _, p := range r.peers {
		if p.paused {
			p.resume()
		}
		// What has been closed before cannot be closed again.
		_ = p.cut()
	}
	r.unread.Wait()
}
