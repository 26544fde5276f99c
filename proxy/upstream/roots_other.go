//go:build !linux

package upstream

import "crypto/x509"

// SystemRoots returns the certificates that this system trusts.
func SystemRoots(func(string) (string, bool)) (*x509.CertPool, error) { return x509.SystemCertPool() }
