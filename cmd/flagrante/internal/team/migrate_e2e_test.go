//go:build e2e

package team_test

import (
	"bufio"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"

	"flagrante/capture/store"
	"flagrante/capture/store/postgres"
	"flagrante/capture/store/storetest"
)

// A move that is killed in the middle goes on, and nothing is missing or counted twice.
func TestAMoveIsKilledAndGoesOn(t *testing.T) {
	dir := t.TempDir()
	from, err := store.Open(t.Context(), filepath.Join(dir, "flagrante.db"))
	check(t, err)
	const most = 80 * massBatch
	for n := 0; n < most; n += massBatch {
		_, err := from.Append(t.Context(), massOf("moved", 1, n))
		check(t, err)
	}
	check(t, from.Close())
	place := storetest.Place(t, shared.server.Address)
	address, err := url.Parse(place)
	check(t, err)
	password, _ := address.User.Password()
	c, err := postgres.NewConnector(address.String(), false)
	check(t, err)
	db := sql.OpenDB(c)
	defer db.Close()
	address.User = url.User(address.User.Username())
	migrate := func() *exec.Cmd {
		child := exec.Command(shared.program, "--data", dir, "migrate", "--from", "sqlite", "--to", "postgres")
		child.Env = append(os.Environ(), "FLAGRANTE_STORE="+address.String(), "PGPASSWORD="+password)
		child.Stderr = os.Stderr
		return child
	}
	// The tables are there already, so that one of them can be held: however fast it is, the
	// move does not end before it is killed.
	to, err := store.Open(t.Context(), place)
	check(t, err)
	check(t, to.Close())
	held, err := db.BeginTx(t.Context(), nil)
	check(t, err)
	defer held.Rollback()
	_, err = held.ExecContext(t.Context(), `LOCK TABLE minutes IN EXCLUSIVE MODE`)
	check(t, err)
	first := migrate()
	check(t, first.Start())
	await(t, "some of it is there", func() bool { return number(t, db, `SELECT count(*) FROM failures`) >= 1000 })
	check(t, first.Process.Kill())
	if err := first.Wait(); err == nil {
		t.Fatal("it ended before it was killed")
	}
	check(t, held.Rollback())
	said, err := migrate().Output()
	check(t, err)
	t.Logf("%s", said)
	lines := bufio.NewScanner(strings.NewReader(string(said)))
	for lines.Scan() {
		if here, there, ok := strings.Cut(lines.Text(), ", there "); ok {
			_, here, _ = strings.Cut(here, ": ")
			if strings.ReplaceAll(here, " digest", "") != there {
				t.Errorf("both sides differ: %s", lines.Text())
			}
		}
	}
	got := map[string]int{
		"failures": number(t, db, `SELECT count(*) FROM failures`),
		"groups":   number(t, db, `SELECT sum(count) FROM groups WHERE scope = 'endpoint'`),
		"origins":  number(t, db, `SELECT sum(count) FROM group_origins`),
		"calls":    number(t, db, `SELECT sum(calls) FROM minutes`),
	}
	if diff := cmp.Diff(map[string]int{"failures": most, "groups": most, "origins": most, "calls": most}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A proxy's user can put deliveries in, and nothing else.
func TestAProxyMayOnlyDeliver(t *testing.T) {
	_, _, proxy := roles(t)
	c, err := postgres.NewConnector(proxy, false)
	check(t, err)
	db := sql.OpenDB(c)
	defer db.Close()
	for _, statement := range []string{
		`SELECT count(*) FROM deliveries`, `SELECT count(*) FROM failures`, `SELECT count(*) FROM streams`, `UPDATE deliveries SET seq = 0`, `DELETE FROM deliveries`,
		`INSERT INTO failures (id) VALUES ('x')`, `INSERT INTO streams VALUES ('x', '', 0, 0)`, `SELECT make_month(1)`, `CREATE TABLE mine (n bigint)`,
		`INSERT INTO deliveries VALUES ('x', 1, '', '', '', 1, 0, '') RETURNING seq`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		var refused *pgconn.PgError
		if !errors.As(err, &refused) || refused.Code != "42501" {
			t.Errorf("%s: %v, want that it is forbidden", statement, err)
		}
	}
}
