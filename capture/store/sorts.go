package store

import (
	"context"
	"database/sql"

	"flagrante/capture"
)

// sort is what failures with a fingerprint have in common.
type sort struct {
	fingerprint, host, endpoint, method string
	kind                                capture.Kind
	status                              int
	code                                string
}

func sortOf(f *capture.Failure) sort {
	return sort{f.Fingerprint, f.Host, f.Endpoint, f.Exchange.Request.Method, f.Kind, f.Status(), f.Vendor.Code}
}

// sort stores the sort of a failure, once for a batch: another process may have taken
// away what was there before.
func (w *writer) sort(ctx context.Context, f *capture.Failure) error {
	s := sortOf(f)
	if _, ok := w.sorted[s]; ok {
		return nil
	}
	w.sorted[s] = struct{}{}
	_, err := w.insertSort.Exec(ctx, s.fingerprint, s.host, s.endpoint, s.method, string(s.kind), int64(s.status), s.code)
	return err
}

// forgetSorts takes the sorts away of which there is no failure any more.
func (s *Store) forgetSorts(ctx context.Context) error {
	for at := ""; ; {
		prints, err := Collect(ctx, s, `SELECT DISTINCT fingerprint FROM sorts WHERE fingerprint > ? ORDER BY fingerprint LIMIT ?`, []any{at, pruneStep}, Value[string])
		if err != nil || len(prints) == 0 {
			return err
		}
		last := prints[len(prints)-1]
		err = s.Update(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, `DELETE FROM sorts WHERE fingerprint > ? AND fingerprint <= ? AND NOT EXISTS (SELECT 1 FROM failures f WHERE f.fingerprint = sorts.fingerprint)`, at, last)
			return err
		})
		if err != nil {
			return err
		}
		at = last
	}
}
