package server

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"

	"flagrante/proxy"
	"flagrante/proxy/socks"
	"flagrante/proxy/upstream"
)

// door looks at what every new connection wants, before anything parses it:
// requests for vendors pass as bytes, the rest is for the front server.
type door struct {
	server *Server
	mu     sync.Mutex
	// waiting are the connections that have not said what they want.
	waiting map[net.Conn]struct{}
	closed  bool
	open    sync.WaitGroup
}

func newDoor(s *Server) *door { return &door{server: s, waiting: map[net.Conn]struct{}{}} }

// serve accepts connections until l is closed, and returns why that was.
func (d *door) serve(l net.Listener) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		if !d.enter(c) {
			c.Close()
			return net.ErrClosed
		}
		go func() {
			defer d.open.Done()
			d.receive(c)
		}()
	}
}

func (d *door) enter(c net.Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	d.waiting[c] = struct{}{}
	d.open.Add(1)
	return true
}

// leave reports whether the connection may go on.
func (d *door) leave(c net.Conn) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.waiting, c)
	return !d.closed
}

// shut closes the connections that want nothing yet, and returns when all have
// been passed on.
func (d *door) shut() {
	d.mu.Lock()
	d.closed = true
	for c := range d.waiting {
		c.Close()
	}
	d.mu.Unlock()
	d.open.Wait()
}

// receive reads the head of the first request.
func (d *door) receive(c net.Conn) {
	s := d.server
	ctx, cancel := context.WithTimeout(s.base, s.opts.Timeouts.Head)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	pass, err := s.want(c)
	if !stop() || !d.leave(c) || err != nil {
		c.Close()
		return
	}
	pass()
}

// want returns what is to be done for an app.
func (s *Server) want(c net.Conn) (pass func(), err error) {
	a := &absolute{Conn: c, r: bufio.NewReader(c)}
	first, err := a.r.Peek(1)
	switch {
	case err != nil:
		return nil, err
	case first[0] == socks.Version:
		return s.wantSOCKS(a)
	case foreign(first[0]):
		return nil, s.refuseForeign(a.Conn, first[0])
	}
	wanted, err := a.wanted()
	if hint := misplaced(a.original); hint != "" {
		s.logForeign(hint)
	}
	if !wanted || !a.admit(s.opts.Access) {
		// Those who may not pass are told so by the front server.
		return func() { s.frontConns.push(a.replayed()) }, err
	}
	return func() { s.passAbsolute(a) }, err
}

// errForeign ends a connection on which no protocol is spoken that we know.
var errForeign = errors.New("the app speaks to the proxy in another protocol")

// foreign reports whether no message of HTTP begins with a byte.
func foreign(first byte) bool { return first < ' ' && first != '\r' && first != '\n' }

// refuseForeign tells an app at once, as far as its protocol allows, that it is not
// understood: it may be waiting, and never end a line.
func (s *Server) refuseForeign(c net.Conn, first byte) error {
	hint := spokenTo
	switch first {
	case handshakeRecord:
		hint = "the address of the proxy begins with http://, also for apps that talk to their vendors by https"
	case socks.Version4:
		hint = "the app speaks SOCKS4, which has no names and no users: let it speak SOCKS5"
		// An app that has left by now misses nothing.
		_ = socks.Deny4(c)
	}
	s.logForeign(hint)
	return errForeign
}

const spokenTo = "the proxy is spoken to in HTTP/1.1 or SOCKS5"

// misplaced says what is to be done about a line that is no request, and which somebody who
// meant well may begin with. It gets the answer of all that is no request.
func misplaced(line []byte) string {
	switch {
	case bytes.HasPrefix(line, []byte("PROXY ")), string(line) == "\x00\r\n":
		return "a header of the PROXY protocol is only taken from those in origin.trusted_peers"
	case string(line) == preface:
		return spokenTo
	}
	return ""
}

func (s *Server) logForeign(hint string) {
	s.opts.Log.Warn().Str("hint", hint).Msg("an app speaks a protocol that the proxy does not")
}

// wanted reports whether a request for a vendor has come, and has read its head
// then.
func (a *absolute) wanted() (bool, error) {
	word, err := a.r.Peek(len("CONNECT "))
	if len(word) == 0 || bytes.Equal(word, []byte("CONNECT ")) {
		return false, err
	}
	return a.first()
}

// replayed returns the connection with what has been read of it put back.
func (a *absolute) replayed() net.Conn {
	rest := &rewoundConn{Conn: a.Conn, r: a.r}
	if len(a.original) == 0 {
		return rest
	}
	return &replayedConn{Conn: rest, r: io.MultiReader(bytes.NewReader(a.original), rest)}
}

// replayedConn reads a head again.
type replayedConn struct {
	net.Conn
	r io.Reader
}

func (c *replayedConn) Read(p []byte) (int, error) { return c.r.Read(p) }

// NetConn returns the connection below.
func (c *replayedConn) NetConn() net.Conn { return c.Conn }

// passAbsolute connects the vendor of the request whose head was read, and lets
// it pass. When there is no connection we answer.
func (s *Server) passAbsolute(a *absolute) {
	ctx, cancel := context.WithTimeout(s.base, s.opts.Timeouts.Connect+s.opts.Timeouts.Handshake)
	defer cancel()
	t := &tunnel{
		Conn: a, target: a.target.addr, peer: a.Conn, scheme: a.target.scheme(), head: proxy.Fields{},
		via: upstream.Marks(fieldIn(a.original, proxyConnection)),
	}
	if t.vendor, t.failure = s.opts.Dialer.Dial(ctx, t.target, a.target.request(t.via)); t.failure != nil {
		t.Conn = a.replayed()
		s.tunnels.push(t)
		return
	}
	a.onward = nil
	if t.vendor.AbsoluteForm {
		a.onward = &onward{authorization: t.vendor.ProxyAuthorization, connection: t.vendor.ProxyConnection}
	}
	// The head was read before it was known who gets it.
	a.accept()
	l := s.newLink(t, a, http1Tap)
	a.busy = l.tap.Busy
	l.handOver = func() {
		a.target, _ = destinationOf(a.original)
		s.passAbsolute(a)
	}
	s.links.start(l)
}
