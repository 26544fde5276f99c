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
	"strings"
	"time"
)

const (
	// stepTimeout bounds one request with its answer.
	stepTimeout = 30 * time.Second
	// MaxDuration is longer than any Export takes, with all of its requests: one
	// that has not ended by then was cut off.
	MaxDuration = 5 * time.Minute
	// maxReply bounds what is read of an answer, in bytes.
	maxReply = 16 << 20
)

// reply is a portal's answer.
type reply struct {
	status int
	header http.Header
	body   []byte
	// broken says why the body is not whole, nil when it is.
	broken error
}

// newClient returns the client of one portal: it follows no redirect, uses no
// proxy, keeps no connection, and dials only where the settings allow it.
func newClient(p Portal) (*http.Client, error) {
	trust := &tls.Config{MinVersion: tls.VersionTLS12}
	if p.CAFile != "" {
		pool, err := readAuthorities(p.CAFile)
		if err != nil {
			return nil, err
		}
		trust.RootCAs = pool
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

func readAuthorities(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read ca_file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("read the system's certificate authorities: %w", err)
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read ca_file: %s holds no certificate", file)
	}
	return pool, nil
}

// send is the gate: every byte that goes to a portal goes through here.
//
// The answer is nil when none came. Connected reports whether there was a
// connection on which the request may have left.
func (p *portal) send(ctx context.Context, out outgoing) (answer *reply, connected bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected = true },
	})
	req, err := http.NewRequestWithContext(ctx, out.method, out.url, bytes.NewReader(out.body))
	if err != nil {
		return nil, false, errors.New("the address of the portal is not usable")
	}
	for _, field := range out.header {
		req.Header.Set(field.Name, field.Value)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, connected, err
	}
	defer resp.Body.Close()
	return readReply(resp), true, nil
}

func readReply(resp *http.Response) *reply {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err == nil && len(body) > maxReply {
		body, err = nil, fmt.Errorf("the answer is larger than %d bytes", maxReply)
	}
	return &reply{status: resp.StatusCode, header: resp.Header, body: body, broken: err}
}

// errPage is the answer of something that is not the portal's interface.
var errPage = errors.New("the answer is a web page, not JSON")

// document decodes the answer, which has to be JSON.
func (r *reply) document() (any, error) {
	if r.broken != nil {
		return nil, fmt.Errorf("the answer broke off: %w", r.broken)
	}
	if kind := r.header.Get("Content-Type"); strings.Contains(kind, "html") {
		return nil, errPage
	}
	doc, err := decode(r.body)
	if err != nil {
		return nil, errors.New("the answer is not JSON")
	}
	return doc, nil
}
