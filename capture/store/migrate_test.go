package store_test

import (
	"compress/gzip"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// thawed is the database that a program of an earlier schema has left.
func thawed(t *testing.T, version int) (path string) {
	t.Helper()
	f, err := os.Open(fmt.Sprintf("testdata/schema-%d.db.gz", version))
	check(t, err)
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	check(t, err)
	data, err := io.ReadAll(unpacked)
	check(t, err)
	path = filepath.Join(t.TempDir(), "flagrante.db")
	check(t, os.WriteFile(path, data, 0o600))
	return path
}

// exchangeOf is the condition by which an exchange belongs to a failure.
func exchangeOf(version int) string {
	if version < 8 {
		return "x.failure_id = f.id"
	}
	return "x.n = f.n"
}

func TestEarlierSchemasAreBroughtUpToDate(t *testing.T) {
	frozen, err := filepath.Glob("testdata/schema-*.db.gz")
	check(t, err)
	if len(frozen) < 21 {
		t.Fatalf("there are files of %d schemas", len(frozen))
	}
	for version := 1; version <= len(frozen); version++ {
		path := thawed(t, version)
		before, err := sql.Open("sqlite3", path)
		check(t, err)
		var was, failures, bodies int
		check(t, before.QueryRowContext(t.Context(), `PRAGMA user_version`).Scan(&was))
		check(t, before.QueryRowContext(t.Context(), `SELECT count(*), sum(length(head)) FROM failures f JOIN exchanges x ON `+exchangeOf(version)).Scan(&failures, &bodies))
		check(t, before.Close())
		if was != version || failures == 0 {
			t.Fatalf("the file of schema %d is of %d, with %d failures", version, was, failures)
		}
		s := open(t, path)
		index(t, s)
		problems, now, err := s.Check(t.Context())
		check(t, err)
		if len(problems) > 0 || now < len(frozen) {
			t.Errorf("from schema %d to %d: %v", version, now, problems)
		}
		ids := listed(t, s, "", 1000)
		for _, id := range ids {
			if _, err := s.Failure(t.Context(), id); err != nil {
				t.Errorf("from schema %d: %v", version, err)
			}
		}
		if heads := number(t, s, `SELECT sum(length(head)) FROM exchanges`); len(ids) != failures || int(heads) != bodies {
			t.Errorf("from schema %d: %d failures of %d, heads of %d bytes of %d", version, len(ids), failures, heads, bodies)
		}
		if found := listed(t, s, "status>=400 or status:0", 1000); len(found) == 0 {
			t.Errorf("from schema %d: no failure fits a filter", version)
		}
	}
}
