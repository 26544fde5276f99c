package server

import (
	"net"
	"syscall"
	"time"
)

// errAppGone is the end of an app that has closed more than the half of its connection.
// To the vendor it looks as if the app's own system had said so.
var errAppGone = &net.OpError{Op: "write", Net: "tcp", Err: syscall.ECONNRESET}

const (
	// takesWithin is how long we wait for an app's system to say that it has taken a piece,
	// or that nobody is there. It may hold the former back for half a second (RFC 9293,
	// section 3.8.6.3).
	takesWithin = time.Second
	// takesInterval is how often it is looked at.
	takesInterval = time.Millisecond
)

// deliver passes a piece on.
func (l *link) deliver(dst net.Conn, piece []byte, feed func([]byte)) error {
	feed(piece)
	return l.buffers.writeBurst(dst, piece)
}

// deliverLate passes a piece on to an app that has ended its side. Without TLS, one that
// waits for its answer and one that has given up look the same until something is sent to
// them; the tap hears of what the app has taken alone.
func (l *link) deliverLate(dst net.Conn, piece []byte, feed func([]byte)) error {
	if err := l.buffers.writeBurst(dst, piece); err != nil {
		return err
	}
	if !l.listening && gone(dst) {
		return errAppGone
	}
	l.listening = true
	feed(piece)
	return nil
}

// gone waits until it is known whether a peer has taken what was written to it, and reports
// whether there is no peer any more. What can't be told is taken.
func gone(c net.Conn) bool {
	bare := tcpOf(c)
	if bare == nil {
		return false
	}
	raw, err := bare.SyscallConn()
	if err != nil {
		return false
	}
	tick := time.NewTicker(takesInterval)
	defer tick.Stop()
	for range takesWithin / takesInterval {
		switch fateOf(raw) {
		case fateGone:
			return true
		case fateTaken:
			return false
		}
		<-tick.C
	}
	return false
}

// fate is what has become of the bytes that were written to a socket.
type fate int

const (
	fateOpen fate = iota
	fateTaken
	fateGone
)
