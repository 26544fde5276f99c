package app

import (
	"fmt"
	"net"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/proxy/server"
)

// mayListen refuses an address that other machines can reach when nobody there
// may use the proxy. Who wants that has to say for whom.
func mayListen(addr net.Addr, a server.Access) error {
	if tcp, ok := addr.(*net.TCPAddr); !ok || tcp.IP.IsLoopback() || !a.Closed() {
		return nil
	}
	return hinted.New(
		fmt.Errorf("the proxy would listen on %s, which other machines can reach, and nobody there may use it", addr),
		"say who may with --allow 10.0.0.0/8 or proxy.users in the configuration, or listen on 127.0.0.1",
	)
}
