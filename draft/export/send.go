package export

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
	"time"
)

const (
	// stepTimeout bounds one request with its answer, unless the options say otherwise.
	stepTimeout = 30 * time.Second
	// maxReply bounds what is read of an answer, in bytes.
	maxReply = 64 << 20
)

// newClient returns the client of one portal: it follows no redirect, uses no
// proxy, keeps no connection, and dials only where the settings allow it.
func newClient(p Portal) (*http.Client, error) {
	trust, err := p.trust()
	if err != nil {
		return nil, err
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            p.dialer().DialContext,
			TLSClientConfig:        trust,
			TLSHandshakeTimeout:    10 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
			DisableKeepAlives:      true,
			DisableCompression:     true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

// trust returns how the portal's certificate is verified, and what it gets of ours.
func (p Portal) trust() (*tls.Config, error) {
	trust := &tls.Config{MinVersion: tls.VersionTLS12}
	if p.CertFile != "" {
		own, err := tls.LoadX509KeyPair(p.CertFile, p.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("read cert_file and key_file (PEM, the key without a password): %w", err)
		}
		// It is sent whatever issuers the portal lists: its refusal says more than our silence.
		trust.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &own, nil }
	}
	if p.CAFile == "" {
		return trust, nil
	}
	pem, err := os.ReadFile(p.CAFile)
	if err != nil {
		return nil, fmt.Errorf("read ca_file: %w", err)
	}
	if trust.RootCAs, err = x509.SystemCertPool(); err != nil {
		return nil, fmt.Errorf("read the system's certificate authorities: %w", err)
	}
	if !trust.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read ca_file: %s holds no certificate", p.CAFile)
	}
	return trust, nil
}

// errNoAddress is for a URL that variables made unusable.
var errNoAddress = errors.New("the address of the portal is not usable")

// send is the gate: every byte that goes to a portal by HTTP goes through here.
//
// The answer is nil when none came. Connected reports whether there was a
// connection on which the request may have left.
func (p *portal) send(ctx context.Context, out Request) (answer *reply, connected bool, err error) {
	if err := p.inspect(out); err != nil {
		return nil, false, err
	}
	ctx, cancel := context.WithTimeout(ctx, p.patience)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected = true },
	})
	req, err := http.NewRequestWithContext(ctx, out.Method, out.URL, bytes.NewReader(out.Body))
	if err != nil {
		return nil, false, errNoAddress
	}
	// A body that is watched has no length, which only an empty one must not be without.
	if sent, ok := ctx.Value(sentKey{}).(func(int64)); ok && len(out.Body) > 0 {
		req.Body = &watched{req.Body, sent}
	}
	for _, field := range out.Header {
		req.Header.Set(field.Name, field.Value)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, connected, err
	}
	defer resp.Body.Close()
	return readReply(resp), true, nil
}

// sentKey finds in a context who is told what leaves.
type sentKey struct{}

// Watch returns a context with which whoever sends tells, from time to time, that so many
// bytes more have left.
func Watch(ctx context.Context, sent func(bytes int64)) context.Context {
	return context.WithValue(ctx, sentKey{}, sent)
}

// watched is the body of a request of which somebody is told how it leaves.
type watched struct {
	io.ReadCloser
	sent func(bytes int64)
}

// Read reads what leaves next.
func (w *watched) Read(p []byte) (n int, err error) {
	n, err = w.ReadCloser.Read(p)
	w.sent(int64(n))
	return n, err
}

func readReply(resp *http.Response) *reply {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err == nil && len(body) > maxReply {
		body, err = nil, fmt.Errorf("the answer is larger than %d bytes", maxReply)
	}
	return &reply{status: resp.StatusCode, header: resp.Header, body: body, broken: err}
}
