//go:build e2e

package main_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestRealClients runs the stories of clients that call a vendor directly and
// through flagrante, and must not be able to tell.
func TestRealClients(t *testing.T) {
	all := commands()
	maps.Copy(all, map[string]command{"vendor": vendorCmd, "heard": heardCmd, "same": sameCmd, "talk": talkCmd, "rpc": rpcCmd})
	testscript.Run(t, testscript.Params{Dir: "../../testdata/script-e2e/clients", Cmds: all, RequireUniqueNames: true, Setup: func(env *testscript.Env) error {
		env.Values[vendorKey{}] = &vendor{turns: map[string]chan struct{}{}}
		return setUp(env)
	}})
}

// TestRuntimesUnderRun runs the stories of programs that nobody changed, each under
// `flagrante run`.
func TestRuntimesUnderRun(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	// A cargo that rustup brought looks for its compiler in the home folder, which scripts do not have.
	rust := os.Getenv("RUSTUP_HOME")
	if rust == "" {
		rust = filepath.Join(home, ".rustup")
	}
	path, err := fromModules()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Dir: "../../testdata/script-e2e/run", Cmds: commands(), RequireUniqueNames: true, Setup: func(env *testscript.Env) error {
		env.Setenv("RUSTUP_HOME", rust)
		env.Setenv("PATH", path)
		return setUp(env)
	}})
}

// fromModules returns PATH with the runtimes that `.ci/need` got from npm before it.
func fromModules() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	path := os.Getenv("PATH")
	for _, program := range []string{"@deno/linux-*/deno", "@azure/mcp-linux-*/dist/azmcp"} {
		found, err := filepath.Glob(filepath.Join(cache, "flagrante-e2e", "node_modules", program))
		if err != nil {
			return "", err
		}
		if len(found) != 1 {
			return "", fmt.Errorf("look for %s, which `make e2e` fetches: %d found", program, len(found))
		}
		path = filepath.Dir(found[0]) + string(os.PathListSeparator) + path
	}
	return path, nil
}

// seen is what an app sees of an answer.
type seen struct {
	Status          int
	Proto, Body     string
	Header, Trailer http.Header
	Broken          bool
}

// sameCmd makes each call of a list directly and through the proxy, and compares
// what the app sees: `same [-http2] LIST`. The lines of the list read
// `METHOD PATH [BODY]`.
func sameCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	f := flag.NewFlagSet("same", flag.ContinueOnError)
	h2 := f.Bool("http2", false, "")
	list := ts.ReadFile(parseFlags(ts, f, args, 1)[0])
	direct, through := roundTripper(ts, "", *h2), roundTripper(ts, ts.Getenv("PROXY"), *h2)
	defer direct.CloseIdleConnections()
	defer through.CloseIdleConnections()
	for line := range strings.Lines(list) {
		parts := append(strings.SplitN(strings.TrimSpace(line), " ", 3), "")
		call := appCall{method: parts[0], url: ts.Getenv("VENDOR") + parts[1], body: parts[2]}
		want, err := sight(direct, call)
		ts.Check(err)
		got, err := sight(through, call)
		ts.Check(err)
		if diff := cmp.Diff(want, got); diff != "" {
			ts.Fatalf("%s (- direct, + through the proxy): %s", line, diff)
		}
	}
	fmt.Fprintf(ts.Stdout(), "%d calls\n", strings.Count(list, "\n"))
}

// roundTripper is that of an app: directly it trusts the vendor's authority.
func roundTripper(ts *testscript.TestScript, proxy string, h2 bool) *http.Transport {
	c := appCall{ca: ts.Getenv("VENDOR_CA"), http2: h2}
	if proxy != "" {
		c.ca = ts.Getenv("CA")
	}
	transport, err := c.transport(proxy)
	ts.Check(err)
	return transport
}

// sight makes one call. The date, and times that the vendor measured, differ
// between any two.
func sight(transport *http.Transport, c appCall) (seen, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := c.request(ctx)
	if err != nil {
		return seen{}, err
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		return seen{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	answer.Header.Del("Date")
	answer.Header.Del("Server-Timing")
	answer.Trailer.Del("Server-Timing")
	return seen{answer.StatusCode, answer.Proto, string(body), answer.Header, answer.Trailer, err != nil}, nil
}
