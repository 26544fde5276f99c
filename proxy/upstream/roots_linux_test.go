package upstream_test

import (
	"bytes"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"

	"flagrante/proxy/upstream"
)

// TestSystemRootsAreThoseOfX509 compares what this machine trusts.
func TestSystemRootsAreThoseOfX509(t *testing.T) {
	want, err := x509.SystemCertPool()
	check(t, err)
	got, err := upstream.SystemRoots(os.LookupEnv)
	check(t, err)
	if !got.All().Equal(want) {
		t.Error("the certificates of the system differ from those of crypto/x509")
	}
}

// TestSystemRootsOfFilesAndFolders reads a bundle, and a folder that holds the same
// certificates and others: as files, by links, and among text.
func TestSystemRootsOfFilesAndFolders(t *testing.T) {
	certs := make([]*x509.Certificate, 5)
	for i := range certs {
		certs[i] = newAuthority(t, string(rune('a'+i)), nil).cert
	}
	dir, elsewhere := t.TempDir(), t.TempDir()
	write := func(name string, text []byte) string {
		check(t, os.WriteFile(name, text, 0o600))
		return name
	}
	bundle := write(filepath.Join(dir, "bundle.crt"), pemCerts(certs[0], certs[1]))
	write(filepath.Join(dir, "known.pem"), pemCerts(certs[0]))
	write(filepath.Join(dir, "both.pem"), pemCerts(certs[1], certs[2]))
	write(filepath.Join(dir, "text.pem"), append([]byte("Issuer: d\n"), bytes.ReplaceAll(pemCerts(certs[3]), []byte("\n"), []byte("\r\n"))...))
	write(filepath.Join(dir, "long.pem"), append(pemCerts(certs[0]), bytes.Repeat([]byte("# note\n"), 10_000)...))
	write(filepath.Join(dir, "none.pem"), []byte("-----BEGIN CERTIFICATE-----\nbroken\n"))
	check(t, os.Symlink(write(filepath.Join(elsewhere, "far.pem"), pemCerts(certs[4])), filepath.Join(dir, "far.pem")))
	check(t, os.Symlink("known.pem", filepath.Join(dir, "0badcafe.0")))
	check(t, os.Symlink("/nothing/there", filepath.Join(dir, "dead.pem")))
	check(t, os.Mkdir(filepath.Join(dir, "java"), 0o700))

	for name, test := range map[string]struct {
		file, folders string
		want          []*x509.Certificate
		fails         bool
	}{
		"both":             {file: bundle, folders: dir, want: certs},
		"two folders":      {file: "/nothing", folders: "/nothing:" + dir + ":" + elsewhere, want: certs},
		"the file alone":   {file: bundle, folders: "/nothing", want: certs[:2]},
		"another file":     {file: filepath.Join(elsewhere, "far.pem"), folders: elsewhere, want: certs[4:]},
		"nothing is there": {file: "/nothing", folders: "/nothing"},
		"not a file":       {file: dir, folders: "/nothing", fails: true},
		"not a folder":     {file: "/nothing", folders: bundle, fails: true},
		"one is enough":    {file: dir, folders: elsewhere, want: certs[4:]},
	} {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{"SSL_CERT_FILE": test.file, "SSL_CERT_DIR": test.folders}
			got, err := upstream.SystemRoots(func(name string) (string, bool) { value, ok := env[name]; return value, ok })
			if (err != nil) != test.fails {
				t.Fatalf("got the error %v", err)
			}
			want := x509.NewCertPool()
			for _, c := range test.want {
				want.AddCert(c)
			}
			if !test.fails && !got.All().Equal(want) {
				t.Errorf("got others than the %d certificates that are there", len(test.want))
			}
		})
	}
}
