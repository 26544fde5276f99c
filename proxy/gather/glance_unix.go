//go:build unix

package gather

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// glance reads without waiting. An end is left for the next read that waits,
// which finds it again; an error is not, since a socket tells it once.
func glance(raw syscall.RawConn, p []byte) (n int, err error) {
	outer := raw.Read(func(fd uintptr) bool {
		n, err = syscall.Read(int(fd), p)
		return true
	})
	switch {
	case outer != nil:
		return 0, outer
	case err == nil && n > 0:
		return n, nil
	case err == nil, errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EINTR):
		return 0, os.ErrDeadlineExceeded
	}
	return 0, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", err)}
}
