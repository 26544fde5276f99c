package server

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"flagrante/proxy/tap"
	"flagrante/proxy/upstream"
)

// link is an app and a vendor between whom bytes pass as they are.
type link struct {
	app     net.Conn
	vendor  *upstream.Conn
	tap     *guarded
	buffers *buffers
	// linger is how long one side may be silent after the other has ended.
	linger time.Duration
	// running counts the directions that have not ended.
	running atomic.Int32
	// ending closes the link when linger is over, nil while both sides live.
	ending atomic.Pointer[time.Timer]
	// over is called once, when both directions have ended.
	over func(*link)
	// handOver takes the app's connection when it is to go on without this vendor. Only
	// links of plain HTTP have one, and those with a rehearsal.
	handOver func()
	target   string
	// left is set when the vendor's connection was closed by us, so that its end
	// says nothing.
	left atomic.Bool
	// refusal is why the vendor turned us down, until the app is told.
	refusal atomic.Pointer[error]
	// rehearsal is what the app has said, where it may have to be said again.
	rehearsal *rehearsal
	// acceptance is nil when it is known, and where nothing is intercepted. Only the app's
	// direction may look.
	acceptance *acceptance
	// moving is set when the app's connection goes on with another vendor, or with us.
	moving atomic.Bool
	// passing is held for reading by a piece on its way, so that rest sees none.
	passing sync.RWMutex
	// resting says that nothing may pass any more. It is guarded by passing.
	resting bool
	// listening is set when the app has taken something after the end of what it says. Only
	// the vendor's direction may look.
	listening bool
	// reads counts the pieces that have passed, for quiet.
	reads atomic.Int64
	quiet quiet
}

// start passes bytes in both directions until both have ended. Both run at once:
// neither waits for the other to take its turn.
func (l *link) start() {
	l.running.Store(2)
	go l.direction(l.app, l.vendor, l.tap.App, l.appEnded, l.vendorEnded)
	go l.direction(l.vendor, l.app, l.tap.Vendor, l.vendorEnded, l.appEnded)
}

// appEnded tells the tap of the app's end. Inside of TLS no client closes one
// direction alone: one that says goodbye before its answer has given up.
func (l *link) appEnded(err error) {
	if _, secure := l.app.(*tls.Conn); secure && err == nil {
		err = io.EOF
	}
	l.tap.AppEnded(err)
}

// vendorEnded names the end before the tap hears of it.
func (l *link) vendorEnded(err error) {
	switch {
	case err != nil:
		err = l.vendor.Explain(err)
	case endedBare(l.vendor):
		err = tap.ErrBareEnd
	}
	l.tap.VendorEnded(err)
}

func (l *link) direction(src, dst net.Conn, feed func([]byte), srcEnded, dstEnded func(error)) {
	defer l.done()
	l.pass(src, dst, feed, srcEnded, dstEnded)
}

// done is for the end of a direction. The last one closes everything.
func (l *link) done() {
	if l.running.Add(-1) > 0 {
		return
	}
	if timer := l.ending.Load(); timer != nil {
		timer.Stop()
	}
	l.tap.Close()
	if l.moving.Load() {
		l.vendor.Close()
	} else {
		l.close()
	}
	l.over(l)
	if l.moving.Load() {
		l.handOver()
	}
}

// rest lets nothing pass from now on, unless something is on its way or an exchange is
// going on, and reports whether the link may be closed. A tap alone can't tell: it may
// have read the end of an answer before the app has it.
func (l *link) rest() bool {
	if !l.passing.TryLock() {
		return false
	}
	defer l.passing.Unlock()
	l.resting = l.resting || !l.tap.Busy()
	return l.resting
}

// close ends both connections at once.
func (l *link) close() {
	l.app.Close()
	l.vendor.Close()
}

// cut ends both connections in the middle of what passes, so that an answer that lasts
// until its connection ends is not taken for a whole one. The tap hears of it first: it is
// neither the app nor the vendor that leaves.
func (l *link) cut() {
	l.tap.Close()
	reset(l.app)
	reset(l.vendor)
}

// pass copies what src sends to dst, and carries its end over.
func (l *link) pass(src, dst net.Conn, feed func([]byte), srcEnded, dstEnded func(error)) {
	reader := newBurstReader(src, l.buffers)
	defer reader.release()
	for {
		piece, err := reader.read()
		if l.fromVendor(src) && l.left.Load() {
			l.apologise()
			return
		}
		if len(piece) > 0 {
			l.judge(src, nil)
			if !l.forward(src, dst, piece, feed, dstEnded) {
				return
			}
		}
		reader.release()
		if errors.Is(err, errOtherVendor) {
			l.move()
			return
		}
		if err != nil {
			if !l.moving.Load() {
				l.judge(src, err)
				l.carryEnd(src, dst, srcEnded, err)
			}
			return
		}
	}
}

// forward passes one piece on, and reports whether more may follow. The tap reads it
// when it has passed.
func (l *link) forward(src, dst net.Conn, piece []byte, feed func([]byte), dstEnded func(error)) bool {
	l.passing.RLock()
	defer l.passing.RUnlock()
	if l.resting {
		return false
	}
	l.reads.Add(1)
	if l.rehearsal != nil {
		l.rehearsal.note(piece, l.fromVendor(src))
	}
	deliver := l.deliver
	if timer := l.ending.Load(); timer != nil {
		timer.Reset(l.linger)
		if dst == l.app {
			deliver = l.deliverLate
		}
	}
	err := deliver(dst, piece, feed)
	l.tap.settle()
	l.answerRefused()
	if err != nil {
		l.writeFailed(src, dst, dstEnded, err)
		return false
	}
	return true
}

// writeFailed is for a side that takes no more. A vendor may have answered
// before it stopped reading, so what it said still passes; an app that takes no
// more has left, which the vendor sees at once.
func (l *link) writeFailed(src, dst net.Conn, dstEnded func(error), err error) {
	if dst == net.Conn(l.vendor) {
		return
	}
	dstEnded(err)
	reset(src)
}

// carryEnd lets dst know how src has ended: an orderly end is a half-close, an
// abrupt one a reset. After an orderly end the other direction may still have
// something to say, but not for ever.
func (l *link) carryEnd(src, dst net.Conn, ended func(error), err error) {
	switch {
	case l.turnedDown(dst, err):
	case errors.Is(err, io.EOF):
		ended(nil)
		l.endSoon()
		if endedBare(src) {
			closeWriteBare(dst)
		} else {
			closeWrite(dst)
		}
	case errors.Is(err, io.ErrUnexpectedEOF) && gatherOf(dst) != nil:
		// It ended in the middle of a record, so what was to last until the end is cut. To
		// those without TLS a reset alone says so.
		ended(err)
		l.endSoon()
		closeWriteBare(dst)
	default:
		ended(err)
		reset(dst)
	}
}

// move lets the vendor answer what it was asked, and goes on with another one.
func (l *link) move() {
	patience := time.NewTimer(l.linger)
	defer patience.Stop()
	tick := time.NewTicker(drainInterval)
	defer tick.Stop()
	for l.tap.Busy() {
		select {
		case <-tick.C:
		case <-patience.C:
			l.close()
			return
		}
	}
	l.moving.Store(true)
	l.leave()
}

// leave closes the vendor's connection without a word to the app.
func (l *link) leave() {
	l.left.Store(true)
	l.vendor.Close()
}

// expire gives up on a vendor that does not answer.
func (l *link) expire() {
	l.tap.VendorEnded(os.ErrDeadlineExceeded)
	l.leave()
}

// apologise tells an app that its vendor takes too long.
func (l *link) apologise() {
	if l.moving.Load() {
		return
	}
	if !l.tap.SpeaksHTTP1() || lateAnswer(l.app, l.target) != nil {
		reset(l.app)
		return
	}
	l.endSoon()
	closeWrite(l.app)
}

func (l *link) endSoon() {
	timer := time.AfterFunc(l.linger, l.close)
	if !l.ending.CompareAndSwap(nil, timer) {
		timer.Stop()
	}
}
