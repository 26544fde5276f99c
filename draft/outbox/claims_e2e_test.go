//go:build e2e

package outbox

import (
	"database/sql"
	"os"
	"slices"
	"testing"

	"flagrante/capture/store/storetest"
)

// TestNoWorkerWaitsForAnother has one worker of a shared database stop in the middle of its
// claim, and another one change drafts meanwhile: a third takes what else is due. If it
// waited, it would for ever.
func TestNoWorkerWaitsForAnother(t *testing.T) {
	if os.Getenv(storetest.Variable) == "" {
		return
	}
	b := newBench(t)
	ids := b.waiting(3)
	first, second, third := b.open(), b.open(), b.open()
	var taken []string
	if err := first.store.UpdateApart(t.Context(), func(tx *sql.Tx) error {
		var locked string
		err := tx.QueryRowContext(t.Context(), `SELECT receipt_id FROM outbox WHERE receipt_id = ? FOR UPDATE`, ids[0]).Scan(&locked)
		if err != nil {
			return err
		}
		return second.store.Update(t.Context(), func(*sql.Tx) error {
			for id := "first"; id != ""; {
				if id, err = third.ledger.claim(t.Context(), `due > 0`); err != nil {
					return err
				}
				taken = append(taken, id)
			}
			return nil
		})
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(taken)
	if want := []string{"", ids[1], ids[2]}; !slices.Equal(taken, want) {
		t.Errorf("the third worker took %q, want %q", taken, want)
	}
	if id, err := third.ledger.claim(t.Context(), `due > 0`); err != nil || id != ids[0] {
		t.Errorf("then %q, error %v", id, err)
	}
}
