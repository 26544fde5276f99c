//go:build e2e

package team_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// patience bounds the wait for what has to come.
const patience = 5 * time.Minute

// process is flagrante, and what takes its place after it was killed.
type process struct {
	t    *testing.T
	dir  string
	args []string
	env  []string

	child *exec.Cmd
	ended chan error
	// proxy and desk are where it listens.
	proxy, desk atomic.Pointer[string]

	mu sync.Mutex
	// kept are the failures that it said it has.
	kept map[string]bool
	log  strings.Builder
}

func newProcess(t *testing.T, address string, args ...string) *process {
	t.Helper()
	p := &process{t: t, dir: t.TempDir(), args: args, kept: map[string]bool{}}
	u, err := url.Parse(address)
	check(t, err)
	password, _ := u.User.Password()
	u.User = url.User(u.User.Username())
	p.env = append(os.Environ(), "FLAGRANTE_STORE="+u.String(), "PGPASSWORD="+password)
	t.Cleanup(func() {
		if p.child != nil {
			_ = p.child.Process.Kill()
			if err := <-p.ended; err != nil {
				t.Log(err)
			}
		}
		if t.Failed() {
			p.mu.Lock()
			defer p.mu.Unlock()
			t.Logf("%v:\n%s", args, tail(p.log.String(), 4000))
		}
	})
	return p
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// begin starts the process and waits until it listens.
func (p *process) begin() {
	p.t.Helper()
	p.child = exec.Command(shared.program, append([]string{"--data", p.dir, "--option", "proxy.listen=127.0.0.1:0", "--option", "desk.listen=127.0.0.1:0"}, p.args...)...)
	p.child.Env = p.env
	out, err := p.child.StdoutPipe()
	check(p.t, err)
	p.child.Stderr = p.child.Stdout
	check(p.t, p.child.Start())
	p.proxy.Store(nil)
	p.desk.Store(nil)
	p.ended = make(chan error, 1)
	read, child, ended := make(chan struct{}), p.child, p.ended
	go func() { defer close(read); p.read(out) }()
	go func() { <-read; ended <- child.Wait() }()
	p.t.Log("started", p.args)
	await(p.t, "the process listens", func() bool { return p.proxy.Load() != nil && p.desk.Load() != nil })
}

func (p *process) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		p.mu.Lock()
		p.log.WriteString(line + "\n")
		var said struct{ ID, Message string }
		if json.Unmarshal([]byte(line), &said) == nil && said.Message == "failure" {
			p.kept[said.ID] = true
		}
		p.mu.Unlock()
		switch fields := strings.Fields(line); {
		case len(fields) == 2 && fields[0] == "proxy":
			p.proxy.Store(&fields[1])
		case len(fields) == 2 && (fields[0] == "desk" || fields[0] == "health"):
			p.desk.Store(&fields[1])
		}
	}
}

// failures are the IDs of those that it said it has.
func (p *process) failures() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []string
	for id := range p.kept {
		all = append(all, id)
	}
	return all
}

// kill ends the process at once.
func (p *process) kill() {
	p.t.Helper()
	check(p.t, p.child.Process.Kill())
	if err := <-p.ended; err == nil {
		p.t.Fatal("it ended before it was killed")
	}
	p.child = nil
}

// address is a path of the desk, or of what is there in its place.
func (p *process) address(path string) string {
	u, err := url.Parse(*p.desk.Load())
	check(p.t, err)
	return "http://" + u.Host + path
}

// ask reads a path with the token of the desk.
func (p *process) ask(path string) (status int, text string) {
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.address(path), nil)
	check(p.t, err)
	token, err := os.ReadFile(p.dir + "/desk-token")
	check(p.t, err)
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	return answer.StatusCode, string(data)
}

// await waits until something holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(patience)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}
