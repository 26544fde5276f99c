package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"hash/maphash"
)

// digest is a keyed digest of a body.
type digest [16]byte

const (
	// shareFrom is the size in bytes from which a body is shared.
	shareFrom = 128
	// maxSeen is the number of bodies that are remembered at least, half of those
	// at most.
	maxSeen = 8192
)

// seen remembers hashes of recent bodies. Only what comes a second time is worth a
// digest, a row and an index entry of its own. It is used inside of transactions that
// write, of which there is one at a time.
type seen struct {
	key         []byte
	seed        maphash.Seed
	now, before map[uint64]struct{}
}

func readSeen(ctx context.Context, db *sql.DB) (*seen, error) {
	s := &seen{seed: maphash.MakeSeed(), now: map[uint64]struct{}{}}
	return s, db.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = 'digest_key'`).Scan(&s.key)
}

func (s *seen) digest(data []byte) (d digest) {
	h := sha256.New()
	h.Write(s.key)
	h.Write(data)
	copy(d[:], h.Sum(nil))
	return d
}

// again notes a body and reports whether it had been noted before.
func (s *seen) again(data []byte) bool {
	hash := maphash.Bytes(s.seed, data)
	_, known := s.now[hash]
	if !known {
		_, known = s.before[hash]
	}
	if len(s.now) >= maxSeen {
		clear(s.before)
		s.now, s.before = s.before, s.now
		if s.now == nil {
			s.now = make(map[uint64]struct{}, maxSeen)
		}
	}
	s.now[hash] = struct{}{}
	return known
}

// share returns the row of a body that is shared, nil for one that is not.
func (w *writer) share(ctx context.Context, data []byte) (row any, err error) {
	if len(data) < shareFrom {
		return nil, nil
	}
	if !w.seen.again(data) {
		return nil, nil
	}
	d := w.seen.digest(data)
	n, ok := w.contents[d]
	if !ok {
		if n, err = w.content(ctx, d, data); err != nil {
			return nil, err
		}
		w.contents[d] = n
	}
	w.refs[n]++
	return n, nil
}

// content returns the row of a body, which it makes where there is none. Another
// process may have deleted or made it, so the file is asked in each batch.
func (w *writer) content(ctx context.Context, d digest, data []byte) (n int64, err error) {
	n, found, err := w.findContent.number(ctx, d[:])
	if err != nil || found {
		return n, err
	}
	if n, err = w.insertContent.exec(ctx, d[:]); err != nil {
		return 0, err
	}
	stored, packed := w.packer.pack(data)
	flag := int64(0)
	if packed {
		flag = 1
	}
	_, err = w.insertData.exec(ctx, n, flag, stored)
	return n, err
}

// writeRefs counts the uses of the shared bodies, once for each.
func (w *writer) writeRefs(ctx context.Context) error {
	for n, uses := range w.refs {
		if _, err := w.tx.ExecContext(ctx, `UPDATE contents SET refs = refs + ? WHERE n = ?`, uses, n); err != nil {
			return err
		}
	}
	return nil
}
