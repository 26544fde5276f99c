package appenv

import (
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"software.sslmate.com/src/go-pkcs12"

	"flagrante/cmd/flagrante/internal/trust"
)

// trustStore makes a store for Java of certificates in PEM. The old encryption is
// the one that every Java reads, and what it hides is public.
func trustStore(parts ...[]byte) ([]byte, error) {
	var entries []pkcs12.TrustStoreEntry
	rest := merge(parts...)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			continue // Roots of old systems that Go can't read, Java mostly can't either.
		}
		// Entries of one name replace each other.
		name := fmt.Sprintf("%s %x", cert.Subject.CommonName, cert.SerialNumber)
		entries = append(entries, pkcs12.TrustStoreEntry{Cert: cert, FriendlyName: name})
	}
	store, err := pkcs12.LegacyDES.WithRand(rand.Reader).EncodeTrustStoreEntries(entries, trust.JavaPassword)
	if err != nil {
		return nil, fmt.Errorf("make a store of certificates for Java: %w", err)
	}
	return store, nil
}

// javaRoots returns the store of certificates that comes with the Java that would
// run. Without one there is none.
func (t Trust) javaRoots() []byte {
	home := t.javaHome()
	if home == "" {
		return nil
	}
	for _, place := range []string{"lib/security/cacerts", "jre/lib/security/cacerts"} {
		if data, err := os.ReadFile(filepath.Join(home, place)); err == nil {
			return data
		}
	}
	return nil
}

// javaHome is the folder of the Java that the app would run with.
func (t Trust) javaHome() string {
	if home, ok := t.Env("JAVA_HOME"); ok && home != "" {
		return home
	}
	path, err := exec.LookPath("java")
	if err != nil {
		return ""
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return ""
	}
	return filepath.Dir(filepath.Dir(path))
}
