package app

import (
	"net"
	"net/netip"
	"testing"
)

func TestAddressesAreAsThisMachineCallsThem(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:8791": "127.0.0.1:8791",
		"10.0.0.7:8791":  "10.0.0.7:8791",
		"0.0.0.0:8791":   "localhost:8791",
		"[::]:8791":      "localhost:8791",
		"[::1]:8791":     "[::1]:8791",
	} {
		if got := FromHere(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(addr))); got != want {
			t.Errorf("%s is called %s, want %s", addr, got, want)
		}
	}
}
