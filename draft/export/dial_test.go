package export

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/dns/dnsmessage"
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

// resolver asks a name server that gives every name the address that is set.
func resolver(t *testing.T, address *atomic.Value) *net.Resolver {
	t.Helper()
	socket, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		query := make([]byte, 1500)
		for {
			n, from, err := socket.ReadFrom(query)
			if err != nil {
				return
			}
			if reply := named(query[:n], address.Load().(netip.Addr)); reply != nil {
				if _, err := socket.WriteTo(reply, from); err != nil {
					return
				}
			}
		}
	}()
	t.Cleanup(func() {
		if err := socket.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", socket.LocalAddr().String())
	}}
}

// named answers a question with an address of the same kind, or with none.
func named(query []byte, address netip.Addr) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.Additionals = true, nil
	header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
	switch {
	case q.Type == dnsmessage.TypeA && address.Is4():
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: address.As4()}}}
	case q.Type == dnsmessage.TypeAAAA && address.Is6():
		m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AAAAResource{AAAA: address.As16()}}}
	}
	reply, err := m.Pack()
	if err != nil {
		return nil
	}
	return reply
}

// TestANameThatMovesToAPrivateAddress holds that what a portal's name meant when it was
// checked is not trusted later: each connection looks at the address that it is made to.
func TestANameThatMovesToAPrivateAddress(t *testing.T) {
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	_, port, err := net.SplitHostPort(inside.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var address atomic.Value
	dialer := Portal{URL: "https://portal.example"}.dialer()
	address.Store(netip.MustParseAddr("127.0.0.1"))
	dialer.Resolver = resolver(t, &address)
	errStop := errors.New("it would be dialled")
	look := dialer.Control
	var seen []string
	dialer.Control = func(network, address string, c syscall.RawConn) error {
		seen = append(seen, address)
		if err := look(network, address, c); err != nil {
			return err
		}
		return errStop // Nothing leaves the machine in tests.
	}
	for _, test := range []struct {
		address string
		want    error
	}{{"203.0.113.7", errStop}, {"127.0.0.1", errPrivate}, {"10.0.0.7", errPrivate}, {"169.254.169.254", errPrivate}, {"::1", errPrivate}, {"fd00::7", errPrivate}, {"203.0.113.7", errStop}} {
		seen = nil
		address.Store(netip.MustParseAddr(test.address))
		if conn, err := dialer.DialContext(t.Context(), "tcp", net.JoinHostPort("portal.example", port)); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, %v", test.address, conn, err)
		}
		if diff := cmp.Diff([]string{net.JoinHostPort(test.address, port)}, seen); diff != "" {
			t.Errorf("%s: %s", test.address, diff)
		}
	}
}
