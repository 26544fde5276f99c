package badbank_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"flagrante/cmd/badbank"
)

func start(t *testing.T, o badbank.Options) (*badbank.Server, *http.Client) {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	s, err := badbank.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(s.CAPEM()) {
		t.Fatal("the authority is no certificate")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		goleak.VerifyNone(t, leaks)
	})
	return s, &http.Client{Transport: transport}
}

// outcome makes a call and returns status and body, or the error.
func outcome(ctx context.Context, client *http.Client, c badbank.Call) (*http.Response, string, error) {
	r, err := c.Request(ctx)
	if err != nil {
		return nil, "", err
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, "", err
	}
	body, err := io.ReadAll(answer.Body)
	return answer, string(body), errors.Join(err, answer.Body.Close())
}

func TestAnswers(t *testing.T) {
	s, client := start(t, badbank.Options{})
	tests := map[string]struct {
		method, path string
		status       int
		kind, part   string
	}{
		"a charge":        {"GET", "/pix/v2/cob/abc", 200, "application/json", `"txid":"abc"`},
		"a charge made":   {"PUT", "/pix/v2/cob/abc", 201, "application/json", `"status":"ATIVA"`},
		"down":            {"POST", "/pix/v2/pagamentos", 503, "application/json", `"codigo":"SPI-0071"`},
		"a problem":       {"POST", "/boletos/v1/boletos", 422, "application/problem+json", "529.982.247-25"},
		"no token":        {"GET", "/contas/v1/saldo", 401, "application/json", "invalid_token"},
		"too many":        {"GET", "/contas/v1/extrato", 429, "application/json", "CTA-0429"},
		"a SOAP fault":    {"POST", "/ws/ted", 500, "text/xml; charset=ISO-8859-1", "inv\xe1lida"},
		"a gateway":       {"GET", "/boletos/v1/boletos/1/pdf", 502, "text/html; charset=utf-8", "<h1>502"},
		"an unknown path": {"GET", "/nada", 404, "application/json", "API-0404"},
		"a bad size":      {"GET", "/stream?bytes=-1", 400, "application/json", "API-0400"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, base := range []string{s.HTTP, s.HTTPS} {
				answer, body, err := outcome(t.Context(), client, badbank.Call{Method: test.method, URL: base + test.path})
				if err != nil {
					t.Fatal(err)
				}
				if answer.StatusCode != test.status || answer.Header.Get("Content-Type") != test.kind || !strings.Contains(body, test.part) {
					t.Errorf("%d %s: %s", answer.StatusCode, answer.Header.Get("Content-Type"), body)
				}
				if answer.Header.Get("X-Request-Id") == "" {
					t.Error("no request id")
				}
			}
		})
	}
}

func TestBreaks(t *testing.T) {
	s, client := start(t, badbank.Options{})
	var authority x509.UnknownAuthorityError
	tests := map[string]struct {
		method, path string
		want         error
		body         string
	}{
		"before the answer": {"POST", "/ted/v1/transferencias", syscall.ECONNRESET, ""},
		"announced length":  {"GET", "/contas/v1/comprovantes", syscall.ECONNRESET, `{"comprovantes":[{"id":"E2E-0001","valor":"150.00","situacao":"EFETIVADO"},`},
		"chunked":           {"GET", "/contas/v1/movimentos", syscall.ECONNRESET, `{"movimentos":[{"id":1,"valor":"-150.00"},`},
		"closed":            {"GET", "/pix/v2/webhook", io.EOF, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, base := range []string{s.HTTP, s.HTTPS} {
				_, body, err := outcome(t.Context(), client, badbank.Call{Method: test.method, URL: base + test.path})
				if !errors.Is(err, test.want) || body != test.body {
					t.Errorf("%s: %v after %q", base, err, body)
				}
			}
		})
	}
	if _, _, err := outcome(t.Context(), http.DefaultClient, badbank.Call{Method: "GET", URL: s.HTTPS}); !errors.As(err, &authority) {
		t.Errorf("a client without the authority: %v", err)
	}
}

func TestConnections(t *testing.T) {
	s, client := start(t, badbank.Options{})
	_, _, err := outcome(t.Context(), client, badbank.Call{Method: "GET", URL: s.Expired})
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); !ok || invalid.Reason != x509.Expired {
		t.Errorf("expired: %v", err)
	}
	_, _, err = outcome(t.Context(), client, badbank.Call{Method: "GET", URL: s.WrongName})
	if _, ok := errors.AsType[x509.HostnameError](err); !ok {
		t.Errorf("wrong name: %v", err)
	}
	if _, _, err = outcome(t.Context(), client, badbank.Call{Method: "GET", URL: s.Refused}); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("refused: %v", err)
	}
}

func TestSlow(t *testing.T) {
	s, client := start(t, badbank.Options{Patience: time.Millisecond})
	answer, _, err := outcome(t.Context(), client, badbank.Call{Method: "GET", URL: s.HTTPS + "/pix/v2/devolucoes"})
	if err != nil || answer.StatusCode != http.StatusGatewayTimeout {
		t.Errorf("%v, %v", answer, err)
	}
}

// TestSlowLetsGo would hang in Close if the slow path did not notice that the
// app, and then the bank, are gone.
func TestSlowLetsGo(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	s, client := start(t, badbank.Options{Patience: time.Hour, Kept: leave})
	if _, _, err := outcome(ctx, client, badbank.Call{Method: "GET", URL: s.HTTP + "/pix/v2/devolucoes"}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestStream(t *testing.T) {
	s, client := start(t, badbank.Options{})
	r, err := badbank.Call{Method: "GET", URL: s.HTTPS + "/stream?bytes=5000001"}.Request(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil || n != 5000001 {
		t.Errorf("%d bytes, then %v", n, err)
	}
}

func TestEcho(t *testing.T) {
	s, client := start(t, badbank.Options{})
	call := badbank.Call{Method: "PATCH", URL: s.HTTP + "/echo?a=%20b", Body: "\x00\xff", Header: map[string]string{"X-One": "1"}}
	_, body, err := outcome(t.Context(), client, call)
	if err != nil {
		t.Fatal(err)
	}
	var got badbank.Echo
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	want := badbank.Echo{Method: "PATCH", Target: "/echo?a=%20b", Proto: "HTTP/1.1", Host: strings.TrimPrefix(s.HTTP, "http://"), Body: []byte("\x00\xff")}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(badbank.Echo{}, "Header")); diff != "" {
		t.Error(diff)
	}
	if got.Header.Get("X-One") != "1" {
		t.Errorf("%v", got.Header)
	}
}
