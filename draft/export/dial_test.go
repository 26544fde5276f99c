package export

import (
	"errors"
	"net/netip"
	"testing"
)

func TestIsPrivate(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1": true, "::1": true, "10.1.2.3": true, "172.16.0.1": true, "192.168.0.1": true, "169.254.169.254": true,
		"100.64.0.1": true, "0.0.0.0": true, "224.0.0.1": true, "255.255.255.255": true, "198.18.0.1": true, "fe80::1": true,
		"fd00::1": true, "64:ff9b::7f00:1": true, "2002:7f00:1::": true,
		"8.8.8.8": false, "200.160.2.3": false, "2606:4700::1": false,
	} {
		if got := isPrivate(netip.MustParseAddr(addr)); got != want {
			t.Errorf("isPrivate(%s) = %t, want %t", addr, got, want)
		}
	}
}

func TestTheDialerLooksAtTheResolvedAddress(t *testing.T) {
	for _, test := range []struct {
		name, url, address string
		allow              bool
		want               error
	}{
		{"public over https", "https://portal.example", "200.160.2.3:443", false, nil},
		{"public over http", "http://portal.example", "200.160.2.3:80", true, errPlain},
		{"private", "https://portal.example", "10.0.0.1:443", false, errPrivate},
		{"private, mapped", "https://portal.example", "[::ffff:10.0.0.1]:443", false, errPrivate},
		{"private, allowed", "http://portal.example", "10.0.0.1:80", true, nil},
		{"no address", "https://portal.example", "portal", true, errPrivate},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := Portal{URL: test.url, AllowPrivate: test.allow}
			if err := p.dialer().Control("tcp", test.address, nil); !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}
