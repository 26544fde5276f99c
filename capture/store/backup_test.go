package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store/storetest"
)

func TestBackupWhileOthersWrite(t *testing.T) {
	s := freshFile(t)
	aged(t, s, 900)
	path := filepath.Join(t.TempDir(), "copy ?%.db")
	written := 0
	check(t, s.Backup(t.Context(), path, func(_, _ int) {
		if written++; written == 1 {
			add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure("late", noon.Add(time.Hour))}})
		}
	}))
	info, err := os.Stat(path)
	check(t, err)
	if info.Mode().Perm() != 0o600 || written == 0 {
		t.Errorf("mode %o, %d steps", info.Mode().Perm(), written)
	}
	if err := s.Backup(t.Context(), path, nil); !os.IsExist(err) && err == nil {
		t.Error("a file was written over")
	}
	copied := open(t, path)
	if n := number(t, copied, `SELECT count(*) FROM failures`); n < 900 {
		t.Errorf("the copy has %d failures", n)
	}
	if diff := cmp.Diff(listed(t, s, "id:id-0007", 10), listed(t, copied, "id:id-0007", 10)); diff != "" {
		t.Error(diff)
	}
	problems, _, err := copied.Check(t.Context())
	check(t, err)
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	s := freshFile(t)
	add(t, s, capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon), storetest.Failure("b", noon)}})
	index(t, s)
	problems, version, err := s.Check(t.Context())
	check(t, err)
	if len(problems) > 0 || version < 9 {
		t.Fatalf("schema %d: %v", version, problems)
	}
	do(t, s, `DELETE FROM exchanges WHERE n = 1`)
	do(t, s, `UPDATE groups SET first_id = 'gone'`)
	do(t, s, `INSERT INTO search_rows VALUES (1, 99, 1)`)
	problems, _, err = s.Check(t.Context())
	check(t, err)
	sorts := map[string]int{}
	for _, p := range problems {
		sorts[p.Sort]++
	}
	if diff := cmp.Diff(map[string]int{"references": 1, "counts": 1, "index": 1}, sorts); diff != "" {
		t.Error(fmt.Sprint(problems), diff)
	}
}
