//go:build e2e

package store_test

import (
	"bufio"
	"cmp"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

// pooled starts a real PgBouncer that gives connections of a schema's database for a
// transaction each, and returns its address.
func pooled(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	check(t, err)
	password, _ := u.User.Password()
	// Folders of tests are closed to the user that it runs as.
	dir, err := os.MkdirTemp("", "flagrante-pooler-") //nolint:usetesting // As said above.
	check(t, err)
	t.Cleanup(func() { check(t, os.RemoveAll(dir)) })
	check(t, os.Chmod(dir, 0o755))
	port, err := storetest.FreePort(t.Context())
	check(t, err)
	check(t, os.WriteFile(filepath.Join(dir, "users"), fmt.Appendf(nil, "%q %q\n", u.User.Username(), password), 0o644)) //nolint:gosec // It is that of a server for this test.
	settings := fmt.Sprintf(`[databases]
pooled = host=%s port=%s dbname=flagrante connect_query='SET search_path TO %s'
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %s
unix_socket_dir =
auth_type = scram-sha-256
auth_file = %s/users
server_tls_sslmode = verify-full
server_tls_ca_file = %s
pool_mode = transaction
default_pool_size = 2
`, u.Hostname(), u.Port(), u.Query().Get("search_path"), port, dir, u.Query().Get("sslrootcert"))
	file := filepath.Join(dir, "pgbouncer.ini")
	check(t, os.WriteFile(file, []byte(settings), 0o644)) //nolint:gosec // As above.
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer"
	}
	args := []string{file}
	if os.Getuid() == 0 {
		args = []string{"-u", "postgres", file}
	}
	pooler := exec.Command(program, args...)
	said, err := pooler.StderrPipe()
	check(t, err)
	check(t, pooler.Start())
	log, up := bufio.NewScanner(said), false
	for !up && log.Scan() {
		up = strings.Contains(log.Text(), "process up")
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for log.Scan() {
		}
	}()
	t.Cleanup(func() {
		check(t, pooler.Process.Kill())
		<-read
		if err := pooler.Wait(); err == nil {
			t.Error("the pooler ended before")
		}
	})
	if !up {
		t.Fatal(cmp.Or(log.Err(), fmt.Errorf("the pooler did not come up: %s", log.Text())))
	}
	return fmt.Sprintf("postgres://%s@127.0.0.1:%s/pooled?sslmode=disable", u.User, port)
}

// Proxies may go through a pooler that gives a connection for each transaction; a desk is
// told that it may not.
func TestProxiesDeliverThroughAPooler(t *testing.T) {
	shared(t, func(address string) {
		s := storetest.Open(t, address)
		via := pooled(t, address)
		batches := caught("a", 6)
		all := packed(t, "one", batches)
		for range 2 {
			sender, err := store.OpenSender(via)
			check(t, err)
			check(t, sender.Reach(t.Context()))
			for i := range all {
				check(t, sender.Deliver(t.Context(), all[i:min(i+2, len(all))]))
			}
			check(t, sender.Close())
		}
		takeAll(t, s)
		same(t, direct(t, batches), s)

		_, err := store.Open(t.Context(), via)
		if hint := store.Hint(err); err == nil || !strings.Contains(hint, "name the server itself") {
			t.Errorf("a desk through it: %v, hint %q", err, hint)
		}
	})
}
