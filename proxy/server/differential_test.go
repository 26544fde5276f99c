package server_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"strings"
	"testing"
)

// wireGround is what all cases of a test share.
type wireGround struct {
	leaf  *tls.Certificate
	roots *x509.CertPool
}

func newWireGround(t *testing.T) wireGround {
	t.Helper()
	leaf, roots := wireLeaf(t)
	return wireGround{leaf: leaf, roots: roots}
}

// compare plays a case without and with a proxy, and tells what differs. Both
// runs have the vendor at one address, since that stands in the bytes.
func (g wireGround) compare(c wireCase, mode wireMode, via wireRoute) ([]string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the vendor: %w", err)
	}
	defer l.Close()
	vendor := l.(*net.TCPListener)
	direct := c.run(mode, wireRoute{roots: g.roots}, vendor, g.leaf)
	if direct.failed != nil {
		return nil, fmt.Errorf("the script fails without a proxy: %w", direct.failed)
	}
	return direct.differences(c.run(mode, via, vendor, g.leaf)), nil
}

// differences lists what another run showed otherwise than t.
func (t transcript) differences(other transcript) []string {
	var found []string
	if other.failed != nil {
		found = append(found, other.failed.Error())
	}
	for _, aspect := range []struct{ name, want, got string }{
		{"the app's bytes", t.appGot, other.appGot},
		{"the vendor's bytes", t.vendorGot, other.vendorGot},
		{"the app's end", t.appEnd, other.appEnd},
		{"the vendor's end", t.vendorEnd, other.vendorEnd},
		{"the app's protocol", t.appALPN, other.appALPN},
		{"the vendor's greeting", t.vendorGreeted, other.vendorGreeted},
		{"the vendor's connections", fmt.Sprint(t.vendorConns), fmt.Sprint(other.vendorConns)},
	} {
		if aspect.want != aspect.got {
			found = append(found, aspect.name+" "+firstDifference(aspect.want, aspect.got))
		}
	}
	return found
}

// firstDifference shows where two texts part.
func firstDifference(want, got string) string {
	at := 0
	for at < min(len(want), len(got)) && want[at] == got[at] {
		at++
	}
	from := max(0, at-20)
	part := func(s string) string { return fmt.Sprintf("%q", s[from:min(len(s), at+60)]) }
	return fmt.Sprintf("differ at %d: %s (of %d), want %s (of %d)", at, part(got), len(got), part(want), len(want))
}

// runAll plays every case in every mode that is among modes.
func runAll(t *testing.T, via func(wireGround) wireRoute, modes ...wireMode) {
	ground := newWireGround(t)
	route := via(ground)
	for _, c := range wireCases(t) {
		for _, mode := range c.modes {
			if !strings.Contains(fmt.Sprint(modes), string(mode)) {
				continue
			}
			t.Run(c.name+"/"+string(mode), func(t *testing.T) {
				t.Parallel()
				found, err := ground.compare(c, mode, route)
				check(t, err)
				for _, difference := range found {
					t.Error(difference)
				}
			})
		}
	}
}
