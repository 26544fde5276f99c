package server

import (
	"net"

	"flagrante/proxy/fault"
)

// turnedDown reports whether the vendor has ended the connection in place of a handshake
// that went well, as one does that demands a client certificate. In TLS 1.3 it tells only
// when the handshake is over for us (RFC 8446, section 4.4.2.4), before or after the app has
// asked for something; the app is told when it has.
func (l *link) turnedDown(dst net.Conn, err error) bool {
	if dst != l.app || !l.tap.SpeaksHTTP1() && l.rehearsal == nil {
		return false
	}
	why := l.vendor.TurnedDown(err)
	if why == nil {
		return false
	}
	if !l.tap.SpeaksHTTP1() {
		return l.takeOver(why)
	}
	l.refusal.Store(&why)
	l.answerRefused()
	return true
}

// answerRefused answers an app that was turned down and has asked, once.
func (l *link) answerRefused() {
	why := l.refusal.Load()
	if why == nil || !l.tap.Waiting() || !l.refusal.CompareAndSwap(why, nil) {
		return
	}
	l.tap.VendorEnded(*why)
	if writeRefusal(l.app, l.target, fault.Cause(*why)) != nil {
		l.cut()
		return
	}
	l.endSoon()
	closeWrite(l.app)
}
