package app

import (
	"errors"
	"net"
	"net/netip"
	"testing"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/proxy/server"
)

func TestMayListen(t *testing.T) {
	closed := server.Access{}
	users := server.Access{Users: []server.User{{Name: "ana", Password: "x"}}}
	allow := server.Access{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for _, test := range []struct {
		addr   string
		access server.Access
		ok     bool
	}{
		{"127.0.0.1", closed, true}, {"127.0.0.9", closed, true}, {"::1", closed, true},
		{"0.0.0.0", closed, false}, {"::", closed, false}, {"10.0.0.1", closed, false},
		{"0.0.0.0", users, true}, {"::", allow, true},
	} {
		err := mayListen(&net.TCPAddr{IP: net.ParseIP(test.addr), Port: 8790}, test.access)
		if _, hint := errors.AsType[*hinted.Error](err); (err == nil) != test.ok || !test.ok && !hint {
			t.Errorf("%s: %v", test.addr, err)
		}
	}
}
