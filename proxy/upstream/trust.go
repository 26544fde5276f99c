package upstream

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/proxy/gather"
)

// ExtraRoots are the certificates of a PEM file, trusted for the hosts of a pattern.
type ExtraRoots struct {
	Host string
	File string
}

type rootsRule struct {
	pattern Pattern
	pool    func() *x509.CertPool
}

func (r *rootsRule) where() Pattern { return r.pattern }

// unverifiedRule names one host whose certificate is not verified.
type unverifiedRule struct {
	pattern Pattern
	warn    sync.Once
}

func (r *unverifiedRule) where() Pattern { return r.pattern }

// policy is what the rules say about TLS with a host. Each has a session cache
// of its own: a session must not carry an identity, or trust, to where another
// rule holds.
type policy struct {
	cert       *certificateRule
	roots      *rootsRule
	unverified *unverifiedRule
}

// sessionsKept is the number of hosts of a policy whose sessions are resumed.
const sessionsKept = 512

// trust knows how TLS is to be done with which host.
type trust struct {
	now        func() time.Time
	log        zerolog.Logger
	roots      func() *x509.CertPool
	certs      []*certificateRule
	extra      []*rootsRule
	unverified []*unverifiedRule

	mu       sync.Mutex
	sessions map[policy]tls.ClientSessionCache
}

func newTrust(o Options) (*trust, error) {
	roots := o.Roots
	if roots == nil {
		roots = func() *x509.CertPool { return nil }
	}
	t := &trust{now: o.Now, log: o.Log, roots: roots, sessions: map[policy]tls.ClientSessionCache{}}
	for _, c := range o.Certificates {
		rule, err := loadCertificate(c, o)
		if err != nil {
			return nil, err
		}
		t.certs = append(t.certs, rule)
	}
	for _, r := range o.ExtraRoots {
		rule, err := loadRoots(r, roots, o.Log)
		if err != nil {
			return nil, err
		}
		t.extra = append(t.extra, rule)
	}
	for _, host := range o.Unverified {
		rule, err := newUnverified(host)
		if err != nil {
			return nil, err
		}
		o.Log.Warn().Str("host", host).Msg("THE CERTIFICATES OF THIS HOST ARE NOT VERIFIED: anybody on the way can read and change its traffic")
		t.unverified = append(t.unverified, rule)
	}
	sortRules(t.certs)
	sortRules(t.extra)
	sortRules(t.unverified)
	return t, nil
}

func newUnverified(host string) (*unverifiedRule, error) {
	if strings.Contains(host, "*") {
		return nil, fmt.Errorf("turn verification off for %q: name the host; a wildcard would open more than it says", host)
	}
	pattern, err := ParsePattern(host)
	if err != nil {
		return nil, fmt.Errorf("turn verification off: %w", err)
	}
	return &unverifiedRule{pattern: pattern}, nil
}

func loadRoots(r ExtraRoots, base func() *x509.CertPool, log zerolog.Logger) (*rootsRule, error) {
	pattern, err := ParsePattern(r.Host)
	if err != nil {
		return nil, fmt.Errorf("extra roots: %w", err)
	}
	pem, err := os.ReadFile(r.File)
	if err != nil {
		return nil, fmt.Errorf("read the extra roots for %s: %w", r.Host, err)
	}
	if !x509.NewCertPool().AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("read the extra roots for %s: %s holds no PEM certificate", r.Host, r.File)
	}
	return &rootsRule{pattern: pattern, pool: sync.OnceValue(func() *x509.CertPool { return Beside(base(), pem, log) })}, nil
}

// Beside returns base, or where that is nil the certificates of the system, with those of a text in PEM
// beside them. What can't be read of the system is logged: then the latter are all that holds.
func Beside(base *x509.CertPool, pem []byte, log zerolog.Logger) *x509.CertPool {
	if base == nil {
		var err error
		if base, err = x509.SystemCertPool(); err != nil {
			log.Error().Err(err).Msg("the certificates of the system can't be read: vendors are verified by those of the settings alone")
			base = x509.NewCertPool()
		}
	}
	pool := base.Clone()
	pool.AppendCertsFromPEM(pem)
	return pool
}

// handshake is one TLS handshake, and what came out in it.
type handshake struct {
	host   string
	policy policy
	config *tls.Config
	// asked says that the other side wanted a client certificate.
	asked atomic.Bool
}

// handshake prepares TLS with the host called name.
func (t *trust) handshake(name, port string, alpn []string) *handshake {
	p := policy{cert: pick(t.certs, name, port), roots: pick(t.extra, name, port), unverified: pick(t.unverified, name, port)}
	h := &handshake{host: name, policy: p}
	h.config = &tls.Config{
		ServerName:           name,
		NextProtos:           alpn,
		Time:                 t.now,
		ClientSessionCache:   t.sessionsOf(p),
		GetClientCertificate: h.certificate,
		// Some vendors ask for a client certificate once they have seen the path.
		Renegotiation: tls.RenegotiateFreelyAsClient,
	}
	roots := t.roots
	if p.roots != nil {
		roots = p.roots.pool
	}
	if p.unverified == nil {
		h.config.RootCAs = roots()
	} else {
		h.config.InsecureSkipVerify = true
		p.unverified.warn.Do(func() {
			t.log.Warn().Str("host", name).Msg("CONNECTING WITHOUT VERIFYING THE CERTIFICATE: a rule says so")
		})
	}
	return h
}

func (t *trust) sessionsOf(p policy) tls.ClientSessionCache {
	t.mu.Lock()
	defer t.mu.Unlock()
	cache := t.sessions[p]
	if cache == nil {
		cache = tls.NewLRUClientSessionCache(sessionsKept)
		t.sessions[p] = cache
	}
	return cache
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
