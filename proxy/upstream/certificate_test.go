package upstream_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"
	"software.sslmate.com/src/go-pkcs12"

	"flagrante/proxy/upstream"
)

const password = "segredo"

func lookupEnv(name string) (string, bool) {
	values := map[string]string{"PFX_PASSWORD": password, "WRONG": "not-the-one"}
	value, ok := values[name]
	return value, ok
}

// shown returns the subjects of the chain that a vendor gets to see, after
// verifying it up to roots.
func shown(t *testing.T, rule upstream.Certificate, roots *x509.CertPool) []string {
	t.Helper()
	ca := newAuthority(t, "Root", nil)
	var subjects []string
	addr := tlsVendor(t, &tls.Config{
		Certificates: []tls.Certificate{ca.leaf(t, soon(), "bank.test")}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: roots,
		VerifyConnection: func(state tls.ConnectionState) error {
			for _, c := range state.PeerCertificates {
				subjects = append(subjects, c.Subject.CommonName)
			}
			return nil
		},
	})
	d := newDialer(t, upstream.Options{Roots: ca.roots, Certificates: []upstream.Certificate{rule}, LookupEnv: lookupEnv})
	dial(t, d, addr, upstream.Request{TLS: true, ServerName: "bank.test"})
	return subjects
}

func TestClientCertificates(t *testing.T) {
	root := newAuthority(t, "Clients", nil)
	issuer := newAuthority(t, "Issuer", root)
	leaf := issuer.leaf(t, soon(), "app")
	key := leaf.PrivateKey
	encode := func(e *pkcs12.Encoder, secret string, first *x509.Certificate, others ...*x509.Certificate) string {
		data, err := e.Encode(key, first, others, secret)
		check(t, err)
		return file(t, data)
	}
	fromEnv, fromFile := upstream.Secret{Env: "PFX_PASSWORD"}, upstream.Secret{File: file(t, []byte(password+"\r\n"))}
	tests := map[string]upstream.Certificate{
		"PEM":          {CertFile: file(t, pemCerts(leaf.Leaf, issuer.cert)), KeyFile: file(t, pemKey(t, key))},
		"RC2":          {PKCS12File: encode(pkcs12.LegacyRC2, password, leaf.Leaf, issuer.cert), Password: fromEnv},
		"3DES":         {PKCS12File: encode(pkcs12.LegacyDES, password, leaf.Leaf, issuer.cert, root.cert), Password: fromFile},
		"AES":          {PKCS12File: encode(pkcs12.Modern2023, password, leaf.Leaf, root.cert, issuer.cert), Password: fromEnv},
		"PBMAC1":       {PKCS12File: encode(pkcs12.Modern2026, password, leaf.Leaf, issuer.cert), Password: fromEnv},
		"no password":  {PKCS12File: encode(pkcs12.Modern, "", leaf.Leaf, issuer.cert)},
		"issuer first": {PKCS12File: encode(pkcs12.Modern, password, root.cert, issuer.cert, leaf.Leaf), Password: fromEnv},
	}
	for name, rule := range tests {
		t.Run(name, func(t *testing.T) {
			rule.Host = "bank.test"
			if diff := cmp.Diff([]string{"app", "Issuer"}, shown(t, rule, root.pool())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFilesOfOpenSSL reads what openssl pkcs12 -export made, with and without
// -legacy, of a throw-away key.
func TestFilesOfOpenSSL(t *testing.T) {
	text, err := os.ReadFile("testdata/tls/root.pem")
	check(t, err)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	for _, name := range []string{"openssl-legacy.pfx", "openssl-modern.pfx"} {
		rule := upstream.Certificate{Host: "*", PKCS12File: "testdata/tls/" + name, Password: upstream.Secret{Env: "PFX_PASSWORD"}}
		want := []string{"EMPRESA FICTICIA LTDA:00000000000191", "Fixture Issuer"}
		if diff := cmp.Diff(want, shown(t, rule, roots)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestMostSpecificCertificateIsShown(t *testing.T) {
	clients := newAuthority(t, "Clients", nil)
	rule := func(host, subject string) upstream.Certificate {
		r := certificateRule(t, clients.leaf(t, soon(), subject))
		r.Host = host
		return r
	}
	ca := newAuthority(t, "Root", nil)
	subject := make(chan string, 1)
	addr := tlsVendor(t, &tls.Config{
		Certificates: []tls.Certificate{ca.leaf(t, soon(), "*.bank.test")}, ClientAuth: tls.RequireAnyClientCert,
		VerifyConnection: func(state tls.ConnectionState) error {
			subject <- state.PeerCertificates[0].Subject.CommonName
			return nil
		},
	})
	d := newDialer(t, upstream.Options{Roots: ca.roots, Certificates: []upstream.Certificate{
		rule("*", "any"), rule("*.test", "top"), rule("*.bank.test", "bank"), rule("*.bank.test:"+port(t, addr), "port"), rule("pix.bank.test", "exact"), rule("pix.bank.test:1", "other port"),
	}})
	for host, want := range map[string]string{"pix.bank.test": "exact", "ted.bank.test": "port"} {
		dial(t, d, addr, upstream.Request{TLS: true, ServerName: host})
		if got := <-subject; got != want {
			t.Errorf("%s got %q, want %q", host, got, want)
		}
	}
}

func TestUnusableCertificates(t *testing.T) {
	clients := newAuthority(t, "Clients", nil)
	leaf, other := clients.leaf(t, soon(), "app"), clients.leaf(t, soon(), "other")
	cert, key := file(t, pemCerts(leaf.Leaf)), file(t, pemKey(t, leaf.PrivateKey))
	mixed, err := pkcs12.Modern.Encode(other.PrivateKey, leaf.Leaf, nil, password)
	check(t, err)
	missing := filepath.Join(t.TempDir(), "missing")
	modern := "testdata/tls/openssl-modern.pfx"
	secret := upstream.Secret{Env: "PFX_PASSWORD"}
	locked := file(t, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte{1}}))
	tests := map[string]struct {
		rule upstream.Certificate
		want string
	}{
		"nothing":            {upstream.Certificate{}, "it needs a certificate file and a key file"},
		"no key":             {upstream.Certificate{CertFile: cert}, "it needs a certificate file and a key file"},
		"both kinds":         {upstream.Certificate{CertFile: cert, KeyFile: key, PKCS12File: modern}, "it needs a certificate file and a key file"},
		"missing file":       {upstream.Certificate{CertFile: missing, KeyFile: key}, "no such file"},
		"missing key":        {upstream.Certificate{CertFile: cert, KeyFile: missing}, "no such file"},
		"missing .pfx":       {upstream.Certificate{PKCS12File: missing}, "no such file"},
		"another's key":      {upstream.Certificate{CertFile: cert, KeyFile: file(t, pemKey(t, other.PrivateKey))}, "does not match"},
		"encrypted key":      {upstream.Certificate{CertFile: cert, KeyFile: locked}, "keys with a password are read from PKCS#12 files only"},
		"another's .pfx key": {upstream.Certificate{PKCS12File: file(t, mixed), Password: secret}, "its key belongs to none of its certificates"},
		"no PKCS#12":         {upstream.Certificate{PKCS12File: cert, Password: secret}, "read the PKCS#12 file"},
		"BER":                {upstream.Certificate{PKCS12File: file(t, []byte{0x30, 0x80, 2, 1, 3, 0, 0}), Password: secret}, "not DER"},
		"wrong password":     {upstream.Certificate{PKCS12File: modern, Password: upstream.Secret{Env: "WRONG"}}, "the password for " + modern + " is wrong"},
		"no password":        {upstream.Certificate{PKCS12File: modern}, modern + " needs a password, and none is configured"},
		"unset variable":     {upstream.Certificate{PKCS12File: modern, Password: upstream.Secret{Env: "UNSET"}}, "the variable UNSET"},
		"missing password":   {upstream.Certificate{PKCS12File: modern, Password: upstream.Secret{File: missing}}, "read the password"},
		"two passwords":      {upstream.Certificate{PKCS12File: modern, Password: upstream.Secret{Env: "WRONG", File: cert}}, "name one of them"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			test.rule.Host = "bank.test"
			_, err := upstream.New(upstream.Options{Now: time.Now, Certificates: []upstream.Certificate{test.rule}, LookupEnv: lookupEnv})
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "client certificate for bank.test") {
				t.Fatalf("got %v, want one with %q", err, test.want)
			}
			if strings.Contains(err.Error(), "not-the-one") || strings.Contains(err.Error(), password) {
				t.Errorf("the error holds the password: %v", err)
			}
		})
	}
}

func TestExpiredCertificateIsAWarning(t *testing.T) {
	clients := newAuthority(t, "Clients", nil)
	rule := certificateRule(t, clients.leaf(t, soon(), "app"))
	for years, want := range map[int]string{0: "", 2: "has expired", -2: "is not valid yet"} {
		var log bytes.Buffer
		now := func() time.Time { return time.Now().AddDate(years, 0, 0) }
		_, err := upstream.New(upstream.Options{Now: now, Certificates: []upstream.Certificate{rule}, Log: zerolog.New(&log)})
		check(t, err)
		if got := log.String(); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("after %d years the log holds %q, want %q", years, got, want)
		}
	}
}
