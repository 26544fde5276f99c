package authority_test

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"flagrante/proxy/authority"
)

func open(t *testing.T, dir string) *authority.Authority {
	t.Helper()
	a, err := authority.Open(dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestOpenMakesAnAuthorityOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	first, second := open(t, dir), open(t, dir)
	if !first.Root().Equal(second.Root()) {
		t.Error("the second start made another root")
	}
	info, err := os.Stat(filepath.Join(dir, authority.KeyFile))
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("the key has mode %04o, want 0600", got)
	}
	if first.Root().PublicKeyAlgorithm != x509.ECDSA {
		t.Errorf("the root has a key of kind %s, want ECDSA", first.Root().PublicKeyAlgorithm)
	}
	years := time.Until(first.Root().NotAfter).Hours() / 24 / 365
	if years < 9.9 || years > 10.1 {
		t.Errorf("the root is good for %.1f years, want 10", years)
	}
}

func TestAuthoritiesAreUnique(t *testing.T) {
	a, b := open(t, filepath.Join(t.TempDir(), "ca")), open(t, filepath.Join(t.TempDir(), "ca"))
	if a.Root().Equal(b.Root()) || a.Root().Subject.CommonName == b.Root().Subject.CommonName {
		t.Error("two installations have the same root")
	}
}

func TestOpenAtOnceMakesOne(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	serials := make([]string, 8)
	var group sync.WaitGroup
	for i := range serials {
		group.Go(func() {
			a, err := authority.Open(dir, time.Now)
			if err != nil {
				t.Error(err)
				return
			}
			serials[i] = a.Root().SerialNumber.String()
		})
	}
	group.Wait()
	for _, serial := range serials {
		if serial != serials[0] {
			t.Fatalf("several authorities were made: %v", serials)
		}
	}
	left, err := filepath.Glob(dir + ".new-*")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func TestOpenRefuses(t *testing.T) {
	other := filepath.Join(t.TempDir(), "ca")
	open(t, other)
	tests := map[string]struct {
		spoil func(t *testing.T, dir string)
		want  string
	}{
		"no key":         {func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, authority.KeyFile))) }, authority.KeyFile},
		"no certificate": {func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, authority.CertFile))) }, authority.CertFile},
		"open key":       {func(t *testing.T, dir string) { must(t, os.Chmod(filepath.Join(dir, authority.KeyFile), 0o644)) }, "chmod 600"},
		"garbage":        {func(t *testing.T, dir string) { write(t, filepath.Join(dir, authority.KeyFile), []byte("hello")) }, "PEM"},
		"another's key": {func(t *testing.T, dir string) {
			key, err := os.ReadFile(filepath.Join(other, authority.KeyFile))
			must(t, err)
			write(t, filepath.Join(dir, authority.KeyFile), key)
		}, "does not belong"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "ca")
			open(t, dir)
			test.spoil(t, dir)
			_, err := authority.Open(dir, time.Now)
			if !errors.Is(err, authority.ErrFiles) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want ErrFiles with %q", err, test.want)
			}
		})
	}
}

func TestOpenRefusesAnEndedRoot(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ca")
	open(t, dir)
	later := func() time.Time { return time.Now().AddDate(11, 0, 0) }
	if _, err := authority.Open(dir, later); !errors.Is(err, authority.ErrFiles) {
		t.Errorf("got %v, want ErrFiles", err)
	}
}

func TestLeafVerifies(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "ca"))
	roots := x509.NewCertPool()
	roots.AddCert(a.Root())
	long := strings.Repeat("a", 60) + "." + strings.Repeat("b", 60) + ".example"
	for host, name := range map[string]string{
		"api.bank.example":  "api.bank.example",
		"API.Bank.Example.": "api.bank.example",
		"127.0.0.1":         "127.0.0.1",
		"[::1]":             "::1",
		"::1":               "::1",
		"ação.example":      "xn--ao-siap.example",
		"a_b.example":       "a_b.example",
		"localhost":         "localhost",
		long:                long,
	} {
		cert, err := a.Leaf(host)
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		if _, err := cert.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: name}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
		if life := cert.Leaf.NotAfter.Sub(cert.Leaf.NotBefore); life > 197*24*time.Hour {
			t.Errorf("%s: good for %s, want at most 197 days", host, life)
		}
	}
}

func TestRSALeafHasTheOneKey(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "ca"))
	roots := x509.NewCertPool()
	roots.AddCert(a.Root())
	var first any
	for _, host := range []string{"api.bank.example", "127.0.0.1"} {
		cert, err := a.RSALeaf(host)
		must(t, err)
		if _, err := cert.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host}); err != nil {
			t.Errorf("%s: %v", host, err)
		}
		key, ok := cert.PrivateKey.(*rsa.PrivateKey)
		if !ok || first != nil && first != any(key) {
			t.Errorf("%s: the key is a %T, or another one", host, cert.PrivateKey)
		}
		first = key
		again, err := a.Leaf(host)
		must(t, err)
		if _, ok := again.PrivateKey.(*ecdsa.PrivateKey); !ok {
			t.Errorf("%s: the usual key is a %T", host, again.PrivateKey)
		}
	}
}

func TestLeafRefusesWhatIsNoHost(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "ca"))
	for _, host := range []string{"", "*.bank.example", "*", "a b", "a..b", "a/b", strings.Repeat("a", 64) + ".example", "x\x00y", "bank.example:443"} {
		if _, err := a.Leaf(host); !errors.Is(err, authority.ErrHost) {
			t.Errorf("%q: got %v, want ErrHost", host, err)
		}
	}
}

func TestLeafCoversOnlyItsName(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "ca"))
	cert, err := a.Leaf("bank.example")
	must(t, err)
	for _, other := range []string{"api.bank.example", "example", "bank.example.org"} {
		if err := cert.Leaf.VerifyHostname(other); err == nil {
			t.Errorf("the certificate of bank.example is good for %s", other)
		}
	}
}

func TestLeafIsMintedOncePerHost(t *testing.T) {
	a := open(t, filepath.Join(t.TempDir(), "ca"))
	certs := make([]*tls.Certificate, 16)
	var group sync.WaitGroup
	for i := range certs {
		group.Go(func() {
			cert, err := a.Leaf("api.bank.example")
			if err != nil {
				t.Error(err)
			}
			certs[i] = cert
		})
	}
	group.Wait()
	for _, cert := range certs {
		if cert != certs[0] {
			t.Fatal("the host was minted more than once")
		}
	}
}

func TestLeafIsRenewed(t *testing.T) {
	now := time.Now()
	a, err := authority.Open(filepath.Join(t.TempDir(), "ca"), func() time.Time { return now })
	must(t, err)
	first, err := a.Leaf("api.bank.example")
	must(t, err)
	now = first.Leaf.NotAfter.Add(-time.Hour)
	second, err := a.Leaf("api.bank.example")
	must(t, err)
	if !second.Leaf.NotAfter.After(first.Leaf.NotAfter) {
		t.Error("the certificate was not renewed before its end")
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	must(t, os.WriteFile(path, data, 0o600))
}
