//go:build e2e

package store_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"flagrante/capture/store"
	"flagrante/capture/store/postgres"
	"flagrante/capture/store/storetest"
)

// The user of the proxies reads, changes and calls nothing, of all that there is in the schema.
func TestAProxyMayDoNothingButInsertDeliveries(t *testing.T) {
	shared(t, func(address string) {
		_, proxy := members(t, address)
		c, err := postgres.NewConnector(proxy.address, false)
		check(t, err)
		db := sql.OpenDB(c)
		defer db.Close()
		tried := 0
		forbidden := func(statement string) {
			t.Helper()
			tried++
			_, err := db.ExecContext(t.Context(), statement)
			var refused *pgconn.PgError
			if !errors.As(err, &refused) || refused.Code != "42501" {
				t.Errorf("%s: %v, want that it is forbidden", statement, err)
			}
		}
		for _, table := range names(t, proxy.owner, `SELECT relname FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace) AND relkind IN ('r', 'p')`) {
			forbidden(`SELECT 1 FROM ` + table)
			forbidden(`DELETE FROM ` + table)
			forbidden(`TRUNCATE ` + table)
			forbidden(`DO 'BEGIN LOCK TABLE ` + table + ` IN ACCESS EXCLUSIVE MODE; END'`)
			if table != "deliveries" {
				forbidden(`INSERT INTO ` + table + ` DEFAULT VALUES`)
			}
		}
		for _, call := range []string{`make_month(1)`, `drop_month('2026_11')`, `instr('a', 'b')`} {
			forbidden(`SELECT ` + call)
		}
		forbidden(`SELECT n FROM totals`)
		forbidden(`SELECT nextval('failure_numbers')`)
		forbidden(`CREATE TABLE mine (n bigint)`)
		forbidden(`UPDATE deliveries SET data = ''`)
		forbidden(`INSERT INTO deliveries VALUES ('x', 1, '', '', '', 1, 0, '', '') RETURNING stream`)
		forbidden(`INSERT INTO deliveries VALUES ('x', 1, '', '', '', 1, 0, '', '') ON CONFLICT (stream, seq, digest) DO UPDATE SET data = ''`)
		forbidden(`COPY deliveries TO STDOUT`)
		if tried < 100 {
			t.Errorf("only %d statements were tried", tried)
		}
	})
}

// names reads texts.
func names(t *testing.T, s *store.Store, query string) (all []string) {
	t.Helper()
	rows, err := s.Query(t.Context(), query)
	check(t, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		check(t, rows.Scan(&name))
		all = append(all, name)
	}
	check(t, rows.Err())
	return all
}

// What a user may by another way than the rights that are given is said, and by which.
func TestRightsThatComeOfElsewhereAreToldOf(t *testing.T) {
	shared(t, func(address string) {
		desk, proxy := members(t, address)
		owner := storetest.Open(t, address)
		schema := strings.TrimSuffix(proxy.name, "_proxy")
		again, err := store.Grants(store.Roles{Proxy: proxy.name, Desk: desk.name, Schema: schema})
		check(t, err)
		check(t, store.OnWriter(t.Context(), owner, again))
		for what, give := range map[string][2]string{
			"delete ":     {`GRANT ` + desk.name + ` TO ` + proxy.name, `REVOKE ` + desk.name + ` FROM ` + proxy.name},
			"make tables": {`ALTER ROLE ` + proxy.name + ` SUPERUSER`, `ALTER ROLE ` + proxy.name + ` NOSUPERUSER`},
		} {
			check(t, store.OnWriter(t.Context(), owner, give[0]))
			err := store.OnWriter(t.Context(), owner, again)
			var refused *pgconn.PgError
			if !errors.As(err, &refused) || !strings.Contains(refused.Message, "may still: ") || !strings.Contains(refused.Message, what) || refused.Hint == "" {
				t.Errorf("after %s: %v", give[0], err)
			}
			check(t, store.OnWriter(t.Context(), owner, give[1]))
		}
		check(t, store.OnWriter(t.Context(), owner, again))
	})
}
