//go:build e2e

package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flagrante/capture/store/postgres"
	"flagrante/capture/store/storetest"
)

// keeper knows where the stores of a benchmark are: in a folder that is kept, or in one
// that goes with it.
type keeper struct {
	dir    string
	rows   int
	server *storetest.Server
}

// keeping starts the server, which stops with the benchmark and leaves its folder.
func keeping(b *testing.B, rows int) *keeper {
	b.Helper()
	dir := os.Getenv("FLAGRANTE_BENCH_STORES")
	if dir == "" {
		return &keeper{b.TempDir(), rows, storetest.Running(b)}
	}
	// The server runs as a user of its own, who has to reach its folder.
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	server, err := storetest.Resume(b.Context(), filepath.Join(dir, "postgres"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := server.Run(context.WithoutCancel(b.Context()), "stop"); err != nil {
			b.Error(err)
		}
	})
	return &keeper{dir, rows, server}
}

// place is where the store of an engine is.
func (k *keeper) place(b *testing.B, engine string) string {
	b.Helper()
	if engine == "sqlite" {
		return filepath.Join(k.dir, fmt.Sprintf("engines-%d.db", k.rows))
	}
	address, err := url.Parse(k.server.Address)
	if err != nil {
		b.Fatal(err)
	}
	values := address.Query()
	values.Set("search_path", k.schema(engine))
	address.RawQuery = values.Encode()
	return address.String()
}

func (k *keeper) schema(engine string) string {
	return fmt.Sprintf("%s_%d", strings.ReplaceAll(engine, "-", "_"), k.rows)
}

// fresh is place, with nothing in it.
func (k *keeper) fresh(b *testing.B, engine string) string {
	b.Helper()
	place := k.place(b, engine)
	if engine == "sqlite" {
		for _, end := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(place + end); err != nil && !errors.Is(err, os.ErrNotExist) {
				b.Fatal(err)
			}
		}
		return place
	}
	c, err := postgres.NewConnector(k.server.Address, false)
	if err != nil {
		b.Fatal(err)
	}
	db := sql.OpenDB(c)
	defer db.Close()
	for _, statement := range []string{`DROP SCHEMA IF EXISTS %s CASCADE`, `CREATE SCHEMA %s`} {
		if _, err := db.ExecContext(b.Context(), fmt.Sprintf(statement, k.schema(engine))); err != nil {
			b.Fatal(err)
		}
	}
	return place
}
