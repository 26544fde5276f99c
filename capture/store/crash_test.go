package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
)

// crashDir tells a process of this test that it is the one to be killed.
const crashDir = "FLAGRANTE_TEST_CRASH"

// TestCrashedWriter stores failures without an end, and says of each batch that is
// stored which its last failure was.
func TestCrashedWriter(t *testing.T) {
	path := os.Getenv(crashDir)
	if path == "" {
		return
	}
	s, err := store.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	first := os.Getpid() * 1_000_000
	for n := 0; ; n++ {
		var batch capture.Batch
		for i := range 5 {
			batch.Failures = append(batch.Failures, typical(first+5*n+i, text(rand.New(rand.NewPCG(uint64(n), 1))), []byte("{}")))
		}
		if _, err := s.Append(context.Background(), batch); err != nil {
			t.Fatal(err)
		}
		for _, f := range batch.Failures {
			fmt.Fprintln(os.Stdout, "stored "+f.ID)
		}
		if _, err := s.Index(context.Background(), 3); err != nil {
			t.Fatal(err)
		}
	}
}

// crash kills a writer at a random moment and returns what it said it had stored.
func crash(t *testing.T, path string, r *rand.Rand) (acknowledged []string) {
	t.Helper()
	writer := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestCrashedWriter$")
	writer.Env = append(os.Environ(), crashDir+"="+path)
	out, err := writer.StdoutPipe()
	check(t, err)
	check(t, writer.Start())
	lines, wait := bufio.NewScanner(out), r.IntN(200)
	timer := time.AfterFunc(time.Hour, func() { _ = writer.Process.Kill() })
	defer timer.Stop()
	for lines.Scan() {
		if id, ok := strings.CutPrefix(lines.Text(), "stored "); ok {
			acknowledged = append(acknowledged, id)
		}
		if len(acknowledged) == wait+1 {
			// The moment is somewhere in a batch or two.
			timer.Reset(time.Duration(r.IntN(5000)) * time.Microsecond)
		}
	}
	if err := writer.Wait(); err == nil {
		t.Fatal("the writer ended by itself")
	}
	return acknowledged
}

func survives(t *testing.T, runs int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "flagrante.db")
	r := rand.New(rand.NewPCG(uint64(runs), 7))
	acknowledged := map[string]bool{}
	for range runs {
		for _, id := range crash(t, path, r) {
			acknowledged[id] = true
		}
	}
	s := open(t, path)
	there := map[string]bool{}
	for page := (store.Page{Limit: 1000}); ; {
		found, next, err := s.Failures(t.Context(), page)
		check(t, err)
		for _, f := range found {
			there[f.ID] = true
		}
		if next == "" {
			break
		}
		page.After = next
	}
	lost := 0
	for id := range acknowledged {
		if !there[id] {
			lost++
		}
	}
	if lost > 0 || len(acknowledged) == 0 {
		t.Errorf("%d of %d acknowledged failures are lost", lost, len(acknowledged))
	}
	problems, _, err := s.Check(t.Context())
	check(t, err)
	if len(problems) > 0 {
		t.Errorf("after %d crashes: %v", runs, problems)
	}
	if n := number(t, s, `SELECT (SELECT count(*) FROM failures WHERE expected = 0) - (SELECT sum(count) FROM groups WHERE scope = 'endpoint')`); n != 0 {
		t.Errorf("groups miss %d failures", n)
	}
	t.Logf("%d crashes, %d acknowledged, %d stored", runs, len(acknowledged), len(there))
}

func TestNothingAcknowledgedIsLostInACrash(t *testing.T) { survives(t, 3) }
