//go:build !unix

package gather

import "net"

// socket is none: what has arrived can't be told here.
type socket struct{ source }

func socketOf(net.Conn) *socket { return nil }

func (*socket) follow(func() bool) error { return nil }
