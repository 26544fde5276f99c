//go:build unix

package gather

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// often is how many times within a period something arrives from when on the end is
	// not looked for each time.
	often = 8
	// period is how long an end can go unnoticed there.
	period = 50 * time.Millisecond
)

// socket is read as the poller of the runtime says that something is there. It says so
// once for all that has arrived: what is read short leaves nothing behind, unless the
// connection ended right after it, before the poller could say that apart. So who
// wants to know of the end at once has to read once more, and mostly finds nothing. Where
// much passes, such reads are a tenth of the work: there the end is looked for after a
// period alone.
type socket struct {
	conn *net.TCPConn
	raw  syscall.RawConn
	fd   int
	// took says that something was read since the poller called, looked that nothing
	// was left then. done says that reads need not look any more.
	took, looked, done bool
	// timer runs while armed is set, and calls tick.
	timer *time.Timer
	armed atomic.Bool
	// arrived is how many times something has arrived in this period, busy that it was
	// often in this one or the last.
	arrived atomic.Int32
	busy    atomic.Bool
	// unsure says that there may be an end, poked that a deadline has the reader look.
	unsure, poked atomic.Bool
}

// socketOf returns the socket of a connection, nil for one that is none, or holds bytes
// that were read ahead.
func socketOf(c net.Conn) *socket {
	for {
		switch inner := c.(type) {
		case *net.TCPConn:
			raw, err := inner.SyscallConn()
			if err != nil {
				return nil
			}
			return &socket{conn: inner, raw: raw}
		case interface{ Bare() net.Conn }:
			c = inner.Bare()
		default:
			return nil
		}
	}
}

// follow is Conn.Follow. All takes place within one read of the runtime, since the
// beginning of each forgets what the poller has said.
func (s *socket) follow(each func() bool) error {
	defer s.stop()
	more := true
	for {
		err := s.raw.Read(func(fd uintptr) bool {
			s.fd, s.took, s.looked, s.done = int(fd), false, false, false
			s.unsure.Store(false)
			more = each()
			if more && s.took {
				s.note()
			}
			return !more
		})
		if !more || !s.poked.Swap(false) || !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		if err := s.conn.SetReadDeadline(time.Time{}); err != nil {
			return err
		}
	}
}

// note has the end looked for later, if that was not done.
func (s *socket) note() {
	if s.arrived.Add(1) == often {
		s.busy.Store(true)
	}
	s.unsure.Store(!s.looked)
	if s.armed.Swap(true) {
		return
	}
	if s.timer == nil {
		s.timer = time.AfterFunc(period, s.tick)
	} else {
		s.timer.Reset(period)
	}
}

// tick ends a period.
func (s *socket) tick() {
	s.armed.Store(false)
	s.busy.Store(s.arrived.Swap(0) >= often)
	if s.unsure.Load() {
		s.poked.Store(true)
		_ = s.conn.SetReadDeadline(time.Unix(1, 0))
	}
}

func (s *socket) stop() {
	if s.timer != nil {
		s.timer.Stop()
	}
}

// read takes what has arrived.
func (s *socket) read(p []byte) (int, error) {
	if s.done || len(p) == 0 {
		return 0, os.ErrDeadlineExceeded
	}
	n, err := syscall.Read(s.fd, p)
	for errors.Is(err, syscall.EINTR) {
		n, err = syscall.Read(s.fd, p)
	}
	switch {
	case errors.Is(err, syscall.EAGAIN):
		s.looked, s.done = true, true
		return 0, os.ErrDeadlineExceeded
	case err != nil:
		return 0, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", err)}
	case n == 0:
		return 0, io.EOF
	}
	s.took, s.done = true, n < len(p) && s.busy.Load()
	return n, nil
}
