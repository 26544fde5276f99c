package lifecycle_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"flagrante/capture/store"
)

// cost is what the storing of some failures took: by the clock, of the processor for the
// thread that writes, and for the whole process.
type cost struct{ clock, thread, process time.Duration }

// spend measures f, which stays on one thread.
func spend(b *testing.B, f func()) cost {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	c := cost{thread: -used(b, clockThread), process: -used(b, clockProcess)}
	begun := time.Now()
	f()
	return cost{time.Since(begun), c.thread + used(b, clockThread), c.process + used(b, clockProcess)}
}

func (c cost) add(o cost) cost {
	return cost{c.clock + o.clock, c.thread + o.thread, c.process + o.process}
}

// rowsOf are the tables of which a failure makes rows, with the key that rises.
func rowsOf() [][2]string {
	return [][2]string{{"failures", "n"}, {"exchanges", "n"}, {"contents", "n"}, {"content_data", "n"}}
}

// BenchmarkIngest compares the storing of failures with SQLite's own inserting of the
// same rows in the same run: the rows that storing made, with the bodies as they were
// packed and the JSON as it was written, into tables with the same columns and indexes,
// by prepared statements of database/sql, in transactions of as many failures. Not in
// it are the rows that several failures share and change (groups, minutes, sorts).
func BenchmarkIngest(b *testing.B) {
	const count = 20_000
	l := newLibrary()
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "flagrante.db"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var ours, bare []cost
	for round := range 5 {
		before := last(b, s)
		ours = append(ours, l.fill(b, s, round*count, count))
		bare = append(bare, bareIngest(b, s, before, count))
	}
	fmt.Fprintf(os.Stdout, "\n| of a failure | stored | its bare rows | bare : stored |\n| --- | --- | --- | --- |\n")
	for name, of := range map[string]func(cost) time.Duration{
		"the clock":                           func(c cost) time.Duration { return c.clock },
		"processor of the thread that writes": func(c cost) time.Duration { return c.thread },
		"processor of all threads":            func(c cost) time.Duration { return c.process },
	} {
		mine, its := middle(ours, of)/count, middle(bare, of)/count
		fmt.Fprintf(os.Stdout, "| %s | %v | %v | %.2f |\n", name, mine, its, float64(its)/float64(mine))
	}
}

func middle(costs []cost, of func(cost) time.Duration) time.Duration {
	var all []time.Duration
	for _, c := range costs {
		all = append(all, of(c))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// last returns the last key of each table.
func last(b *testing.B, s *store.Store) (keys []int64) {
	b.Helper()
	for _, table := range rowsOf() {
		found := query(b, s, fmt.Sprintf(`SELECT coalesce(max(%s), 0) FROM %s`, table[1], table[0]))
		keys = append(keys, found[0][0].(int64))
	}
	return keys
}

// bareIngest inserts the rows behind some keys into a database of its own.
func bareIngest(b *testing.B, s *store.Store, behind []int64, count int) (took cost) {
	b.Helper()
	db := bareDatabase(b, s)
	defer db.Close()
	var inserts []string
	var rows [][][]any
	for i, table := range rowsOf() {
		all := query(b, s, fmt.Sprintf(`SELECT * FROM %s WHERE %s > %d ORDER BY 1`, table[0], table[1], behind[i]))
		rows, inserts = append(rows, all), append(inserts, "")
		if len(all) > 0 {
			inserts[i] = `INSERT INTO ` + table[0] + ` VALUES (` + strings.TrimSuffix(strings.Repeat("?,", len(all[0])), ",") + `)`
		}
	}
	batches := (count + benchBatch - 1) / benchBatch
	return spend(b, func() {
		for batch := range batches {
			tx, err := db.BeginTx(b.Context(), nil)
			if err != nil {
				b.Fatal(err)
			}
			for i, all := range rows {
				insert(b, tx, inserts[i], all[len(all)*batch/batches:len(all)*(batch+1)/batches])
			}
			if err := tx.Commit(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func insert(b *testing.B, tx *sql.Tx, statement string, rows [][]any) {
	b.Helper()
	if len(rows) == 0 {
		return
	}
	prepared, err := tx.PrepareContext(context.Background(), statement)
	if err != nil {
		b.Fatal(err)
	}
	defer prepared.Close()
	for _, row := range rows {
		if _, err := prepared.Exec(row...); err != nil {
			b.Fatal(err)
		}
	}
}

// bareDatabase has the same tables with the same indexes, and is written in the same way.
func bareDatabase(b *testing.B, s *store.Store) *sql.DB {
	b.Helper()
	options := url.Values{"_txlock": {"immediate"}, "_journal_mode": {"WAL"}, "_synchronous": {"NORMAL"}, "_secure_delete": {"1"}, "_auto_vacuum": {"incremental"}}
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?"+options.Encode())
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	for _, statement := range query(b, s, `SELECT sql FROM sqlite_schema WHERE tbl_name IN ('failures', 'exchanges', 'contents', 'content_data') AND type IN ('table', 'index') AND sql IS NOT NULL ORDER BY type DESC`) {
		if _, err := db.ExecContext(b.Context(), statement[0].(string)); err != nil {
			b.Fatal(err)
		}
	}
	return db
}
