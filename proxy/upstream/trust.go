package upstream

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// ExtraRoots are the certificates of a PEM file, trusted for the hosts of a pattern.
type ExtraRoots struct {
	Host string
	File string
}

type rootsRule struct {
	pattern Pattern
	roots   func() *Roots
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
	roots      func() *Roots
	certs      []*certificateRule
	extra      []*rootsRule
	unverified []*unverifiedRule

	mu       sync.Mutex
	sessions map[policy]tls.ClientSessionCache
}

func newTrust(o Options) (*trust, error) {
	roots := o.Roots
	if roots == nil {
		roots = func() *Roots { return nil }
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

func loadRoots(r ExtraRoots, base func() *Roots, log zerolog.Logger) (*rootsRule, error) {
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
	return &rootsRule{pattern: pattern, roots: sync.OnceValue(func() *Roots { return Beside(base(), pem, log) })}, nil
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
