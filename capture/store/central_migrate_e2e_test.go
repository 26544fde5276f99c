//go:build e2e

package store_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"flagrante/capture/store/storetest"
)

// thawShared fills a schema with what a program of an earlier version has left, as pg_dump wrote it.
func thawShared(t *testing.T, address, file string) {
	t.Helper()
	f, err := os.Open(file)
	check(t, err)
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	check(t, err)
	text, err := io.ReadAll(unpacked)
	check(t, err)
	u, err := url.Parse(address)
	check(t, err)
	c, err := pgx.Connect(t.Context(), address)
	check(t, err)
	_, err = c.Exec(t.Context(), strings.ReplaceAll(string(text), "shared_schema", u.Query().Get("search_path")))
	check(t, err)
	check(t, c.Close(t.Context()))
}

func TestEarlierSharedSchemasAreBroughtUpToDate(t *testing.T) {
	shared(t, func(string) {
		frozen, err := filepath.Glob("testdata/schema-postgres-*.sql.gz")
		check(t, err)
		if len(frozen) == 0 {
			t.Fatal("no schema is frozen")
		}
		for _, file := range frozen {
			var version int
			_, err := fmt.Sscanf(filepath.Base(file), "schema-postgres-%d.sql.gz", &version)
			check(t, err)
			address := storetest.Place(t, os.Getenv(storetest.Variable))
			thawShared(t, address, file)
			s := storetest.Open(t, address)
			index(t, s)
			problems, now, err := s.Check(t.Context())
			check(t, err)
			if len(problems) > 0 || now <= version {
				t.Errorf("from schema %d to %d: %v", version, now, problems)
			}
			ids := listed(t, s, "", 1000)
			for _, id := range ids {
				if _, err := s.Failure(t.Context(), id); err != nil {
					t.Errorf("from schema %d: %v", version, err)
				}
			}
			check(t, s.Deliver(t.Context(), packed(t, "one", caught("new", 3))))
			if sum := takeAll(t, s); sum.Stored != 3 || len(ids) != 74 {
				t.Errorf("from schema %d: %d failures, and taken %+v", version, len(ids), sum)
			}
			if n := number(t, s, `SELECT sum(count) FROM groups WHERE scope = 'endpoint'`); n == 0 {
				t.Errorf("from schema %d: no group counts", version)
			}
		}
	})
}
