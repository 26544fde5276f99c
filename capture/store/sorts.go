package store

import (
	"context"
	"maps"

	"flagrante/capture"
)

// sort is what failures with a fingerprint have in common.
type sort struct {
	fingerprint, host, endpoint, method string
	kind                                capture.Kind
	status                              int
	code                                string
}

// maxSorts bounds what is remembered of them.
const maxSorts = 4096

// sorts remembers which are in the file. It is used inside of transactions that
// write, of which there is one at a time.
type sorts struct{ known map[sort]struct{} }

// sort stores the sort of a failure, unless it is known to be there.
func (w *writer) sort(ctx context.Context, f *capture.Failure) error {
	s := sort{f.Fingerprint, f.Host, f.Endpoint, f.Exchange.Request.Method, f.Kind, f.Status(), f.Vendor.Code}
	if _, ok := w.sorts.known[s]; ok {
		return nil
	}
	if _, ok := w.sorted[s]; ok {
		return nil
	}
	w.sorted[s] = struct{}{}
	_, err := w.insertSort.exec(ctx, s.fingerprint, s.host, s.endpoint, s.method, string(s.kind), int64(s.status), s.code)
	return err
}

// learn remembers what a transaction stored, once it has ended well.
func (s *sorts) learn(stored map[sort]struct{}) {
	if len(s.known)+len(stored) > maxSorts {
		clear(s.known)
	}
	maps.Copy(s.known, stored)
}
