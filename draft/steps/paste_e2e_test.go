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
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/steps"
)

// arrived is what a server got of a call.
type arrived struct{ Target, Field, Body string }

// record answers the first call with a token and all others with an error, and notes
// what came.
func record(t *testing.T) (*httptest.Server, *[]arrived) {
	t.Helper()
	var calls []arrived
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		calls = append(calls, arrived{r.RequestURI, r.Header.Get("X-Field"), string(body)})
		if len(calls) > 1 {
			w.WriteHeader(500)
		}
		if _, err := io.WriteString(w, `{"access_token":"fresh"}`); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server, &calls
}

// TestCommandsAsPastedSendWhatTheAppSent runs the commands of the ticket one after the
// other in one shell, and the script of the bundle, on calls that want to be more than
// data. Nothing is made or read besides.
func TestCommandsAsPastedSendWhatTheAppSent(t *testing.T) {
	for _, hostile := range []string{
		"$(touch pwned) `touch pwned` ${IFS}touch ~root *", "'; touch pwned; '", `"; touch pwned; "`, "@/etc/passwd", "-o pwned", "!! !$ %s %n %0a \\n\\t\\\\",
		"\u2028touch pwned\u2029\u202etxt", "a\nb\ttouch pwned", "; touch pwned && touch pwned | tee pwned # é 日本 \U0001F4A9",
	} {
		server, calls := record(t)
		f := flow(server.URL)
		f.Before = f.Before[:1]
		f.Before[0].Exchange.Request = json("POST", server.URL+"/oauth/token", hostile, "X-Field", hostile)
		f.Exchange.Request = json("POST", server.URL+"/v1/x?q='$(touch%20pwned)'&r=[1-9]{a,b}", hostile, "Authorization", "Bearer <token:6fnabapd>", "X-Field", hostile)
		p, _ := steps.Of(evidence(f))
		var pasted strings.Builder
		for i := range p.Calls {
			pasted.WriteString(p.Command(i) + "\n")
		}
		field := strings.Trim(strings.ReplaceAll(hostile, "\n", " "), " ")
		want := []arrived{{"/oauth/token", field, hostile}, {"/v1/x?q='$(touch%20pwned)'&r=[1-9]{a,b}", field, hostile}}
		for name, script := range map[string]string{"pasted": pasted.String(), "script": p.Script(draft.English)} {
			for _, shell := range append(shells(), "typed into bash", "typed into zsh") {
				if typed := strings.HasPrefix(shell, "typed"); typed && name == "script" {
					continue
				}
				*calls = nil
				files := run(t, shell, script)
				if diff := cmp.Diff(want, *calls); diff != "" {
					t.Errorf("%s, %s, %q (-want +got):\n%s", shell, name, hostile, diff)
				}
				for _, file := range files {
					if !strings.HasPrefix(file, "step-") && file != "run.sh" {
						t.Errorf("%s, %s, %q made the file %s", shell, name, hostile, file)
					}
				}
			}
		}
	}
}

// run runs a script in a folder of its own, by a shell or as its input while it talks to
// a person, and returns what is in the folder then.
func run(t *testing.T, shell, script string) (files []string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "run.sh"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), shell, "run.sh")
	switch shell {
	case "typed into bash":
		command = exec.CommandContext(t.Context(), "bash", "--norc", "-i")
		command.Stdin = strings.NewReader("set -H\n" + script)
	case "typed into zsh":
		command = exec.CommandContext(t.Context(), "zsh", "-f", "-i", "-s")
		command.Stdin = strings.NewReader(script)
	}
	command.Dir, command.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "HISTFILE=/dev/null"}
	out, err := command.CombinedOutput()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		t.Fatalf("%v: %s", err, out)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		files = append(files, e.Name())
	}
	return files
}
