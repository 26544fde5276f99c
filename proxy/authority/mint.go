package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base32"
	"fmt"
	"math/big"
	"net"
	"strings"
	"time"
)

const (
	rootLife = 10 * 365 * 24 * time.Hour
	// leafLife is how long a minted certificate is good from now on. With
	// backdated it stays under 200 days, the most that clients accept from
	// March 2026 (CA/Browser Forum ballot SC-081).
	leafLife = 196 * 24 * time.Hour
	// backdated allows for an app whose clock is behind ours.
	backdated   = 24 * time.Hour
	renewBefore = 24 * time.Hour
	// maxCommonName is ub-common-name of RFC 5280, appendix A.1.
	maxCommonName = 64
)

// newRoot makes a root certificate with a name of its own, so that a person can
// tell the roots of several installations apart in a trust store.
func newRoot(now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("make the key of the authority: %w", err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, nil, err
	}
	mark := strings.ToLower(base32.StdEncoding.EncodeToString(serial.Bytes())[:6])
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "flagrante CA " + mark, Organization: []string{"flagrante"}},
		NotBefore:             now.Add(-backdated),
		NotAfter:              now.Add(rootLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, fmt.Errorf("sign the certificate of the authority: %w", err)
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil, fmt.Errorf("read back the certificate of the authority: %w", err)
	}
	return root, key, nil
}

func (a *Authority) newKey(name leafName) (crypto.Signer, error) {
	if name.rsa {
		return a.rsa()
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

func (a *Authority) mint(leaf leafName, now time.Time) (*tls.Certificate, error) {
	name := leaf.host
	key, err := a.newKey(leaf)
	if err != nil {
		return nil, fmt.Errorf("make a key for %s: %w", name, err)
	}
	template, err := a.leafTemplate(leaf, now)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.root, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("sign a certificate for %s: %w", name, err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read back the certificate for %s: %w", name, err)
	}
	return &tls.Certificate{Certificate: [][]byte{der, a.root.Raw}, PrivateKey: key, Leaf: parsed}, nil
}

func (a *Authority) leafTemplate(leaf leafName, now time.Time) (*x509.Certificate, error) {
	name := leaf.host
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		NotBefore:             now.Add(-backdated),
		NotAfter:              earlier(now.Add(leafLife), a.root.NotAfter),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if leaf.rsa {
		// For the key exchange in which the app encrypts with the key (RFC 5246, section 7.4.2).
		template.KeyUsage |= x509.KeyUsageKeyEncipherment
	}
	// A longer name stands in the alternative names alone.
	if len(name) <= maxCommonName {
		template.Subject.CommonName = name
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	return template, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// newSerial returns a random serial number of 127 bits, which are more than the
// 64 that CAs owe, and positive as RFC 5280 section 4.1.2.2 demands.
func newSerial() (*big.Int, error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return nil, fmt.Errorf("draw a serial number: %w", err)
	}
	raw[0] = raw[0]&0x7f | 0x40
	return new(big.Int).SetBytes(raw), nil
}
