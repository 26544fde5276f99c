package upstream

import (
	"crypto/x509"
	"encoding/pem"
	"maps"
	"slices"
	"sync"

	"github.com/rs/zerolog"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// Roots are certificates that are trusted. Of most only the subject is read, for a system has some
// 150 of them, and a vendor's certificate ends at one or two: these are parsed when it does.
type Roots struct {
	// pool are those that are parsed. Where the system itself verifies, it is the system's.
	pool *x509.CertPool
	// bySubject are the others, by the bytes of their subjects, in the order in which they came.
	// Each is nil where it can't be parsed.
	bySubject map[string][]func() *x509.Certificate
}

// RootsOf returns those of a pool. It must not change any more.
func RootsOf(pool *x509.CertPool) *Roots {
	return &Roots{pool: pool, bySubject: map[string][]func() *x509.Certificate{}}
}

// Beside returns base, or where that is nil the certificates of the system, with those of a text in PEM
// beside them. What can't be read of the system is logged: then the latter are all that holds.
func Beside(base *Roots, text []byte, log zerolog.Logger) *Roots {
	if base == nil {
		pool, err := x509.SystemCertPool()
		if err != nil {
			log.Error().Err(err).Msg("the certificates of the system can't be read: vendors are verified by those of the settings alone")
			pool = x509.NewCertPool()
		}
		base = RootsOf(pool)
	}
	both := &Roots{pool: base.pool, bySubject: maps.Clone(base.bySubject)}
	both.add(text)
	return both
}

// For returns those by which the certificates that a vendor presents are verified as by all of them:
// a chain is looked for by the bytes of the issuers' names alone (x509.Certificate.Verify), and a certificate
// may be trusted itself. Of no roots it returns nil, which x509 takes for those of the system.
func (r *Roots) For(presented []*x509.Certificate) *x509.CertPool {
	if r == nil || len(r.bySubject) == 0 {
		return r.parsed()
	}
	pool := r.pool.Clone()
	for _, cert := range presented {
		addTo(pool, r.bySubject[string(cert.RawIssuer)])
		addTo(pool, r.bySubject[string(cert.RawSubject)])
	}
	return pool
}

// All returns all of them, parsed.
func (r *Roots) All() *x509.CertPool {
	if r == nil || len(r.bySubject) == 0 {
		return r.parsed()
	}
	pool := r.pool.Clone()
	for _, certs := range r.bySubject {
		addTo(pool, certs)
	}
	return pool
}

func addTo(pool *x509.CertPool, certs []func() *x509.Certificate) {
	for _, parse := range certs {
		if cert := parse(); cert != nil {
			pool.AddCert(cert)
		}
	}
}

// parsed are those that were never anything else.
func (r *Roots) parsed() *x509.CertPool {
	if r == nil {
		return nil
	}
	return r.pool
}

// add takes the certificates of a text in PEM, as x509.CertPool.AppendCertsFromPEM does.
func (r *Roots) add(text []byte) {
	for len(text) > 0 {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return
		}
		if block.Type != "CERTIFICATE" || len(block.Headers) != 0 {
			continue
		}
		subject, ok := subjectOf(block.Bytes)
		if !ok {
			continue
		}
		// What another one of the same map has stays as it is.
		same := slices.Clip(r.bySubject[string(subject)])
		r.bySubject[string(subject)] = append(same, sync.OnceValue(func() *x509.Certificate {
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil
			}
			return cert
		}))
	}
}

// subjectOf returns the name of whom a certificate is for, as it is encoded (RFC 5280, section 4.1). It
// reads what comes before it in the way of x509.ParseCertificate, and nothing behind it.
func subjectOf(der cryptobyte.String) (subject cryptobyte.String, ok bool) {
	var cert, signed cryptobyte.String
	version := asn1.Tag(0).Constructed().ContextSpecific()
	ok = der.ReadASN1(&cert, asn1.SEQUENCE) && cert.ReadASN1(&signed, asn1.SEQUENCE) &&
		signed.SkipOptionalASN1(version) && signed.SkipASN1(asn1.INTEGER) && signed.SkipASN1(asn1.SEQUENCE) && // serialNumber, signature
		signed.SkipASN1(asn1.SEQUENCE) && signed.SkipASN1(asn1.SEQUENCE) && // issuer, validity
		signed.ReadASN1Element(&subject, asn1.SEQUENCE)
	return subject, ok
}
