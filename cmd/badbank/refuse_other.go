//go:build !unix

package badbank

import (
	"fmt"
	"io"
	"net"
	"strings"
)

// refuse returns an address of loopback on which nothing listens. Here the port
// cannot be kept from others.
func refuse() (io.Closer, string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", fmt.Errorf("find a port that refuses: %w", err)
	}
	if err := listener.Close(); err != nil {
		return nil, "", fmt.Errorf("free the port that refuses: %w", err)
	}
	return io.NopCloser(strings.NewReader("")), listener.Addr().String(), nil
}
