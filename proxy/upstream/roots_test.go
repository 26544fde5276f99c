package upstream_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"flagrante/proxy/upstream"
)

// verdict is what crypto/x509 says of certificates that are presented.
type verdict struct {
	Chains []string
	Error  string
}

func verdictOf(presented []*x509.Certificate, roots *x509.CertPool) (v verdict) {
	o := x509.VerifyOptions{Roots: roots, DNSName: "pix.bank.test", Intermediates: x509.NewCertPool()}
	for _, cert := range presented[1:] {
		o.Intermediates.AddCert(cert)
	}
	chains, err := presented[0].Verify(o)
	if err != nil {
		v.Error = fmt.Sprintf("%T: %v", err, err)
	}
	for _, chain := range chains {
		text := ""
		for _, cert := range chain {
			text += fmt.Sprintf("%s %x, ", cert.Subject, cert.SubjectKeyId)
		}
		v.Chains = append(v.Chains, text)
	}
	return v
}

// again is an authority of the same name with another key, or with another certificate of the same key.
func again(t *testing.T, a *authority, sameKey bool, change func(*x509.Certificate), issuer *authority) *authority {
	t.Helper()
	template := &x509.Certificate{
		RawSubject: a.cert.RawSubject, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	change(template)
	if !sameKey {
		b := &authority{}
		b.cert, b.key = sign(t, template, issuer)
		return b
	}
	by := a
	if issuer != nil {
		by = issuer
	}
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	parent := template
	if issuer != nil {
		parent = issuer.cert
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, a.key.Public(), by.key)
	check(t, err)
	cert, err := x509.ParseCertificate(der)
	check(t, err)
	return &authority{cert, a.key}
}

func asItIs(*x509.Certificate) {}

// TestTheRootsOfAChainSayWhatAllSay compares the verdicts by those roots that a chain may end at with
// the verdicts by all.
func TestTheRootsOfAChainSayWhatAllSay(t *testing.T) {
	root, other, stranger := newAuthority(t, "Root", nil), newAuthority(t, "Other", nil), newAuthority(t, "Stranger", nil)
	between := newAuthority(t, "Between", root)
	below := newAuthority(t, "Below", between)
	namesake := again(t, root, false, asItIs, nil)
	crossed := again(t, root, true, asItIs, other)
	expired := again(t, newAuthority(t, "Expired", nil), false, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, nil)
	narrow := again(t, newAuthority(t, "Narrow", nil), false, func(c *x509.Certificate) {
		c.PermittedDNSDomainsCritical, c.PermittedDNSDomains = true, []string{"other.test"}
	}, nil)
	nothing := again(t, newAuthority(t, "No authority", nil), false, func(c *x509.Certificate) { c.IsCA, c.KeyUsage = false, x509.KeyUsageDigitalSignature }, nil)
	own := stranger.leaf(t, soon(), "pix.bank.test").Leaf

	all := []*x509.Certificate{root.cert, other.cert, namesake.cert, expired.cert, narrow.cert, nothing.cert, own}
	pool := x509.NewCertPool()
	for _, cert := range all {
		pool.AddCert(cert)
	}
	roots := upstream.Beside(noRoots(), append([]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), pemCerts(all...)...), zerolog.Nop())
	leafOf := func(a *authority) *x509.Certificate { return a.leaf(t, soon(), "pix.bank.test").Leaf }

	for name, presented := range map[string][]*x509.Certificate{
		"of a root":                {leafOf(root)},
		"of a root, which it has":  {leafOf(root), root.cert},
		"of its namesake":          {leafOf(namesake)},
		"two between":              {leafOf(below), below.cert, between.cert},
		"two between, turned":      {leafOf(below), between.cert, below.cert},
		"one is missing":           {leafOf(below), below.cert},
		"cross-signed":             {leafOf(root), crossed.cert},
		"trusted itself":           {own},
		"expired":                  {root.leaf(t, time.Now().Add(-time.Minute), "pix.bank.test").Leaf},
		"of an expired root":       {leafOf(expired)},
		"of a stranger":            {leafOf(stranger)},
		"of a stranger, with it":   {leafOf(stranger), stranger.cert},
		"of another name":          {root.leaf(t, soon(), "other.test").Leaf},
		"of a narrow root":         {leafOf(narrow)},
		"of no authority":          {leafOf(nothing)},
		"of a stranger's namesake": {leafOf(again(t, root, false, asItIs, nil))},
	} {
		want, got := verdictOf(presented, pool), verdictOf(presented, roots.For(presented))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: by all (-) and by those of the chain (+): %s", name, diff)
		}
	}
	if !roots.All().Equal(pool) {
		t.Error("all of them are others than those of the text")
	}
}

// TestForgeriesInTheNameOfEachRoot has a certificate that each root of this machine seems to have issued,
// which is refused with the same words.
func TestForgeriesInTheNameOfEachRoot(t *testing.T) {
	roots, err := upstream.SystemRoots(noVariables)
	check(t, err)
	pool, err := x509.SystemCertPool()
	check(t, err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	//nolint:staticcheck // Subjects leaves out what a system adds when it verifies itself, and this one does not.
	subjects := pool.Subjects()
	for _, subject := range subjects {
		template := &x509.Certificate{
			Subject: pkix.Name{CommonName: "pix.bank.test"}, DNSNames: []string{"pix.bank.test"}, SerialNumber: big.NewInt(1),
			NotBefore: time.Now().Add(-time.Hour), NotAfter: soon(),
		}
		der, err := x509.CreateCertificate(rand.Reader, template, &x509.Certificate{RawSubject: subject}, key.Public(), key)
		check(t, err)
		forged, err := x509.ParseCertificate(der)
		check(t, err)
		presented := []*x509.Certificate{forged}
		want := verdictOf(presented, pool)
		if diff := cmp.Diff(want, verdictOf(presented, roots.For(presented))); diff != "" || want.Error == "" {
			t.Errorf("by all (-) and by those of the chain (+): %s", diff)
		}
	}
	if len(subjects) == 0 {
		t.Error("this machine trusts nobody")
	}
}

func noVariables(string) (string, bool) { return "", false }
