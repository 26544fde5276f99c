// Package storetest opens stores for tests: on a file, or on a PostgreSQL that was
// started for them.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"flagrante/capture/store"
	"flagrante/capture/store/postgres"
)

// Variable is the variable of the environment in which Main tells tests of the server.
const Variable = "FLAGRANTE_TEST_STORE"

// Fresh opens an empty store that is closed with the test: a file where server is empty,
// else what Place returns.
func Fresh(tb testing.TB, server string) *store.Store {
	tb.Helper()
	return Open(tb, Place(tb, server))
}

// Open opens a store that is closed with the test.
func Open(tb testing.TB, place string) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), place)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// Place returns where an empty store can be opened: the path of a file where server is
// empty, else the address of a schema of its own, which ends with the test.
func Place(tb testing.TB, server string) string {
	tb.Helper()
	if server == "" {
		return file(tb)
	}
	c, err := postgres.NewConnector(server, false)
	if err != nil {
		tb.Fatal(err)
	}
	db := sql.OpenDB(c)
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), schemas.Add(1))
	run := func(ctx context.Context, statement string) {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			tb.Errorf("%s: %v", statement, err)
		}
	}
	run(tb.Context(), `CREATE SCHEMA `+name)
	tb.Cleanup(func() {
		run(context.WithoutCancel(tb.Context()), `DROP SCHEMA `+name+` CASCADE`)
		if err := db.Close(); err != nil {
			tb.Error(err)
		}
	})
	address, err := url.Parse(server)
	if err != nil {
		tb.Fatal(err)
	}
	values := address.Query()
	values.Set("search_path", name)
	address.RawQuery = values.Encode()
	return address.String()
}

// file makes an empty store. To bring one up to date takes longer than most tests of it, so
// this is a copy.
func file(tb testing.TB) string {
	tb.Helper()
	data, err := empty()
	if err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "flagrante.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// empty returns the bytes of an empty store, as the first process that opens it makes it.
var empty = sync.OnceValues(func() (data []byte, err error) { //nolint:gochecknoglobals // All tests of a package copy one.
	dir, err := os.MkdirTemp("", "flagrante-empty-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "flagrante.db")
	s, err := store.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// schemas numbers the schemas of this process.
var schemas atomic.Int64 //nolint:gochecknoglobals // Tests of a package share the server.

// Server is a PostgreSQL of its own on loopback.
type Server struct {
	// Address names its database and the password of the owner; TLS is verified.
	Address string
	// Dir holds ca.pem, password and server.log, as testdata/postgres/postgres.sh says.
	Dir string
}

// Running starts a server that stops with the test.
func Running(tb testing.TB) *Server {
	tb.Helper()
	dir := folder(tb)
	s, err := Start(tb.Context(), dir)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// folder is one for a server, which stops with the test.
func folder(tb testing.TB) string {
	tb.Helper()
	// Folders of tests are closed to the user that the server runs as.
	dir, err := os.MkdirTemp("", "flagrante-postgres-") //nolint:usetesting // As said above.
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		err := (&Server{Dir: dir}).Run(context.WithoutCancel(tb.Context()), "down")
		if err := errors.Join(err, os.RemoveAll(dir)); err != nil {
			tb.Error(err)
		}
	})
	return dir
}

// Start starts a server in a folder below that of the system's temporary files. It has to be stopped.
func Start(ctx context.Context, dir string) (*Server, error) {
	port, err := FreePort(ctx)
	if err != nil {
		return nil, err
	}
	s := &Server{Dir: dir}
	if err := s.Run(ctx, "up", port); err != nil {
		return nil, err
	}
	err = s.address()
	return s, err
}

// FreePort is a port of loopback that nobody listens on, for a program that has to be told one.
// It is below those that systems give to whoever asks for any (on Linux from 32768), so that no
// other test has got it when the program comes to listen.
func FreePort(ctx context.Context) (port string, err error) {
	const first, many, tries = 20_000, 12_000, 100
	for range tries {
		var free net.Listener
		port = strconv.Itoa(first + rand.IntN(many)) //nolint:gosec // Nobody must not guess it.
		if free, err = (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", port)); err == nil {
			return port, free.Close()
		}
	}
	return "", fmt.Errorf("find a free port: %w", err)
}

// Standby starts a standby that stops with the test. The server waits with each commit until
// the standby has it.
func (s *Server) Standby(tb testing.TB) *Server {
	tb.Helper()
	dir := folder(tb)
	port, err := FreePort(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	standby := &Server{Dir: dir}
	if err := errors.Join(standby.Run(tb.Context(), "standby", s.Dir, port), standby.address()); err != nil {
		tb.Fatal(err)
	}
	return standby
}

// Resume starts the server of a folder that was stopped, or a new one where there is
// none. It has to be stopped.
func Resume(ctx context.Context, dir string) (*Server, error) {
	if _, err := os.Stat(filepath.Join(dir, "port")); errors.Is(err, fs.ErrNotExist) {
		return Start(ctx, dir)
	}
	s := &Server{Dir: dir}
	if err := s.Run(ctx, "start"); err != nil {
		return nil, err
	}
	err := s.address()
	return s, err
}

// address reads what the script wrote down.
func (s *Server) address() error {
	password, err := os.ReadFile(filepath.Join(s.Dir, "password"))
	if err != nil {
		return err
	}
	port, err := os.ReadFile(filepath.Join(s.Dir, "port"))
	if err != nil {
		return err
	}
	s.Address = fmt.Sprintf("postgres://flagrante:%s@127.0.0.1:%s/flagrante?sslmode=verify-full&sslrootcert=%s",
		strings.TrimSpace(string(password)), strings.TrimSpace(string(port)), filepath.Join(s.Dir, "ca.pem"))
	return nil
}

// Run has the script do something with the server: "start", "kill", "stop" or "down".
func (s *Server) Run(ctx context.Context, do string, args ...string) error {
	_, file, _, _ := runtime.Caller(0)
	script := filepath.Join(filepath.Dir(file), "..", "..", "..", "testdata", "postgres", "postgres.sh")
	c := exec.CommandContext(ctx, script, append([]string{do, s.Dir}, args...)...)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("postgres.sh %s: %w: %s", do, err, out)
	}
	return nil
}

// Main runs the tests of a package on files and then on a PostgreSQL, of which set tells
// them. It returns the exit code.
func Main(m *testing.M, set func(name, value string) error) (code int) {
	if code := m.Run(); code != 0 {
		return code
	}
	dir, err := os.MkdirTemp("", "flagrante-postgres-")
	if err != nil {
		panic(err)
	}
	defer func() {
		if err := os.RemoveAll(dir); err != nil {
			panic(err)
		}
	}()
	s, err := Start(context.Background(), dir)
	if err != nil {
		panic(err)
	}
	defer func() {
		if err := s.Run(context.Background(), "down"); err != nil {
			panic(err)
		}
	}()
	if err := set(Variable, s.Address); err != nil {
		panic(err)
	}
	return m.Run()
}
