package locate

import (
	"net/netip"
	"testing"

	"flagrante/capture"
	"flagrante/proxy"

	"github.com/google/go-cmp/cmp"
)

// The networks of the tests: a country each, and one for a private network to
// show that private addresses are not even looked up.
const (
	brazil   = "200.160.2.3"
	brazil6  = "2001:12ff::53"
	states   = "8.8.8.8"
	portugal = "193.136.1.1"
	unlisted = "1.1.1.1"
)

func TestOriginOrder(t *testing.T) {
	for _, test := range []struct {
		name    string
		setting string
		egress  string
		e       proxy.Exchange
		want    capture.Origin
	}{
		{"the setting decides", "PT", states, exchange(states, nil, xff(brazil)), origin("PT", "setting", "")},
		{"forwarded before peer", "", portugal, exchange("127.0.0.1", nil, xff(brazil)), origin("BR", "forwarded", brazil)},
		{"peer before egress", "", portugal, exchange(states, nil, nil), origin("US", "peer", states)},
		{"mapped peer", "", "", exchange("::ffff:"+states, nil, nil), origin("US", "peer", states)},
		{"egress", "", portugal, exchange("127.0.0.1", nil, nil), origin("PT", "egress", portugal)},
		{"unlisted peer leaves it to egress", "", portugal, exchange(unlisted, nil, nil), origin("PT", "egress", portugal)},
		{"private peer is no answer", "", "", exchange("10.1.2.3", nil, nil), origin("", "unknown", "")},
		{"shared address space is no answer", "", "", exchange("100.64.1.2", nil, nil), origin("", "unknown", "")},
		{"private egress is no answer", "", "10.1.2.3", exchange("127.0.0.1", nil, nil), origin("", "unknown", "")},
		{"unlisted egress", "", unlisted, exchange("127.0.0.1", nil, nil), origin("", "unknown", "")},
		{"zone of a link-local peer", "", "", exchange("fe80::1%eth0", nil, nil), origin("", "unknown", "")},
		{"no addresses at all", "", "", proxy.Exchange{}, origin("", "unknown", "")},
		{"recorded client without a peer", "", "", proxy.Exchange{Client: at(brazil)}, origin("BR", "peer", brazil)},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := locator(t)
			l.Country = test.setting
			if test.egress != "" {
				l.Egress = netip.MustParseAddr(test.egress)
			}
			if diff := cmp.Diff(test.want, l.Origin(&test.e)); diff != "" {
				t.Errorf("origin differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOriginForwarded(t *testing.T) {
	for _, test := range []struct {
		name string
		e    proxy.Exchange
		want capture.Origin
	}{
		{"Forwarded", exchange("127.0.0.1", nil, forwarded(`for="[2001:12ff::53]:80"`)), origin("BR", "forwarded", brazil6)},
		{"trusted hops are skipped", exchange("127.0.0.1", nil, xff(brazil+", 127.0.0.9, 127.0.0.8")), origin("BR", "forwarded", brazil)},
		{"the first untrusted hop ends the way", exchange("127.0.0.1", nil, xff(brazil+", "+portugal)), origin("PT", "forwarded", portugal)},
		{"a private untrusted hop is no answer", exchange("127.0.0.1", nil, xff(brazil+", 10.1.2.3")), origin("US", "egress", states)},
		{"an unlisted hop is no answer", exchange("127.0.0.1", nil, xff(brazil+", "+unlisted)), origin("US", "egress", states)},
		{"an unknown hop ends the way", exchange("127.0.0.1", nil, forwarded("for="+brazil+", for=unknown")), origin("US", "egress", states)},
		{"an obfuscated hop ends the way", exchange("127.0.0.1", nil, forwarded("for="+brazil+", for=_gw")), origin("US", "egress", states)},
		{"only trusted hops", exchange("127.0.0.1", nil, xff("127.0.0.3")), origin("US", "egress", states)},
		{"a public trusted hop that began it", exchange("127.0.0.1", nil, xff("193.136.255.1")), origin("PT", "forwarded", "193.136.255.1")},
		{"untrusted peer is not believed", exchange("10.1.2.3", nil, xff(brazil)), origin("US", "egress", states)},
		{"untrusted public peer is not believed", exchange(portugal, nil, forwarded("for="+brazil)), origin("PT", "peer", portugal)},
		{"both agree", exchange("127.0.0.1", nil, append(xff(brazil), forwarded("for="+brazil)...)), origin("BR", "forwarded", brazil)},
		{"both disagree", exchange("127.0.0.1", nil, append(xff(brazil), forwarded("for="+portugal)...)), origin("US", "egress", states)},
		{"CONNECT names it", exchange("127.0.0.1", xff(brazil), nil), origin("BR", "forwarded", brazil)},
		{"CONNECT before the request", exchange("127.0.0.1", xff(brazil), xff(portugal)), origin("BR", "forwarded", brazil)},
		{"CONNECT by trusted hops, then the request", exchange("127.0.0.1", xff("127.0.0.2"), xff(brazil)), origin("BR", "forwarded", brazil)},
		{"request of an untrusted client of CONNECT", exchange("127.0.0.1", xff("10.1.2.3"), xff(brazil)), origin("US", "egress", states)},
		{"request behind an unreadable CONNECT", exchange("127.0.0.1", xff("?"), xff(brazil)), origin("US", "egress", states)},
		{"PROXY protocol", told("127.0.0.1", brazil, nil), origin("BR", "forwarded", brazil)},
		{"PROXY protocol of an untrusted peer", told("10.1.2.3", brazil, nil), origin("US", "egress", states)},
		{"header of an untrusted PROXY client", told("127.0.0.1", brazil, xff(portugal)), origin("BR", "forwarded", brazil)},
		{"header of a private untrusted PROXY client", told("127.0.0.1", "10.1.2.3", xff(portugal)), origin("US", "egress", states)},
		{"header of a trusted PROXY client", told("127.0.0.1", "127.0.0.2", xff(portugal)), origin("PT", "forwarded", portugal)},
		{"peer without a client", proxy.Exchange{Peer: at("127.0.0.1"), Request: proxy.Request{Header: xff(brazil)}}, origin("BR", "forwarded", brazil)},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := locator(t)
			l.Egress = netip.MustParseAddr(states)
			if diff := cmp.Diff(test.want, l.Origin(&test.e)); diff != "" {
				t.Errorf("origin differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOriginWithoutDatabase(t *testing.T) {
	e := exchange(brazil, nil, nil)
	if diff := cmp.Diff(origin("", "unknown", ""), (&Locator{}).Origin(&e)); diff != "" {
		t.Errorf("origin differs (-want +got):\n%s", diff)
	}
}

func TestOriginWithBrokenDatabase(t *testing.T) {
	db, err := packed(embedded[:len(embedded)/2])
	if err != nil {
		t.Fatal(err)
	}
	e := exchange(brazil, nil, nil)
	if diff := cmp.Diff(origin("", "unknown", ""), (&Locator{DB: db}).Origin(&e)); diff != "" {
		t.Errorf("origin differs (-want +got):\n%s", diff)
	}
}

// locator trusts loopback and one public network.
func locator(t *testing.T) *Locator {
	t.Helper()
	return &Locator{
		Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("193.136.255.0/24")},
		DB: opened(t, "DBIP-Country-Lite", map[string]string{
			"200.160.0.0/20": "BR", "2001:12ff::/32": "BR", "8.8.8.0/24": "US", "193.136.0.0/15": "PT",
			"10.0.0.0/8": "FR", "100.64.0.0/10": "FR", "127.0.0.0/8": "FR",
		}),
	}
}

// exchange is one of a peer without PROXY protocol.
func exchange(peer string, tunnel, header proxy.Fields) proxy.Exchange {
	return proxy.Exchange{Client: at(peer), Peer: at(peer), Tunnel: tunnel, Request: proxy.Request{Header: header}}
}

// told is an exchange whose peer named a client in a PROXY protocol header.
func told(peer, client string, header proxy.Fields) proxy.Exchange {
	return proxy.Exchange{Client: at(client), Peer: at(peer), Request: proxy.Request{Header: header}}
}

func at(addr string) netip.AddrPort { return netip.AddrPortFrom(netip.MustParseAddr(addr), 40000) }

func xff(value string) proxy.Fields { return proxy.Fields{{Name: "X-Forwarded-For", Value: value}} }

func forwarded(value string) proxy.Fields { return proxy.Fields{{Name: "forwarded", Value: value}} }

func origin(country, source, addr string) capture.Origin {
	return capture.Origin{Country: country, Source: source, Addr: addr}
}
