//go:build unix

package badbank

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"syscall"
)

// refuse returns an address of loopback that refuses connections for as long as
// the closer is open: the port is bound, so nobody else gets it, but nothing
// listens.
func refuse() (io.Closer, string, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return nil, "", fmt.Errorf("make the socket that refuses: %w", err)
	}
	file := os.NewFile(uintptr(fd), "refusal")
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return nil, "", errors.Join(fmt.Errorf("bind the socket that refuses: %w", err), file.Close())
	}
	name, err := syscall.Getsockname(fd)
	if err != nil {
		return nil, "", errors.Join(fmt.Errorf("name the socket that refuses: %w", err), file.Close())
	}
	bound, ok := name.(*syscall.SockaddrInet4)
	if !ok {
		return nil, "", errors.Join(errors.New("name the socket that refuses: an address of another family"), file.Close())
	}
	return file, netip.AddrPortFrom(netip.AddrFrom4(bound.Addr), uint16(bound.Port)).String(), nil
}
