package server

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// tcpClose is the state of a connection that the peer has reset (tcp_states.h of Linux).
const tcpClose = 7

// fateOf asks the system (tcp(7), TCP_INFO).
func fateOf(raw syscall.RawConn) (f fate) {
	err := raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		switch {
		case err != nil:
			f = fateTaken
		case info.State == tcpClose:
			f = fateGone
		case info.Unacked == 0 && info.Notsent_bytes == 0:
			f = fateTaken
		}
	})
	if err != nil {
		return fateGone
	}
	return f
}
