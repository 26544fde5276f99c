package storetest

import (
	"net/netip"
	"time"

	"flagrante/capture"
	"flagrante/proxy"
)

// Failure is a failure with something in every field.
func Failure(id string, at time.Time) *capture.Failure {
	return &capture.Failure{
		ID: id, Time: at, Kind: capture.KindHTTPStatus, Host: "api.bank.example:8443",
		Reasons:  []capture.Reason{{Key: "judge.status", Args: map[string]string{"status": "503"}}},
		Endpoint: "POST api.bank.example:8443/v1/pix/{id}", Fingerprint: "v1-abcdefghijklmnop",
		Vendor: capture.Vendor{Code: "E1", Message: "fora do ar"}, RequestIDs: []string{"r-" + id},
		Origin:     capture.Origin{Country: "BR", Source: capture.SourcePeer, Addr: "200.160.2.3"},
		Redactions: []capture.Redaction{{Where: "request.header.Authorization", Kind: "credential", Rule: "header-name"}},
		Exchange: proxy.Exchange{
			ID: id, Start: at, Client: netip.MustParseAddrPort("127.0.0.1:4711"), Peer: netip.MustParseAddrPort("127.0.0.1:4712"),
			Tunnel: proxy.Fields{{Name: "Host", Value: "api.bank.example:8443"}},
			Request: proxy.Request{
				Method: "POST", URL: "https://api.bank.example:8443/v1/pix/1?token=<secret>", Proto: "HTTP/1.1",
				Header:  proxy.Fields{{Name: "Accept", Value: "a"}, {Name: "Accept", Value: "b"}},
				Body:    proxy.Body{Data: []byte("\x00\xffbin"), Size: 5, Complete: true},
				Trailer: proxy.Fields{{Name: "X", Value: "y"}},
			},
			Response: &proxy.Response{
				Status: 503, Reason: "Service Unavailable", Proto: "HTTP/2.0", Header: proxy.Fields{{Name: "X-Request-Id", Value: "r-" + id}},
				Body:    proxy.Body{Data: []byte(`{"codigo":"E1"}`), Size: 99, Cut: true, Decoded: true, Err: "reset"},
				Trailer: proxy.Fields{{Name: "Z", Value: "z"}},
			},
			Phases:   proxy.Phases{DNS: 1, Connect: 2, TLS: 3, Send: 4, Wait: 5, Receive: 6, Total: 21 * time.Millisecond},
			Upstream: proxy.Upstream{Addr: "192.0.2.1:443", Reused: true, TLSVersion: "TLS 1.3", CertNotAfter: time.Date(2026, 11, 23, 12, 0, 0, 123456000, time.UTC)},
		},
	}
}
