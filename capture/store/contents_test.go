package store_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// sharing returns the number of shared bodies, and that of their uses.
func sharing(t *testing.T, s *store.Store) (contents, uses int) {
	t.Helper()
	check(t, s.Update(t.Context(), func(tx *sql.Tx) error {
		return tx.QueryRow(`SELECT count(*), coalesce(sum(refs), 0) FROM contents JOIN content_data USING (n)`).Scan(&contents, &uses)
	}))
	return contents, uses
}

func remove(t *testing.T, s *store.Store, id string) {
	t.Helper()
	check(t, s.Update(t.Context(), func(tx *sql.Tx) error { _, err := tx.Exec(`DELETE FROM failures WHERE id = ?`, id); return err }))
}

func TestBodiesThatRepeatAreStoredOnce(t *testing.T) {
	for _, size := range []int{200, 5000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			s := freshFile(t)
			body := bytes.Repeat([]byte("x"), size)
			var all []*capture.Failure
			for i := range 6 {
				f := storetest.Failure(fmt.Sprint("f", i), noon)
				f.Exchange.Request.Body.Data, f.Exchange.Response.Body.Data = body, body
				all = append(all, f)
			}
			add(t, s, capture.Batch{Failures: all[:3]})
			add(t, s, capture.Batch{Failures: all})
			for _, want := range all {
				got, err := s.Failure(t.Context(), want.ID)
				check(t, err)
				if diff := cmp.Diff(want, got, alike); diff != "" {
					t.Errorf("failure %s (-want +got):\n%s", want.ID, diff)
				}
			}
			// The first body was not known to repeat.
			if contents, uses := sharing(t, s); contents != 1 || uses != 11 {
				t.Errorf("%d bodies are shared %d times, want 1 and 11", contents, uses)
			}
			for i := range 6 {
				remove(t, s, fmt.Sprint("f", i))
			}
			if contents, _ := sharing(t, s); contents != 0 {
				t.Errorf("%d bodies are left without a failure", contents)
			}
			add(t, s, capture.Batch{Failures: all})
			got, err := s.Failure(t.Context(), "f5")
			check(t, err)
			if diff := cmp.Diff(all[5], got, alike); diff != "" {
				t.Errorf("stored again (-want +got):\n%s", diff)
			}
		})
	}
}
