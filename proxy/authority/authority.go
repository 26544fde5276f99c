// Package authority is the certificate authority of one installation: it makes
// a key and a root certificate once, and mints the certificates under which the
// proxy answers for the vendors' hosts.
package authority

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/idna"
)

// ErrHost is returned for a name that no certificate can be made for.
var ErrHost = errors.New("not a host name or IP address")

// rsaBits is the least that clients accept.
const rsaBits = 2048

// maxLeaves bounds the memory that an app can claim by asking for many names.
const maxLeaves = 4096

// Authority signs certificates with the root of one installation. It is safe
// for use by many goroutines.
type Authority struct {
	root *x509.Certificate
	key  *ecdsa.PrivateKey
	now  func() time.Time

	// rsa makes the key of all RSA leaves, once: it takes long, and few need it.
	rsa func() (*rsa.PrivateKey, error)

	mu     sync.Mutex
	leaves map[leafName]*leaf
}

// leafName is the host of a leaf, and the kind of its key.
type leafName struct {
	host string
	rsa  bool
}

// leaf is a certificate that is minted by whoever asks first, while the others
// wait for it.
type leaf struct {
	mint func() (*tls.Certificate, error)
	ends time.Time
}

func newAuthority(root *x509.Certificate, key *ecdsa.PrivateKey, now func() time.Time) *Authority {
	return &Authority{
		root: root, key: key, now: now, leaves: make(map[leafName]*leaf),
		rsa: sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, rsaBits) }),
	}
}

// Root returns the root certificate, which apps have to trust.
func (a *Authority) Root() *x509.Certificate { return a.root }

// Leaf returns the certificate for host, a DNS name or an IP address. A host is
// minted once, and again shortly before its certificate ends. A name that no
// certificate can be made for is ErrHost.
func (a *Authority) Leaf(host string) (*tls.Certificate, error) { return a.leafOf(host, false) }

// RSALeaf is Leaf with an RSA key, for apps that do without elliptic curves in
// signatures. All have one key.
func (a *Authority) RSALeaf(host string) (*tls.Certificate, error) { return a.leafOf(host, true) }

func (a *Authority) leafOf(host string, rsa bool) (*tls.Certificate, error) {
	name, err := normalize(host)
	if err != nil {
		return nil, fmt.Errorf("make a certificate for %q: %w", host, err)
	}
	return a.entry(leafName{name, rsa}).mint()
}

func (a *Authority) entry(name leafName) *leaf {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.now()
	if l, ok := a.leaves[name]; ok && now.Before(l.ends.Add(-renewBefore)) {
		return l
	}
	if len(a.leaves) >= maxLeaves {
		clear(a.leaves)
	}
	l := &leaf{
		ends: now.Add(leafLife),
		mint: sync.OnceValues(func() (*tls.Certificate, error) { return a.mint(name, now) }),
	}
	a.leaves[name] = l
	return l
}

// normalize returns the canonical form of a host: an IP address without
// brackets or zone, or a lower-case ASCII name without the final dot. Wildcards
// are no hosts: a certificate never covers more than the name asked for.
func normalize(host string) (string, error) {
	bare := strings.Trim(host, "[]")
	bare, _, _ = strings.Cut(bare, "%")
	if ip := net.ParseIP(bare); ip != nil {
		return ip.String(), nil
	}
	name, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil {
		// Underscores are not in host names, yet some vendors serve them.
		name = strings.ToLower(strings.TrimSuffix(host, "."))
	}
	if !validName(name) {
		return "", ErrHost
	}
	return name, nil
}

func validName(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if !validLabel(label) {
			return false
		}
	}
	return true
}

func validLabel(label string) bool {
	if label == "" || len(label) > 63 {
		return false
	}
	for _, c := range []byte(label) {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
