package store_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// aged stores failures of three groups, one a minute, the newest last.
func aged(t *testing.T, s *store.Store, count int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var batch []*capture.Failure
	for i := range count {
		f := storetest.Failure(fmt.Sprintf("id-%04d", i), noon.Add(time.Duration(i)*time.Minute))
		f.Fingerprint = fmt.Sprintf("v2-%d23456789abcdef", i%3)
		f.Exchange.Response.Body.Data = text(r)
		batch = append(batch, f)
	}
	add(t, s, capture.Batch{Failures: batch})
	for left := true; left; {
		var err error
		left, err = s.Index(t.Context(), 500)
		check(t, err)
	}
}

func do(t *testing.T, s *store.Store, statement string, args ...any) {
	t.Helper()
	check(t, s.Update(t.Context(), func(tx *sql.Tx) error { _, err := tx.Exec(statement, args...); return err }))
}

func number(t *testing.T, s *store.Store, query string) (n int64) {
	t.Helper()
	rows, err := s.Query(t.Context(), query)
	check(t, err)
	defer rows.Close()
	for rows.Next() {
		check(t, rows.Scan(&n))
	}
	check(t, rows.Err())
	return n
}

func TestPruneKeepsWhatTheLimitsAllow(t *testing.T) {
	for name, test := range map[string]struct {
		limits store.Limits
		want   store.Pruned
		left   int64
	}{
		"no limit":            {store.Limits{}, store.Pruned{}, 600},
		"by age":              {store.Limits{Before: noon.Add(250 * time.Minute)}, store.Pruned{Failures: 246, Kept: 4}, 354},
		"by number":           {store.Limits{Failures: 200}, store.Pruned{Failures: 400, Kept: 4}, 200},
		"by both":             {store.Limits{Before: noon.Add(250 * time.Minute), Failures: 500}, store.Pruned{Failures: 246, Kept: 4}, 354},
		"more than there are": {store.Limits{Failures: 700}, store.Pruned{}, 600},
	} {
		t.Run(name, func(t *testing.T) {
			s := fresh(t)
			aged(t, s, 600)
			// One is pinned, and a draft with 200 failures was sent.
			do(t, s, `UPDATE failures SET pinned = 1 WHERE id IN ('id-0005', 'id-0006', 'id-0007')`)
			do(t, s, `INSERT INTO receipts (id, draft_id, portal, state, ticket, url, time, dropped, error) VALUES ('r', 'd-123456789a', 'p', 'sent', '', '', 0, 'null', '')`)
			planned, err := s.Prune(t.Context(), test.limits, true, nil)
			check(t, err)
			var told []store.Pruned
			pruned, err := s.Prune(t.Context(), test.limits, false, func(p store.Pruned) { told = append(told, p) })
			check(t, err)
			pruned.Freed = 0
			if diff := cmp.Diff([]store.Pruned{test.want, test.want}, []store.Pruned{planned, pruned}); diff != "" {
				t.Errorf("planned and done: -want +got\n%s", diff)
			}
			if test.want.Failures > 0 && told[len(told)-1] != test.want {
				t.Errorf("told at last: %+v", told[len(told)-1])
			}
			for query, want := range map[string]int64{
				`SELECT count(*) FROM failures`:  test.left,
				`SELECT count(*) FROM exchanges`: test.left,
				// The counts of a sent draft stay those that its ticket tells.
				`SELECT count FROM groups WHERE fingerprint = 'v2-123456789abcdef'`:                                                                                 200,
				`SELECT count(*) FROM failures WHERE id IN ('id-0001', 'id-0598', 'id-0005')`:                                                                       3,
				`SELECT (SELECT count FROM groups WHERE fingerprint LIKE 'v2-0%') - count(*) FROM failures WHERE fingerprint LIKE 'v2-0%'`:                          0,
				`SELECT (SELECT sum(failures) FROM group_minutes WHERE fingerprint LIKE 'v2-0%') - count(*) FROM failures WHERE fingerprint LIKE 'v2-0%'`:           0,
				`SELECT count(*) FROM groups g LEFT JOIN failures f ON f.id = g.first_id LEFT JOIN failures l ON l.id = g.last_id WHERE f.n IS NULL OR l.n IS NULL`: 0,
				map[bool]string{false: `SELECT count(*) FROM search_rows r LEFT JOIN failures f ON f.n = r.n WHERE f.n IS NULL`,
					true: `SELECT count(*) FROM exchanges x LEFT JOIN failures f ON f.n = x.n WHERE f.n IS NULL`}[s.Central()]: 0,
			} {
				if got := number(t, s, query); got != want {
					t.Errorf("%s: got %d, want %d", query, got, want)
				}
			}
		})
	}
}

func TestPruneGivesSpaceBack(t *testing.T) {
	path := storetest.Place(t, "")
	s := open(t, path)
	aged(t, s, 1500)
	full := number(t, s, `SELECT page_count * 4096 FROM pragma_page_count`)
	limit := full / 2
	pruned, err := s.Prune(t.Context(), store.Limits{Bytes: limit}, false, nil)
	check(t, err)
	again, err := s.Prune(t.Context(), store.Limits{Bytes: limit}, false, nil)
	check(t, err)
	check(t, s.Close())
	info, err := os.Stat(path)
	check(t, err)
	if info.Size() > limit+limit/10 || info.Size() < limit*6/10 {
		t.Errorf("the file had %d bytes, was to have %d, and has %d (%+v, %+v)", full, limit, info.Size(), pruned, again)
	}
	if pruned.Freed < full/4 {
		t.Errorf("freed: %+v", pruned)
	}
}
