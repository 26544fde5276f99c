//go:build e2e

package store_test

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/engine"
	"flagrante/capture/store/storetest"
)

// shared returns the address of an empty schema. Tests of what only PostgreSQL has run
// in the second run alone.
func shared(t *testing.T, f func(address string)) {
	t.Helper()
	if server := os.Getenv(storetest.Variable); server != "" {
		f(storetest.Place(t, server))
	}
}

// TestManyWritersCountTogether has several machines store failures of the same hosts,
// partly the same failures, and count their calls.
func TestManyWritersCountTogether(t *testing.T) {
	shared(t, func(address string) {
		const machines, batches, size = 4, 10, 16
		var wg sync.WaitGroup
		errs, stored := make([]error, machines), make([]int, machines)
		for m := range machines {
			s := storetest.Open(t, address)
			wg.Go(func() {
				for n := range batches {
					b := capture.Batch{Traffic: []capture.Minute{
						{Endpoint: fmt.Sprintf("GET h%d.example/", (m+n)%3), Host: fmt.Sprintf("h%d.example", (m+n)%3), Start: noon, Calls: 5, Latency: []uint32{1}},
						{Endpoint: "GET h9.example/", Host: "h9.example", Start: noon, Calls: 1, Latency: []uint32{0, 2}},
					}}
					for i := range size {
						// Half of them are caught by every machine.
						f := storetest.Failure(fmt.Sprintf("%d-%03d", m*(i%2), n*size+i), noon.Add(time.Duration(n*size+i)*time.Hour))
						f.Host = fmt.Sprintf("h%d.example", (m+i)%3)
						f.Fingerprint = fmt.Sprintf("v1-%s-%d", f.Host, i%4)
						if i%2 == 0 {
							f.Host, f.Fingerprint = "h0.example", "v1-of-all"
						}
						b.Failures = append(b.Failures, f)
					}
					done, err := s.Append(t.Context(), b)
					stored[m], errs[m] = stored[m]+done, errors.Join(errs[m], err)
				}
			})
		}
		wg.Wait()
		check(t, errors.Join(errs...))
		s := storetest.Open(t, address)
		const want = batches*size/2 + machines*batches*size/2
		problems, version, err := s.Check(t.Context())
		check(t, err)
		if len(problems) > 0 || version < 1 {
			t.Errorf("schema %d: %v", version, problems)
		}
		got := map[string]int64{
			"reported":    int64(stored[0] + stored[1] + stored[2] + stored[3]),
			"failures":    number(t, s, `SELECT count(*) FROM failures`),
			"groups":      number(t, s, `SELECT sum(count) FROM groups`),
			"calls":       number(t, s, `SELECT sum(calls) FROM minutes`),
			"all at h9":   number(t, s, `SELECT calls FROM minutes WHERE host = 'h9.example'`),
			"beats of h9": number(t, s, `SELECT beats FROM pulses WHERE host = 'h9.example'`),
		}
		if diff := cmp.Diff(map[string]int64{"reported": want, "failures": want, "groups": want, "calls": machines * batches * 6, "all at h9": machines * batches, "beats of h9": machines * batches}, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		minutes, err := s.Minutes(t.Context(), store.Scope{Host: "h9.example"}, noon.Add(-time.Hour), noon.Add(time.Hour))
		check(t, err)
		if len(minutes) != 1 || !slices.Equal(minutes[0].Latency, []uint32{0, 2 * machines * batches}) {
			t.Errorf("latencies were lost: %+v", minutes)
		}
	})
}

// TestMonthsAreDropped prunes by age: whole months go, but for what is pinned, and the
// groups count what is left.
func TestMonthsAreDropped(t *testing.T) {
	shared(t, func(address string) {
		s := storetest.Open(t, address)
		var b capture.Batch
		for i := range 90 {
			f := storetest.Failure(fmt.Sprintf("f-%03d", i), noon.AddDate(0, 0, i-80))
			f.Fingerprint = fmt.Sprintf("v1-%d", i%2)
			b.Failures = append(b.Failures, f)
		}
		add(t, s, b)
		_, err := s.Mark(t.Context(), "f-000", func(m *capture.Mark) error { m.Pinned = true; return nil })
		check(t, err)
		if n := number(t, s, `SELECT count(*) FROM pg_class WHERE relname LIKE 'failures_20__' ESCAPE '\' OR relname LIKE 'failures\_20%' ESCAPE '\' AND relkind = 'r' AND relnamespace = CAST(current_schema() AS regnamespace)`); n != 4 {
			t.Errorf("%d months have parts, want 4", n)
		}
		// September began 53 days before noon's day, the 23rd of November: of October the first half goes by the row.
		p, err := s.Prune(t.Context(), store.Limits{Before: time.Date(2026, 10, 15, 0, 0, 0, 0, time.UTC)}, false, nil)
		check(t, err)
		left := number(t, s, `SELECT count(*) FROM failures`)
		if p.Failures != 90-left || left != 90-int64(time.Date(2026, 10, 15, 0, 0, 0, 0, time.UTC).Sub(noon.AddDate(0, 0, -80)).Hours()/24) {
			t.Errorf("%d are left, pruned: %+v", left, p)
		}
		f, err := s.Failure(t.Context(), "f-000")
		check(t, err)
		if string(f.Exchange.Response.Body.Data) != `{"codigo":"E1"}` {
			t.Errorf("what was pinned lost its answer: %q", f.Exchange.Response.Body.Data)
		}
		problems, _, err := s.Check(t.Context())
		check(t, err)
		got := map[string]int64{"counted": number(t, s, `SELECT sum(count) FROM groups`), "months": number(t, s, `SELECT count(*) FROM pg_inherits WHERE inhparent = CAST('failures' AS regclass)`)}
		if diff := cmp.Diff(map[string]int64{"counted": left, "months": 2 + 4}, got); diff != "" || len(problems) > 0 {
			t.Errorf("-want +got:\n%s%v", diff, problems)
		}
	})
}

// TestWhatIsStoredIsToldToOthers listens on one machine while another stores.
func TestWhatIsStoredIsToldToOthers(t *testing.T) {
	shared(t, func(address string) {
		desk, proxy := storetest.Open(t, address), storetest.Open(t, address)
		ctx, cancel := context.WithCancel(t.Context())
		heard, end := make(chan int64, 10), make(chan error, 1)
		go func() {
			end <- desk.Listen(ctx, func() {
				n, err := desk.Last(ctx)
				if err == nil {
					heard <- n
				}
			})
		}()
		if n := <-heard; n != 0 {
			t.Errorf("%d at the beginning", n)
		}
		add(t, proxy, capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon)}})
		if n := <-heard; n == 0 {
			t.Error("it is told of what is not there yet")
		}
		cancel()
		if err := <-end; !errors.Is(err, context.Canceled) {
			t.Errorf("it ends with %v", err)
		}
	})
}

// TestHostileTextsAreKept stores bytes that PostgreSQL has no characters for.
func TestHostileTextsAreKept(t *testing.T) {
	shared(t, func(address string) {
		s := storetest.Open(t, address)
		f := storetest.Failure("a", noon)
		f.Vendor.Message, f.Exchange.Request.URL = "zero \x00 and \xff", "https://x.example/\xc3\x28?q='\\''\x00"
		f.Exchange.Request.Header[0].Value = "\x00\xfe"
		f.Exchange.Response.Body.Data = []byte(strings.Repeat("palavra' <-> \\ :* & | ! ação ", 40_000))
		f.Reasons[0].Args["status"] = "\x00"
		add(t, s, capture.Batch{Failures: []*capture.Failure{f}})
		index(t, s)
		got, err := s.Failure(t.Context(), "a")
		check(t, err)
		if want := "zero \uFFFD and \uFFFD"; got.Vendor.Message != want || len(got.Exchange.Response.Body.Data) != len(f.Exchange.Response.Body.Data) {
			t.Errorf("the message is %q, want %q", got.Vendor.Message, want)
		}
		for _, words := range []string{"acao", `"zero and"`, "palavra'"} {
			if n := len(listed(t, s, words, 10)); n != 1 {
				t.Errorf("%s finds %d failures", words, n)
			}
		}
	})
}

// foreign writes the certificate of an authority that signed nothing here.
func foreign(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	path := filepath.Join(t.TempDir(), "foreign.pem")
	check(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	return path
}

// TestErrorsOfOpeningSayWhatToDo tries what goes wrong first, and looks for the
// password in what is said.
func TestErrorsOfOpeningSayWhatToDo(t *testing.T) {
	shared(t, func(address string) {
		storetest.Open(t, address)
		right := os.Getenv(storetest.Variable)
		before, after, _ := strings.Cut(right, "@")
		_, password, _ := strings.Cut(strings.TrimPrefix(before, "postgres://"), ":")
		for name, c := range map[string]struct{ address, error, hint string }{
			"wrong password": {"postgres://flagrante:wr0ngPass@" + after, "password authentication failed", "PGPASSWORD"},
			"no database":    {strings.Replace(right, "/flagrante?", "/nowhere?", 1), "does not exist", "createdb"},
			"not verified":   {before + "@" + strings.Split(after, "&sslrootcert=")[0] + "&sslrootcert=" + foreign(t), "certificate", "sslrootcert"},
			"no server":      {"postgres://flagrante:wr0ngPass@127.0.0.1:1/flagrante", "refused", "server runs"},
			"no address":     {"postgres://flagrante:wr0ngPass@host:port/flagrante", "address", "postgres://user@host"},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := store.Open(t.Context(), c.address)
				if err == nil {
					t.Fatal("it opened")
				}
				if said := err.Error(); !strings.Contains(said, c.error) || strings.Contains(said, password) || strings.Contains(said, "wr0ngPass") {
					t.Errorf("it says %s", said)
				}
				if hint := store.Hint(err); !strings.Contains(hint, c.hint) {
					t.Errorf("the hint is %q (%v)", hint, err)
				}
			})
		}
	})
}

// TestNewerSharedSchemaIsRefused opens a database of a newer program.
func TestNewerSharedSchemaIsRefused(t *testing.T) {
	shared(t, func(address string) {
		s := storetest.Open(t, address)
		check(t, store.OnWriter(t.Context(), s, `UPDATE flagrante_schema SET version = 1000`))
		if _, err := store.Open(t.Context(), address); !errors.Is(err, engine.ErrNewer) {
			t.Errorf("got %v, want ErrNewer", err)
		}
	})
}
