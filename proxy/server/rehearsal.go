package server

import (
	"bytes"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"flagrante/proxy/upstream"
)

// rehearsal keeps what an app says to a vendor of HTTP/2 that has asked for a client
// certificate, for as long as the vendor may turn it down: then nothing of the vendor's
// has passed, and the app can be answered by us from the beginning.
type rehearsal struct {
	mu   sync.Mutex
	said []byte
	// over is set when the vendor has spoken, or when more was said than is kept. It stays
	// so: pieces that pass then take no lock.
	over atomic.Bool
	// why is what the app is to be told.
	why error
}

// maxRehearsal bounds what is kept, in bytes: more is only said by apps that upload, before
// a vendor has opened its window for it.
const maxRehearsal = 128 << 10

// note takes a piece that is about to pass.
func (r *rehearsal) note(piece []byte, fromVendor bool) {
	if r.over.Load() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if fromVendor || len(r.said)+len(piece) > maxRehearsal {
		r.said = nil
		r.over.Store(true)
	}
	if !r.over.Load() {
		r.said = append(r.said, piece...)
	}
}

// ends notes why the vendor has turned the app down, and reports whether all is kept that
// the app has said.
func (r *rehearsal) ends(why error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.why = why
	return !r.over.Load()
}

// takeOver lets the app's connection go on with us, and reports whether it can.
func (l *link) takeOver(why error) bool {
	if l.rehearsal == nil || !l.rehearsal.ends(why) {
		return false
	}
	// What the tap has read of the app is read again.
	l.tap.drop()
	l.moving.Store(true)
	l.leave()
	// The app may be silent, waiting.
	l.app.SetReadDeadline(longAgo())
	return true
}

// rehearse prepares a link to a vendor of HTTP/2 that may still turn the app down.
func (s *Server) rehearse(l *link, t *tunnel) {
	if l.tap.SpeaksHTTP1() || !t.vendor.MayTurnDown() {
		return
	}
	l.rehearsal = &rehearsal{}
	l.handOver = func() {
		l.app.SetReadDeadline(time.Time{})
		s.tunnels.push(&tunnel{
			Conn:   &replayedConn{Conn: l.app, r: io.MultiReader(bytes.NewReader(l.rehearsal.said), l.app)},
			target: t.target, head: t.head, peer: t.peer, scheme: t.scheme,
			failure: &upstream.Error{Err: l.rehearsal.why, Setup: t.vendor.Setup, Upstream: t.vendor.Upstream},
		})
	}
}

// fromVendor reports on which side of a link a connection is.
func (l *link) fromVendor(src net.Conn) bool { return src == net.Conn(l.vendor) }
