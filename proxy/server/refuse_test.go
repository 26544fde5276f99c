package server_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"testing"

	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// An app may go on sending until it is answered: a stream of gRPC, or of readings.
func TestAnAppThatNeverEndsItsRequestIsTold(t *testing.T) {
	for name, test := range map[string]struct {
		url   string
		proto string
	}{
		"http":            {"http://" + refusing, "HTTP/1.1"},
		"https, HTTP/1.1": {"https://" + refusing, "HTTP/1.1"},
		"https, HTTP/2":   {"https://" + refusing, "HTTP/2.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			app := s.client()
			app.Transport.(*http.Transport).ForceAttemptHTTP2 = test.proto == "HTTP/2.0"
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			body, more := io.Pipe()
			context.AfterFunc(ctx, func() { _ = more.Close() })
			go io.WriteString(more, "leitura 1")
			req, err := http.NewRequestWithContext(ctx, "POST", test.url+"/leituras", body)
			check(t, err)
			resp, err := app.Do(req)
			check(t, err)
			read(t, resp)
			if resp.StatusCode != http.StatusBadGateway {
				t.Errorf("the app was told %s", resp.Status)
			}
			x := s.next()
			if got := x.Request; x.Err == nil || x.Err.Type != "connection_refused" || got.Proto != test.proto || string(got.Body.Data) != "leitura 1" || got.Body.Complete {
				t.Errorf("recorded as %v, %s, body %+v", x.Err, got.Proto, got.Body)
			}
		})
	}
}

// What an app makes of our certificate does not change that its vendor can't be reached.
func TestAVendorThatCanNotBeReachedIsToldOfWithoutARequest(t *testing.T) {
	for name, change := range map[string]func(*tls.Config){
		"an app that does not trust us":   func(c *tls.Config) { c.RootCAs = nil },
		"a protocol that we do not speak": func(c *tls.Config) { c.NextProtos = []string{"banco/2"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			config := &tls.Config{RootCAs: s.roots, ServerName: "127.0.0.1"}
			change(config)
			if err := tls.Client(s.tunnelTo(refusing), config).HandshakeContext(t.Context()); err == nil {
				t.Error("the handshake went well")
			}
			wantConnect(t, s.next(), refusing, "connection_refused", "connect")
			if learned := s.server.Learned(); len(learned) > 0 {
				t.Errorf("learned %+v of a vendor that can't be reached", learned)
			}
		})
	}
}

func TestABlindTunnelThatCanNotBeMadeIsRecorded(t *testing.T) {
	s := newStageWith(t, func(o *server.Options, _ *upstream.Options) { soonSilent(o) })
	c := s.tunnelTo(refusing)
	_, err := io.WriteString(c, "EHLO loja\r\n")
	check(t, err)
	if said, err := io.ReadAll(c); err != nil || len(said) > 0 {
		t.Errorf("the app got %q, error %v", said, err)
	}
	wantConnect(t, s.next(), refusing, "connection_refused", "connect")
}
