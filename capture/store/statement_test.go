package store_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// TestWritingThatIsBrokenOffLeavesTheConnection closes a store after its connection that
// writes has been asked to stop: the statements of batches are prepared on it.
func TestWritingThatIsBrokenOffLeavesTheConnection(t *testing.T) {
	s, err := store.Open(t.Context(), storetest.Place(t, ""))
	check(t, err)
	_, err = s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{storetest.Failure("1", noon)}})
	check(t, err)
	ctx, stop := context.WithCancel(t.Context())
	err = s.Update(ctx, func(tx *sql.Tx) error {
		stop()
		// database/sql has time to end the transaction on a goroutine of its own.
		var n int
		return tx.QueryRowContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT count(*) FROM n`).Scan(&n)
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the writing ended with %v", err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("after writing was broken off: %v", err)
	}
}
