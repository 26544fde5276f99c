//go:build unix

package gather

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// glancer reads a socket without waiting. What one read needs is kept for the next:
// made anew, it would be garbage for every record of a long answer.
type glancer struct {
	raw  syscall.RawConn
	try  func(fd uintptr) bool
	into []byte
	n    int
	err  error
}

func newGlancer(raw syscall.RawConn) *glancer {
	g := &glancer{raw: raw}
	g.try = func(fd uintptr) bool {
		g.n, g.err = syscall.Read(int(fd), g.into)
		return true
	}
	return g
}

// read takes what has arrived. An end is left for the next read that waits,
// which finds it again; an error is not, since a socket tells it once.
func (g *glancer) read(p []byte) (int, error) {
	g.into = p
	outer := g.raw.Read(g.try)
	g.into = nil
	switch {
	case outer != nil:
		return 0, outer
	case g.err == nil && g.n > 0:
		return g.n, nil
	case g.err == nil, errors.Is(g.err, syscall.EAGAIN), errors.Is(g.err, syscall.EINTR):
		return 0, os.ErrDeadlineExceeded
	}
	return 0, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", g.err)}
}
