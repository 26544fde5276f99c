package move_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/capture/store"
	"flagrante/capture/store/move"
	"flagrante/capture/store/storetest"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// fresh opens an empty store: a file, or in a second run of the tests a shared database.
func fresh(t *testing.T) *store.Store {
	t.Helper()
	return storetest.Fresh(t, os.Getenv(storetest.Variable))
}

func do(t *testing.T, s *store.Store, statement string) {
	t.Helper()
	check(t, s.Update(t.Context(), func(tx *sql.Tx) error { _, err := tx.Exec(statement); return err }))
}

func number(t *testing.T, s *store.Store, query string) int64 {
	t.Helper()
	n, _, err := store.First(t.Context(), s, query, nil, store.Value[int64])
	check(t, err)
	return n
}

// full is a store with all that there is to move.
func full(t *testing.T) *store.Store {
	t.Helper()
	s := storetest.Fresh(t, "")
	var b capture.Batch
	for i := range 950 {
		f := storetest.Failure(fmt.Sprintf("f%04d", i), noon.Add(time.Duration(i)*time.Second))
		f.Vendor.Message = "zero \x00 and \xff\xfe" + f.ID
		b.Failures = append(b.Failures, f)
		b.Traffic = append(b.Traffic, capture.Minute{Start: noon.Truncate(time.Minute).Add(time.Duration(i) * time.Minute), Host: f.Host, Endpoint: fmt.Sprintf("GET e%d", i%2), Calls: 3, Failures: 1, LastGood: noon, Latency: []uint32{1, 2}})
	}
	b.Good = []capture.Good{{Endpoint: b.Failures[0].Endpoint, Exchange: storetest.Failure("good", noon).Exchange}}
	b.Counted = []capture.Counted{{ID: "recorded", Time: noon}}
	_, err := s.Append(t.Context(), b)
	check(t, err)
	check(t, s.Note(t.Context(), store.Audit{Time: noon, Actor: "ana", Action: "reveal", Subject: "d-1", Place: "body", Mask: "[CPF]"}))
	do(t, s, `INSERT INTO views (list, name, filter, actor, changed) VALUES ('drafts', 'mine '||char(0), 'host:x', 'ana', 7)`)
	return s
}

var home = delivery.Origin{ID: "o-home", Machine: "desk-1", App: "loja"}

func TestMoveGoesOnWhereItWasAndCountsNothingTwice(t *testing.T) {
	from, to := full(t), fresh(t)
	for n := int64(1); ; n++ {
		ctx, stop := context.WithCancel(t.Context())
		steps := int64(0)
		_, err := move.Run(ctx, from, to, home, func(int64, int64) {
			if steps++; steps == n {
				stop()
			}
		})
		stop()
		if err == nil {
			break
		}
		if n > 20 {
			t.Fatalf("it does not end: %v", err)
		}
	}
	moved, err := move.Run(t.Context(), from, to, home, nil)
	check(t, err)
	if diff := cmp.Diff(move.Moved{Failures: 950, Minutes: 950, Rows: moved.Rows}, moved); diff != "" {
		t.Errorf("moved (-want +got):\n%s", diff)
	}
	c, err := move.Compare(t.Context(), from, to, nil)
	check(t, err)
	if !c.Same() || c.Calls != 2850 || c.CallsThere != 2850 || c.Failures.Count != 950 || c.Rows.Count != 3 {
		t.Errorf("compared: %+v", c)
	}
	g, err := to.Group(t.Context(), "v1-abcdefghijklmnop")
	check(t, err)
	if g.Count != 950 || len(g.Origins) != 1 || g.Origins[0].Machine != "desk-1" || g.Origins[0].Count != 950 {
		t.Errorf("the group counts %d, by origin %+v", g.Count, g.Origins)
	}
	counted, err := to.Counted(t.Context(), "recorded")
	check(t, err)
	if _, goodErr := to.LastGood(t.Context(), g.Endpoint); !counted || goodErr != nil {
		t.Errorf("a recording is known: %v, the last good call: %v", counted, goodErr)
	}
}

func TestCompareSeesWhatIsMissingOrChanged(t *testing.T) {
	from, to := full(t), fresh(t)
	_, err := move.Run(t.Context(), from, to, home, nil)
	check(t, err)
	_, err = to.Erase(t.Context(), []string{"f0007"})
	check(t, err)
	c, err := move.Compare(t.Context(), from, to, nil)
	check(t, err)
	if c.Same() || c.FailuresThere.Count != 949 {
		t.Errorf("compared without one: %+v", c)
	}
	changed := storetest.Failure("f0007", noon.Add(7*time.Second))
	_, err = to.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{changed}})
	check(t, err)
	if c, err = move.Compare(t.Context(), from, to, nil); err != nil || c.Same() || c.FailuresThere.Count != 950 {
		t.Errorf("compared with another in its place: %+v, %v", c, err)
	}
	to = fresh(t)
	_, err = move.Run(t.Context(), from, to, home, nil)
	check(t, err)
	do(t, to, `UPDATE audit SET mask = '[CNPJ]'`)
	if c, err = move.Compare(t.Context(), from, to, nil); err != nil || c.Same() || c.Failures != c.FailuresThere || c.RowsThere.Count != c.Rows.Count-1 {
		t.Errorf("compared with a row that was changed: %+v, %v", c, err)
	}
}

func TestMoveDoesNotMixWhatPeopleDecided(t *testing.T) {
	to := fresh(t)
	check(t, to.Note(t.Context(), store.Audit{Time: noon, Actor: "bia", Action: "reveal", Subject: "d-2", Place: "body"}))
	if _, err := move.Run(t.Context(), full(t), to, home, nil); !errors.Is(err, move.ErrInUse) {
		t.Errorf("got %v, want ErrInUse", err)
	}
}

// Between two tries the data folder was used: of what was caught there, some began before
// what was moved already.
func TestMoveTakesWhatCameSinceItWasInterrupted(t *testing.T) {
	from, to := full(t), fresh(t)
	for _, at := range []int64{2, 5} {
		ctx, stop := context.WithCancel(t.Context())
		steps := int64(0)
		_, err := move.Run(ctx, from, to, home, func(int64, int64) {
			if steps++; steps == at {
				stop()
			}
		})
		stop()
		if err == nil {
			t.Fatal("it was not interrupted")
		}
		var b capture.Batch
		for i := range 30 {
			old, young := storetest.Failure(fmt.Sprintf("a%d-%d", at, i), noon.AddDate(0, -3, i)), storetest.Failure(fmt.Sprintf("z%d-%d", at, i), noon.AddDate(0, int(at), i))
			b.Failures = append(b.Failures, old, young)
			b.Traffic = append(b.Traffic, capture.Minute{Start: young.Time.Truncate(time.Minute), Host: young.Host, Endpoint: "GET a-new-one", Calls: 2, Failures: 1})
		}
		_, err = from.Append(t.Context(), b)
		check(t, err)
	}
	_, err := move.Run(t.Context(), from, to, home, nil)
	check(t, err)
	c, err := move.Compare(t.Context(), from, to, nil)
	check(t, err)
	if !c.Same() || c.Failures.Count != 950+120 || c.CallsThere != 2850+120 {
		t.Errorf("compared: %+v", c)
	}
}

// Other proxies are at work already where a folder moves to, and saw the same problem.
func TestMoveAddsToWhatOthersSent(t *testing.T) {
	from, to := full(t), fresh(t)
	var others capture.Batch
	for i := range 6 {
		f := storetest.Failure(fmt.Sprintf("a%03d", i), noon.Add(time.Duration(i)*time.Second))
		others.Failures = append(others.Failures, f)
		others.Traffic = append(others.Traffic, capture.Minute{Start: noon.Truncate(time.Minute), Host: f.Host, Endpoint: f.Endpoint, Calls: 3, Failures: 1})
	}
	check(t, to.AppendTogether(t.Context(), func(in *store.Together) error {
		_, err := in.Append(t.Context(), delivery.Origin{ID: "o-other", Machine: "m", App: "a"}, others)
		return err
	}))
	calls, failed := number(t, to, `SELECT sum(calls) FROM minutes`), number(t, to, `SELECT sum(count) FROM groups`)
	_, err := move.Run(t.Context(), from, to, home, nil)
	check(t, err)
	c, err := move.Compare(t.Context(), from, to, nil)
	check(t, err)
	got := map[string]int64{
		"failures": number(t, to, `SELECT count(*) FROM failures`), "calls": number(t, to, `SELECT sum(calls) FROM minutes`),
		"groups": number(t, to, `SELECT sum(count) FROM groups`), "origins": number(t, to, `SELECT sum(count) FROM group_origins`), "machines": number(t, to, `SELECT count(*) FROM origins`),
	}
	if diff := cmp.Diff(map[string]int64{"failures": 956, "calls": calls + 2850, "groups": failed + 950, "origins": failed + 950, "machines": 2}, got); diff != "" || !c.Same() {
		t.Errorf("(-want +got):\n%s%+v", diff, c)
	}
}
