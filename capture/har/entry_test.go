package har_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/oklog/ulid/v2"

	"flagrante/proxy"
)

const ms = time.Millisecond

func clock(second, millis int) time.Time {
	return time.Date(2026, 3, 2, 12, 0, second, millis*1e6, time.UTC)
}

func whole(text string) proxy.Body {
	return proxy.Body{Data: []byte(text), Size: int64(len(text)), Complete: true}
}

func decoded(text string) proxy.Body {
	b := whole(text)
	b.Decoded = true
	return b
}

func TestReadProducers(t *testing.T) {
	none := proxy.Body{Complete: true}
	tests := []struct {
		file string
		want []*proxy.Exchange
	}{
		{"chromium.har", []*proxy.Exchange{
			{
				Start: clock(1, 250),
				Request: proxy.Request{
					Method: "POST", URL: "https://api.banco.example/pix/v2/cob?expand=devedor", Proto: "HTTP/2.0",
					Header: proxy.Fields{{Name: "accept-encoding", Value: "gzip, deflate, br, zstd"}, {Name: "content-type", Value: "application/json"}},
					Body:   whole(`{"valor":"150,00"}`),
				},
				Response: &proxy.Response{
					Status: 422, Proto: "HTTP/2.0",
					Header: proxy.Fields{
						{Name: "content-encoding", Value: "br"}, {Name: "content-type", Value: "application/problem+json"}, {Name: "set-cookie", Value: "a=1; Path=/"},
						{Name: "set-cookie", Value: "b=2; Path=/"}, {Name: "x-request-id", Value: "req-1"},
					},
					Body: decoded(`{"title":"valor não é numérico"}`),
				},
				Phases:   proxy.Phases{DNS: 20 * ms, Connect: 40 * ms, TLS: 30 * ms, Send: 5 * ms, Wait: 80 * ms, Receive: 5 * ms, Total: 190500 * time.Microsecond},
				Upstream: proxy.Upstream{Addr: "[2001:db8::7]:443"},
			},
			{
				Start: clock(2, 0),
				Request: proxy.Request{
					Method: "GET", URL: "https://api.banco.example/boletos/7/pdf", Proto: "HTTP/1.1",
					Header: proxy.Fields{{Name: "Accept", Value: "application/pdf"}}, Body: none,
				},
				Response: &proxy.Response{
					Status: 200, Reason: "OK", Proto: "HTTP/1.1", Header: proxy.Fields{{Name: "Content-Length", Value: "5000"}},
					Body: proxy.Body{Data: []byte("%PDF"), Size: 4, Err: "net::ERR_CONTENT_LENGTH_MISMATCH"},
				},
				Phases:   proxy.Phases{Send: ms, Wait: 8 * ms, Receive: 2 * ms, Total: 12 * ms},
				Upstream: proxy.Upstream{Addr: "192.0.2.7:443"},
			},
			{
				Start:   clock(3, 0),
				Request: proxy.Request{Method: "GET", URL: "https://api.banco.exmple/saldo", Body: none},
				Err:     &proxy.Error{Type: "dns_error", Phase: proxy.PhaseDNS, Text: "the host name could not be looked up (net::ERR_NAME_NOT_RESOLVED)"},
				Phases:  proxy.Phases{Total: 31 * ms},
			},
			{
				Start:   clock(4, 0),
				Request: proxy.Request{Method: "GET", URL: "https://api.banco.example/extrato", Body: none},
				Aborted: true,
				Phases:  proxy.Phases{Total: 900 * ms},
			},
		}},
		{"firefox.har", []*proxy.Exchange{
			{
				Start: clock(0, 500),
				Request: proxy.Request{
					Method: "POST", URL: "https://auth.banco.example/oauth/token", Proto: "HTTP/2.0",
					Header: proxy.Fields{{Name: "Host", Value: "auth.banco.example"}, {Name: "Content-Type", Value: "application/x-www-form-urlencoded"}},
					Body:   whole("grant_type=client_credentials&escopo=pix+cob"),
				},
				Response: &proxy.Response{
					Status: 401, Proto: "HTTP/2.0", Header: proxy.Fields{{Name: "content-encoding", Value: "gzip"}, {Name: "content-type", Value: "application/json"}},
					Body: proxy.Body{Data: []byte(`{"error":"invalid_client"`), Decoded: true, Size: 2000000, Cut: true, Complete: true},
				},
				Phases:   proxy.Phases{DNS: 5 * ms, Connect: 20 * ms, TLS: 15 * ms, Wait: 60 * ms, Total: 100 * ms},
				Upstream: proxy.Upstream{Addr: "192.0.2.9:443"},
			},
			{
				Start:   clock(1, 0),
				Request: proxy.Request{Method: "GET", URL: "https://expirado.banco.example/", Body: none},
				Err:     &proxy.Error{Type: "tls_protocol_error", Phase: proxy.PhaseTLS, Text: "the secure connection failed"},
				Phases:  proxy.Phases{Connect: 2 * ms, TLS: 4 * ms, Total: 6 * ms},
			},
		}},
		{"mitmproxy.har", []*proxy.Exchange{
			{
				Start: clock(0, 123).Add(456 * time.Microsecond),
				Request: proxy.Request{
					Method: "PUT", URL: "http://127.0.0.1:8080/ted/9", Proto: "HTTP/1.1",
					Header: proxy.Fields{{Name: "Host", Value: "127.0.0.1:8080"}, {Name: "Content-Type", Value: "text/xml"}},
					Body:   whole("<ted/>"),
				},
				Response: &proxy.Response{
					Status: 500, Reason: "Internal Server Error", Proto: "HTTP/1.1",
					Header: proxy.Fields{{Name: "Content-Type", Value: "text/xml"}}, Body: whole("<fault/>"),
				},
				Phases:   proxy.Phases{Connect: 50 * ms, TLS: 20 * ms, Send: 500 * time.Microsecond, Wait: 20 * ms, Receive: 10 * ms, Total: 100500 * time.Microsecond},
				Upstream: proxy.Upstream{Addr: "127.0.0.1:8080"},
			},
			{
				Start:    clock(1, 0),
				Request:  proxy.Request{Method: "GET", URL: "https://api.banco.example/pix", Proto: "HTTP/2.0", Body: none},
				Err:      &proxy.Error{Type: "tls_certificate_error", Phase: proxy.PhaseTLS, Text: "the vendor's certificate has expired, or is not valid yet"},
				Phases:   proxy.Phases{Send: 1500 * time.Microsecond, Total: 1500 * time.Microsecond},
				Upstream: proxy.Upstream{Addr: "192.0.2.7:443"},
			},
		}},
		{"safari.har", []*proxy.Exchange{
			{
				Start: clock(0, 0),
				Request: proxy.Request{
					Method: "GET", URL: "https://api.banco.example/contas", Proto: "HTTP/2.0",
					Header: proxy.Fields{{Name: "Accept", Value: "*/*"}}, Body: none,
				},
				Response: &proxy.Response{
					Status: 503, Reason: "Service Unavailable", Proto: "HTTP/2.0", Header: proxy.Fields{{Name: "Content-Type", Value: "text/plain"}},
					Body: proxy.Body{Data: []byte("fora"), Size: 8, Cut: true, Complete: true},
				},
				Phases:   proxy.Phases{DNS: 10 * ms, Connect: 50 * ms, TLS: 40 * ms, Send: 500 * time.Microsecond, Wait: 149500 * time.Microsecond, Total: 250 * ms},
				Upstream: proxy.Upstream{Addr: "192.0.2.7:443"},
			},
			{
				Start:   clock(1, 0),
				Request: proxy.Request{Method: "GET", URL: "https://api.banco.example/contas", Body: none},
				Err:     &proxy.Error{Type: "connection_refused", Phase: proxy.PhaseConnect, Text: "the connection was refused"},
				Phases:  proxy.Phases{Total: 3 * ms},
			},
		}},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			got := read(t, bytes.NewReader(recording(t, filepath.Join("shaped", test.file))))
			if diff := cmp.Diff(test.want, got, addrs, cmpopts.IgnoreFields(proxy.Exchange{}, "ID")); diff != "" {
				t.Error(diff)
			}
			for _, e := range got {
				id, err := ulid.ParseStrict(e.ID)
				if err != nil || id.Time() != uint64(e.Start.UnixMilli()) {
					t.Errorf("ID %q of an exchange of %s: %v", e.ID, e.Start, err)
				}
			}
		})
	}
}
