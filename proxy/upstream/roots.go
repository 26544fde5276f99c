package upstream

import (
	"bytes"
	"crypto/x509"
)

// rootsReader collects the certificates of many files. Most systems have the same ones in
// a file and, each in a file of its own, in a folder: what came before is not parsed
// again.
type rootsReader struct {
	pool *x509.CertPool
	seen map[string]struct{}
}

func newRootsReader() *rootsReader {
	return &rootsReader{pool: x509.NewCertPool(), seen: map[string]struct{}{}}
}

// add takes the certificates of a text in PEM (RFC 7468).
func (r *rootsReader) add(text []byte) {
	if r.fresh(text) {
		r.pool.AppendCertsFromPEM(text)
	}
}

// fresh reports whether the text has a block that none before it had.
func (r *rootsReader) fresh(text []byte) (fresh bool) {
	begin := []byte("-----BEGIN ")
	at := bytes.Index(text, begin)
	for at >= 0 {
		text = text[at:]
		if at = bytes.Index(text[1:], begin); at >= 0 {
			at++
		}
		block := text
		if at >= 0 {
			block = text[:at]
		}
		block = bytes.TrimSpace(block)
		if _, known := r.seen[string(block)]; !known {
			r.seen[string(block)] = struct{}{}
			fresh = true
		}
	}
	return fresh
}
