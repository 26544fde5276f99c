package upstream

import (
	"context"
	"crypto/tls"
	"net"
	"sync/atomic"
	"time"

	"flagrante/proxy/gather"
)

// handshake is one TLS handshake, and what came out in it.
type handshake struct {
	host   string
	policy policy
	roots  func() *Roots
	config *tls.Config
	// holds is how long what was verified does.
	holds period
	// asked says that the other side wanted a client certificate.
	asked atomic.Bool
}

// handshake prepares TLS with the host called name.
func (t *trust) handshake(name, port string, alpn []string) *handshake {
	p := policy{cert: pick(t.certs, name, port), roots: pick(t.extra, name, port), unverified: pick(t.unverified, name, port)}
	h := &handshake{host: name, policy: p, roots: t.roots}
	h.config = &tls.Config{
		ServerName:           name,
		NextProtos:           alpn,
		Time:                 t.now,
		ClientSessionCache:   t.sessionsOf(p),
		GetClientCertificate: h.certificate,
		// Some vendors ask for a client certificate once they have seen the path.
		Renegotiation: tls.RenegotiateFreelyAsClient,
	}
	if p.roots != nil {
		h.roots = p.roots.roots
	}
	if p.unverified == nil {
		h.verifying()
		return h
	}
	h.config.InsecureSkipVerify = true
	p.unverified.warn.Do(func() {
		t.log.Warn().Str("host", name).Msg("CONNECTING WITHOUT VERIFYING THE CERTIFICATE: a rule says so")
	})
	return h
}

// certificate is called when the other side asks for one. The configured one is
// sent even when its issuer is not among those that the other side lists: the
// list is a hint, and the refusal of a vendor says more than our silence.
func (h *handshake) certificate(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	h.asked.Store(true)
	if h.policy.cert == nil {
		return &tls.Certificate{}, nil
	}
	return &h.policy.cert.cert, nil
}

func (h *handshake) run(ctx context.Context, conn net.Conn, patience time.Duration) (*tls.Conn, error) {
	if patience > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	secured := tls.Client(gather.New(conn), h.config)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return secured, nil
}
