package upstream

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// Conn is a connection to a vendor.
type Conn struct {
	// Conn is the *tls.Conn when TLS was asked for.
	net.Conn
	// Setup holds the times of DNS, Connect and TLS. On the way through an
	// upstream proxy DNS is the look-up of the proxy, and Connect lasts until the
	// proxy has connected to the vendor.
	Setup proxy.Phases
	// Upstream describes the connection and the vendor's certificate.
	Upstream proxy.Upstream
	// AbsoluteForm says that the other end is an upstream proxy which takes
	// plain requests: their targets must be in absolute form (RFC 9112, section
	// 3.2.2), and ProxyAuthorization, unless it is empty, must go along as the
	// value of the field Proxy-Authorization. It is a secret. Only requests with
	// Request.AbsoluteForm get such a connection. ProxyConnection must go along as the
	// value of the field of that name, unless it is empty: it says which flagrantes the
	// request has come through.
	AbsoluteForm       bool
	ProxyAuthorization string
	ProxyConnection    string

	vendor *handshake
	// heard says that the vendor sent something.
	heard atomic.Bool
}

// Read reads what the vendor sends.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && !c.heard.Load() {
		c.heard.Store(true)
	}
	return n, err
}

// CloseWrite says that no more bytes follow, and leaves the other direction open.
func (c *Conn) CloseWrite() error {
	half, ok := c.Conn.(interface{ CloseWrite() error })
	if !ok {
		return errors.New("end the sending direction: the connection has no directions")
	}
	if err := half.CloseWrite(); err != nil {
		return fmt.Errorf("end the sending direction: %w", err)
	}
	return nil
}

// Explain names the error with which the connection broke, when it was about a
// client certificate: in TLS 1.3 the vendor turns one down only after the
// handshake (RFC 8446, section 4.4.2.4). Other errors, and those of a vendor
// that has already answered, are returned as they are.
func (c *Conn) Explain(err error) error {
	if c.vendor == nil || c.heard.Load() {
		return err
	}
	return c.vendor.explain(err)
}

// TurnedDown names the error with which the connection broke, if it ended a handshake
// before the vendor said anything else. Otherwise it returns nil.
func (c *Conn) TurnedDown(err error) error {
	if why := c.Explain(err); !c.heard.Load() && fault.Cause(why).Phase == proxy.PhaseTLS {
		return why
	}
	return nil
}

// MayTurnDown reports whether the vendor has asked for a client certificate and has not
// shown yet that it is content (RFC 8446, section 4.4.2.4).
func (c *Conn) MayTurnDown() bool {
	return c.vendor != nil && c.vendor.asked.Load() && c.Upstream.TLSVersion == tls.VersionName(tls.VersionTLS13) && !c.heard.Load()
}

// Error says why there is no connection. Its cause is marked for fault.Cause.
type Error struct {
	Err error
	// Setup holds the times of the parts that took place.
	Setup proxy.Phases
	// Upstream describes what there was, such as a certificate that did not pass.
	Upstream proxy.Upstream
}

// Error returns the text of the cause.
func (e *Error) Error() string { return "connect to the vendor: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// describe notes what a handshake settled.
func describe(u *proxy.Upstream, state tls.ConnectionState) {
	u.TLSVersion = tls.VersionName(state.Version)
	u.Cipher = tls.CipherSuiteName(state.CipherSuite)
	u.ALPN = state.NegotiatedProtocol
	if len(state.PeerCertificates) > 0 {
		describeLeaf(u, state.PeerCertificates[0])
	}
}

// describeRefused notes a certificate that did not pass.
func describeRefused(u *proxy.Upstream, err error) {
	bad, ok := errors.AsType[*tls.CertificateVerificationError](err)
	if ok && len(bad.UnverifiedCertificates) > 0 {
		describeLeaf(u, bad.UnverifiedCertificates[0])
	}
}

func describeLeaf(u *proxy.Upstream, c *x509.Certificate) {
	u.CertSubject = c.Subject.String()
	u.CertIssuer = c.Issuer.String()
	u.CertNotAfter = c.NotAfter
}

// explain is Conn.Explain, for errors of the handshake as well.
func (h *handshake) explain(err error) error {
	if !h.asked.Load() {
		return err
	}
	rule := ""
	if h.policy.cert != nil {
		rule = h.policy.cert.pattern.String()
	}
	return fault.ClientCertificate(err, h.host, rule)
}
