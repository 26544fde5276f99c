package upstream

import (
	"bytes"
	"crypto/x509"
	"hash/maphash"
)

// rootsReader collects the certificates of many files. Most systems have the same ones in
// a file and, each in a file of its own, in a folder: what came before is not read again.
type rootsReader struct {
	roots *Roots
	// seen are digests of what came, of 64 bits by a key of this reader.
	seen map[uint64]struct{}
	key  maphash.Seed
}

// manyRoots is about how many certificates a system trusts.
const manyRoots = 256

func newRootsReader() *rootsReader {
	return &rootsReader{roots: RootsOf(x509.NewCertPool()), seen: make(map[uint64]struct{}, manyRoots), key: maphash.MakeSeed()}
}

// add takes the certificates of a text in PEM (RFC 7468).
func (r *rootsReader) add(text []byte) {
	if r.fresh(text) {
		r.roots.add(text)
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
		digest := maphash.Bytes(r.key, bytes.TrimSpace(block))
		if _, known := r.seen[digest]; !known {
			r.seen[digest] = struct{}{}
			fresh = true
		}
	}
	return fresh
}
