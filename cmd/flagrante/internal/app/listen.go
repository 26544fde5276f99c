package app

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/rs/zerolog"

	"flagrante/cmd/flagrante/internal/hinted"
)

// listen opens an address, or where the port does not matter a free one beside it.
func listen(addr, what string, anyPort bool, log zerolog.Logger) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if host, _, _ := net.SplitHostPort(addr); anyPort && errors.Is(err, syscall.EADDRINUSE) {
		l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		hint := "give an address of this machine with --" + what + " HOST:PORT, as in 127.0.0.1:8790"
		if errors.Is(err, syscall.EADDRINUSE) {
			hint = "is flagrante running already? Choose another address with --" + what + " HOST:PORT"
		}
		return nil, hinted.New(fmt.Errorf("open the %s: %w", what, err), hint)
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); ok && !tcp.IP.IsLoopback() {
		log.Warn().Str("address", l.Addr().String()).Msg("the " + what + " can be reached from other machines")
	}
	return l, nil
}
