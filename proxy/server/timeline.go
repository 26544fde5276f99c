package server

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http/httptrace"
	"sync"
	"time"

	"flagrante/proxy"
)

// timeline notes when the parts of an exchange began and ended. Its hooks run on
// goroutines of the transport, some of them after the exchange is over.
type timeline struct {
	now   func() time.Time
	start time.Time

	mu       sync.Mutex
	phase    proxy.Phase
	began    map[proxy.Phase]time.Time
	ended    map[proxy.Phase]time.Time
	upstream proxy.Upstream
}

func newTimeline(start time.Time, now func() time.Time) *timeline {
	return &timeline{now: now, start: start, phase: proxy.PhaseConnect, began: map[proxy.Phase]time.Time{}, ended: map[proxy.Phase]time.Time{}}
}

func (t *timeline) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:             func(httptrace.DNSStartInfo) { t.begin(proxy.PhaseDNS) },
		DNSDone:              func(httptrace.DNSDoneInfo) { t.end(proxy.PhaseDNS) },
		ConnectStart:         func(string, string) { t.begin(proxy.PhaseConnect) },
		ConnectDone:          func(string, string, error) { t.end(proxy.PhaseConnect) },
		TLSHandshakeStart:    func() { t.begin(proxy.PhaseTLS) },
		TLSHandshakeDone:     func(tls.ConnectionState, error) { t.end(proxy.PhaseTLS) },
		GotConn:              t.gotConn,
		WroteRequest:         func(httptrace.WroteRequestInfo) { t.end(proxy.PhaseSend); t.begin(proxy.PhaseWait) },
		GotFirstResponseByte: func() { t.end(proxy.PhaseWait); t.begin(proxy.PhaseReceive) },
	}
}

func (t *timeline) gotConn(info httptrace.GotConnInfo) {
	t.mu.Lock()
	t.upstream.Reused = info.Reused
	t.upstream.Addr = info.Conn.RemoteAddr().String()
	t.mu.Unlock()
	t.begin(proxy.PhaseSend)
}

// begin starts a phase. A connection is tried at several addresses at once, so
// only the first beginning counts.
func (t *timeline) begin(p proxy.Phase) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.phase = p
	if _, ok := t.began[p]; !ok {
		t.began[p] = t.now()
	}
}

func (t *timeline) end(p proxy.Phase) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended[p] = t.now()
}

// phaseNow returns the phase that began last.
func (t *timeline) phaseNow() proxy.Phase {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.phase
}

// close writes the durations into x. What has not ended ends now.
func (t *timeline) close(x *proxy.Exchange) {
	x.Phases = t.phases()
	t.mu.Lock()
	defer t.mu.Unlock()
	x.Upstream.Addr, x.Upstream.Reused = t.upstream.Addr, t.upstream.Reused
}

// phases returns the durations up to now.
func (t *timeline) phases() proxy.Phases {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	took := func(p proxy.Phase) time.Duration {
		from, ok := t.began[p]
		if !ok {
			return 0
		}
		to, ok := t.ended[p]
		if !ok {
			to = now
		}
		return max(0, to.Sub(from))
	}
	return proxy.Phases{
		DNS: took(proxy.PhaseDNS), Connect: took(proxy.PhaseConnect), TLS: took(proxy.PhaseTLS),
		Send: took(proxy.PhaseSend), Wait: took(proxy.PhaseWait), Receive: took(proxy.PhaseReceive),
		Total: now.Sub(t.start),
	}
}

// noteTLS describes the handshake with the vendor.
func noteTLS(u *proxy.Upstream, state *tls.ConnectionState) {
	if state == nil {
		return
	}
	u.TLSVersion = tls.VersionName(state.Version)
	u.Cipher = tls.CipherSuiteName(state.CipherSuite)
	u.ALPN = state.NegotiatedProtocol
	if len(state.PeerCertificates) > 0 {
		noteCert(u, state.PeerCertificates[0])
	}
}

// noteRefusedCert describes a certificate that did not pass.
func noteRefusedCert(u *proxy.Upstream, err error) {
	var bad *tls.CertificateVerificationError
	if errors.As(err, &bad) && len(bad.UnverifiedCertificates) > 0 {
		noteCert(u, bad.UnverifiedCertificates[0])
	}
}

func noteCert(u *proxy.Upstream, c *x509.Certificate) {
	u.CertSubject = c.Subject.String()
	u.CertIssuer = c.Issuer.String()
	u.CertNotAfter = c.NotAfter
}
