package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"hash/maphash"
	"sync"
)

// digest is a keyed digest of a body.
type digest [16]byte

const (
	// shareFrom is the size in bytes from which a body is shared.
	shareFrom = 128
	// seenBits decides how many bodies are remembered: 65,536 at most, fewer where
	// their places meet. Each takes 8 bytes.
	seenBits = 16
	// maxKept is the number of shared bodies that are remembered.
	maxKept = 8192
)

// seen remembers hashes of recent bodies. Only what comes a second time is worth a
// digest, a row and an index entry of its own. It is safe for use by many goroutines.
type seen struct {
	key  []byte
	seed maphash.Seed

	mu     sync.Mutex
	bodies [1 << seenBits]uint64
	// kept are bodies that were in the file lately.
	kept map[digest]struct{}
}

func readSeen(ctx context.Context, db *sql.DB) (*seen, error) {
	s := &seen{seed: maphash.MakeSeed(), kept: map[digest]struct{}{}}
	return s, db.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = 'digest_key'`).Scan(&s.key)
}

func (s *seen) digest(data []byte) (d digest) {
	h := sha256.New()
	h.Write(s.key)
	h.Write(data)
	copy(d[:], h.Sum(nil))
	return d
}

// again notes a body and reports whether it is to be shared: it had been noted before,
// and is not too small.
func (s *seen) again(data []byte) bool {
	if s == nil || len(data) < shareFrom {
		return false
	}
	hash := maphash.Bytes(s.seed, data)
	s.mu.Lock()
	defer s.mu.Unlock()
	place := &s.bodies[hash>>(64-seenBits)]
	known := *place == hash
	*place = hash
	return known
}

// stored reports whether a body is likely to be in the file, so that it need not be
// packed before that is known for sure.
func (s *seen) stored(d digest) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.kept[d]
	return ok
}

// keep notes that bodies are in the file.
func (s *seen) keep(rows map[digest]*use) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept)+len(rows) > maxKept {
		clear(s.kept)
	}
	for d := range rows {
		s.kept[d] = struct{}{}
	}
}

// use is a row of a shared body, and how often a batch uses it.
type use struct{ n, refs int64 }

// share returns the row of a body that is shared, nil for one that is not, and what is
// written beside it.
func (w *writer) share(ctx context.Context, c *content) (row driver.Value, beside stored, err error) {
	if !c.shared {
		return nil, c.stored, nil
	}
	u := w.contents[c.digest]
	if u == nil {
		n, err := w.content(ctx, c)
		if err != nil {
			return nil, stored{}, err
		}
		u = &use{n: n}
		w.contents[c.digest] = u
	}
	u.refs++
	return u.n, stored{data: []byte{}}, nil
}

// content returns the row of a body, which it makes where there is none. Another
// process may have deleted or made it, so the file is asked in each batch.
func (w *writer) content(ctx context.Context, c *content) (n int64, err error) {
	n, found, err := w.findContent.Number(ctx, c.digest[:])
	if err != nil || found {
		return n, err
	}
	if n, err = w.insertContent.Exec(ctx, c.digest[:]); err != nil {
		return 0, err
	}
	if c.data == nil {
		c.stored = w.packer.pack(c.plain)
	}
	flag := int64(0)
	if c.packed {
		flag = 1
	}
	_, err = w.insertData.Exec(ctx, n, flag, c.data)
	return n, err
}

// writeRefs counts the uses of the shared bodies, once for each.
func (w *writer) writeRefs(ctx context.Context) error {
	for _, u := range w.contents {
		if _, err := w.countRefs.Exec(ctx, u.refs, u.n); err != nil {
			return err
		}
	}
	return nil
}
