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

	"flagrante/capture/delivery"
	"flagrante/capture/store"
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

// TestProxiesOfOtherVersionsRunOn updates a team in any order: a newer proxy keeps what it catches until
// the tables are up to date, and says so; an older one goes on inserting as it did.
func TestProxiesOfOtherVersionsRunOn(t *testing.T) {
	shared(t, func(address string) {
		thawShared(t, address, "testdata/schema-postgres-3.sql.gz")
		older, err := pgx.Connect(t.Context(), address)
		check(t, err)
		defer func() { check(t, older.Close(t.Context())) }()
		alter := func(how string) {
			t.Helper()
			_, err := older.Exec(t.Context(), `ALTER TABLE deliveries `+how)
			check(t, err)
		}
		alter(`DROP COLUMN masks`) // Schema 2 had none.
		newer, err := store.OpenSender(address)
		check(t, err)
		defer func() { check(t, newer.Close()) }()
		all := packed(t, "newer", caught("n", 4))
		err = newer.Deliver(t.Context(), all[:2])
		if err == nil || !strings.Contains(err.Error(), "earlier flagrante") {
			t.Errorf("with tables of an earlier version: %v", err)
		}
		insert := func(d delivery.Delivery) {
			t.Helper()
			// As the program of that schema did.
			_, err := older.Exec(t.Context(), `INSERT INTO deliveries (stream, seq, origin, machine, app, format, failures, data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
				d.Stream, d.Seq, d.Origin.ID, d.Origin.Machine, d.Origin.App, d.Format, d.Failures, d.Data)
			check(t, err)
		}
		old := packed(t, "older", caught("o", 4))
		insert(old[0])
		insert(old[1])

		alter(`ADD COLUMN masks text COLLATE "C" NOT NULL DEFAULT ''`)
		s := storetest.Open(t, address) // A desk of this version.
		insert(old[1])
		insert(old[2])
		check(t, newer.Deliver(t.Context(), all))
		if sum := takeAll(t, s); sum.Stored != 7 || sum.Refused != 0 || sum.Twins != 0 {
			t.Errorf("taken: %+v", sum)
		}
		insert(old[2])
		insert(old[3])
		if sum := takeAll(t, s); sum.Stored != 1 || sum.Refused != 0 || sum.Twins != 0 {
			t.Errorf("taken afterwards: %+v", sum)
		}
	})
}
