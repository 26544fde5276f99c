//go:build !linux

package upstream

import "crypto/x509"

// SystemRoots returns the certificates that this system trusts.
func SystemRoots(func(string) (string, bool)) (*Roots, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, err
	}
	return RootsOf(pool), nil
}
