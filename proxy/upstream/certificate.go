package upstream

import (
	"bytes"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"software.sslmate.com/src/go-pkcs12"
)

// Certificate is a client certificate for the hosts of a pattern: either a PEM
// certificate (with its chain) and its PEM key, or both in one PKCS#12 file.
type Certificate struct {
	Host     string
	CertFile string
	KeyFile  string
	// PKCS12File is a .pfx or .p12 file, Password what opens it.
	PKCS12File string
	Password   Secret
}

// Secret says where a secret stands: in a variable of the environment, or in a
// file, whose last line break does not count. The zero value is no secret.
type Secret struct {
	Env  string
	File string
}

// Read returns the secret, looking variables up with lookup.
func (s Secret) Read(lookup func(string) (string, bool)) (string, error) {
	switch {
	case s.Env != "" && s.File != "":
		return "", errors.New("the password is in a variable and in a file; name one of them")
	case s.Env != "":
		if lookup != nil {
			if value, ok := lookup(s.Env); ok {
				return value, nil
			}
		}
		return "", fmt.Errorf("the variable %s, which should hold the password, is not set", s.Env)
	case s.File != "":
		text, err := os.ReadFile(s.File)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(text), "\n"), "\r"), nil
	}
	return "", nil
}

type certificateRule struct {
	pattern Pattern
	cert    tls.Certificate
}

func (r *certificateRule) where() Pattern { return r.pattern }

// loadCertificate reads the files of one rule.
func loadCertificate(c Certificate, o Options) (*certificateRule, error) {
	pattern, err := ParsePattern(c.Host)
	if err != nil {
		return nil, fmt.Errorf("client certificate: %w", err)
	}
	rule := &certificateRule{pattern: pattern}
	if rule.cert, err = c.read(o.LookupEnv); err != nil {
		return nil, fmt.Errorf("client certificate for %s: %w", c.Host, err)
	}
	warn := o.Log.Warn().Str("rule", c.Host).Str("subject", rule.cert.Leaf.Subject.String())
	switch leaf, now := rule.cert.Leaf, o.Now(); {
	case now.After(leaf.NotAfter):
		warn.Time("not_after", leaf.NotAfter).Msg("this client certificate has expired; vendors will refuse it")
	case now.Before(leaf.NotBefore):
		warn.Time("not_before", leaf.NotBefore).Msg("this client certificate is not valid yet; vendors will refuse it")
	}
	return rule, nil
}

func (c Certificate) read(lookup func(string) (string, bool)) (tls.Certificate, error) {
	switch {
	case c.PKCS12File != "" && c.CertFile == "" && c.KeyFile == "":
		password, err := c.Password.Read(lookup)
		if err != nil {
			return tls.Certificate{}, err
		}
		return readPKCS12(c.PKCS12File, password)
	case c.PKCS12File == "" && c.CertFile != "" && c.KeyFile != "":
		return readPEM(c.CertFile, c.KeyFile)
	}
	return tls.Certificate{}, errors.New("it needs a certificate file and a key file, or one PKCS#12 file")
}

func readPEM(certFile, keyFile string) (tls.Certificate, error) {
	certs, err := os.ReadFile(certFile)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read the certificate: %w", err)
	}
	key, err := os.ReadFile(keyFile)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read the key: %w", err)
	}
	if encrypted(key) {
		return tls.Certificate{}, fmt.Errorf("the key in %s is encrypted; keys with a password are read from PKCS#12 files only", keyFile)
	}
	pair, err := tls.X509KeyPair(certs, key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read %s and %s: %w", certFile, keyFile, err)
	}
	return pair, nil
}

// encrypted reports whether a key is, by RFC 7468, section 11, or RFC 1421.
func encrypted(key []byte) bool {
	for block, rest := pem.Decode(key); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "ENCRYPTED PRIVATE KEY" || block.Headers["DEK-Info"] != "" {
			return true
		}
	}
	return false
}

func readPKCS12(file, password string) (tls.Certificate, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("read the PKCS#12 file: %w", err)
	}
	key, first, others, err := pkcs12.DecodeChain(data, password)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		if password == "" {
			return tls.Certificate{}, fmt.Errorf("%s needs a password, and none is configured", file)
		}
		return tls.Certificate{}, fmt.Errorf("the password for %s is wrong", file)
	case err != nil:
		return tls.Certificate{}, fmt.Errorf("read the PKCS#12 file %s: %w", file, err)
	}
	return assemble(key, append([]*x509.Certificate{first}, others...))
}

// assemble puts the certificate of the key first and its issuers behind it;
// files have them in any order. The root is left out, for the other side has it
// or does not trust it (RFC 8446, section 4.4.2).
func assemble(key any, certs []*x509.Certificate) (tls.Certificate, error) {
	signer, ok := key.(crypto.Signer)
	if !ok {
		return tls.Certificate{}, errors.New("its key cannot sign")
	}
	at := slices.IndexFunc(certs, func(c *x509.Certificate) bool {
		public, ok := c.PublicKey.(interface{ Equal(crypto.PublicKey) bool })
		return ok && public.Equal(signer.Public())
	})
	if at < 0 {
		return tls.Certificate{}, errors.New("its key belongs to none of its certificates")
	}
	cert := tls.Certificate{Leaf: certs[at], PrivateKey: key}
	for c := certs[at]; c != nil && len(cert.Certificate) < len(certs); c = issuer(c, certs) {
		cert.Certificate = append(cert.Certificate, c.Raw)
	}
	return cert, nil
}

// issuer returns the certificate that signed c, nil for a root and when there
// is only a root to give.
func issuer(c *x509.Certificate, certs []*x509.Certificate) *x509.Certificate {
	for _, other := range certs {
		root := bytes.Equal(other.RawIssuer, other.RawSubject)
		if !root && bytes.Equal(other.RawSubject, c.RawIssuer) && c.CheckSignatureFrom(other) == nil {
			return other
		}
	}
	return nil
}
