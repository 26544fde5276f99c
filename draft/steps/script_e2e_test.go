//go:build e2e

package steps_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"flagrante/draft"
	"flagrante/draft/steps"
)

// vendor answers the calls of flow, and notes what came.
type vendor struct {
	mu     sync.Mutex
	id     string
	status int
	calls  []string
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	v.mu.Lock()
	v.calls = append(v.calls, r.Method+" "+r.RequestURI+" "+r.Header.Get("Authorization")+" "+r.Header.Get("Cookie")+" "+string(body))
	v.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/oauth/token":
		io.WriteString(w, `{"access_token":"fresh-token-77"}`)
	case "/v1/charges":
		w.Header().Set("Set-Cookie", "session=fresh-1; Path=/")
		w.WriteHeader(201)
		io.WriteString(w, `{"data":{"id":"`+v.id+`"}}`)
	default:
		w.WriteHeader(v.status)
		io.WriteString(w, `{"code":"X"}`)
	}
}

// shells are those that people have: of most systems, of Debian's scripts, of a Mac.
func shells() []string { return []string{"bash", "dash", "zsh"} }

// play runs the script of flow against a vendor with a real shell and a real curl,
// and returns the exit code, and what is in the folder afterwards.
func play(t *testing.T, shell string, v *vendor, env ...string) (code int, out string, files []string) {
	t.Helper()
	server := httptest.NewServer(v)
	defer server.Close()
	p, _ := steps.Of(evidence(flow(server.URL)))
	dir := t.TempDir()
	script := filepath.Join(dir, "reproduce.sh")
	if err := os.WriteFile(script, []byte(p.Script(draft.English)), 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), shell, script)
	command.Dir = dir
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir}, env...)
	data, err := command.CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		files = append(files, e.Name())
	}
	return command.ProcessState.ExitCode(), string(data), files
}

var filled = []string{"SECRET=s3cr3t", "CPF=52998224725", "TOKEN=abc"}

func TestScriptHitsTheSameFailure(t *testing.T) {
	want := []string{
		`POST /oauth/token   {"client_id":"loja","client_secret":"s3cr3t"}`,
		`POST /v1/charges Bearer fresh-token-77  {"cpf":"52998224725"}`,
		`POST /v1/charges/chg_new999/capture?trace=abc Bearer fresh-token-77 session=fresh-1 {"cpf":"52998224725"}`,
	}
	for _, shell := range shells() {
		v := &vendor{id: "chg_new999", status: 500}
		code, out, files := play(t, shell, v, filled...)
		if code != 0 || strings.Join(v.calls, "\n") != strings.Join(want, "\n") || len(files) != 1 {
			t.Errorf("%s: exit %d, files %v, output:\n%s\ncalls:\n%s", shell, code, files, out, strings.Join(v.calls, "\n"))
		}
	}
}

func TestScriptSaysWhenTheFailureIsGone(t *testing.T) {
	for _, shell := range shells() {
		if code, out, _ := play(t, shell, &vendor{id: "chg_new999", status: 200}, filled...); code != 1 || !strings.Contains(out, "Expected: 500; got: 200") {
			t.Errorf("%s: exit %d:\n%s", shell, code, out)
		}
	}
}

func TestScriptAsksForWhatWasMasked(t *testing.T) {
	for _, shell := range shells() {
		v := &vendor{id: "chg_new999", status: 500}
		if code, out, _ := play(t, shell, v); code != 2 || len(v.calls) != 0 || !strings.Contains(out, "SECRET has to be filled in") {
			t.Errorf("%s: exit %d, %d calls:\n%s", shell, code, len(v.calls), out)
		}
	}
}

// A hostile vendor gives an id that would do something as a command, as an option,
// as a file, as a pattern of curl, or on a line of its own.
func TestScriptAgainstAHostileVendor(t *testing.T) {
	for _, id := range []string{
		"$(touch pwned)", "`touch pwned`", "'; touch pwned; '", `\"; touch pwned; \"`, "@/etc/passwd", "-o/pwned", "{a,b,c}[1-9]",
		`x\r\nX-Evil: 1`, `x\ntouch pwned`, "../../../admin", "@evil.example/", "${IFS}", "%0d%0aX-Evil:1", "=touch", "~root", "*", "!!",
	} {
		for _, shell := range shells() {
			v := &vendor{id: id, status: 500}
			code, out, files := play(t, shell, v, filled...)
			if len(v.calls) > 3 || len(files) != 1 || code < 0 {
				t.Errorf("%s, %s: exit %d, %d calls, files %v:\n%s", shell, id, code, len(v.calls), files, out)
			}
			for _, call := range v.calls {
				if strings.Contains(call, "root:") || strings.Contains(call, "X-Evil: 1\n") {
					t.Errorf("%s, %s: %s", shell, id, call)
				}
			}
		}
	}
}
