//go:build e2e

package main_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"flagrante/cmd/badbank"
)

// TestDocumentedBlocksRun runs every block of shell in the documents, as somebody who
// follows the page from top to bottom.
func TestDocumentedBlocksRun(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "docs", "guide", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, filepath.Join(root, "README.md"), filepath.Join(root, "README.pt-BR.md"), filepath.Join(root, "docs", "security.md"), filepath.Join(root, "docs", "configuration.md"))
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if script := blocks(string(data)); script != "" {
			t.Run(filepath.Base(file), func(t *testing.T) { follow(t, script) })
		}
	}
}

// blocks returns all blocks of shell of a document one after the other, but for what works on the
// sources instead of the program: those commands are how this test came to be run.
func blocks(doc string) string {
	var script strings.Builder
	for _, match := range regexp.MustCompile("(?s)\n *```sh\n(.*?)```").FindAllStringSubmatch(doc, -1) {
		for line := range strings.Lines(match[1]) {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "make ") && !strings.HasPrefix(line, "go install ") {
				script.WriteString(line + "\n")
			}
		}
	}
	return script.String()
}

// prelude ends what would serve for ever as soon as it is ready, and lets it take free ports.
const prelude = `
until_ready() {
  mkfifo ready.$$
  "$@" > ready.$$ 2> served.log &
  pid=$!
  sed -n '/^ca /q' < ready.$$
  rm ready.$$
  kill -TERM $pid
  wait $pid || { cat served.log; return 1; }
}
`

// served makes lines that serve for ever end.
func served(script string) string {
	free := " --proxy 127.0.0.1:0 --desk 127.0.0.1:0 --data second"
	return regexp.MustCompile(`(?m)^flagrante serve(.*)$`).ReplaceAllString(script, "until_ready flagrante serve$1"+free)
}

// follow runs a script where api.bank.example is a bank that misbehaves, flagrante serves, has a portal
// and a draft, and the files are there that the pages name as the reader's own.
func follow(t *testing.T, script string) {
	bank, err := badbank.Start(badbank.Options{Names: []string{"api.bank.example"}})
	if err != nil {
		t.Fatal(err)
	}
	defer bank.Close()
	internet := httptest.NewServer(way{secure: bank.HTTPS, plain: bank.HTTP, names: []string{"api.bank.example"}})
	defer internet.Close()
	tracker := httptest.NewServer(&portal{})
	defer tracker.Close()
	// Another home has no cache of Go's, and to fill one takes minutes.
	cache, err := exec.CommandContext(t.Context(), "go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	home := reader{dir: t.TempDir()}
	home.env = append(os.Environ(), "GOCACHE="+strings.TrimSpace(string(cache)), "HOME="+home.dir, "BANK_RT_TOKEN=1-14-portal-segredo", "FLAGRANTE_UPSTREAM_CA="+filepath.Join(home.dir, "staging.pem"))
	for _, name := range []string{"staging.pem", "homologacao.pem"} {
		home.write(t, name, string(bank.CAPEM()))
	}
	for _, name := range []string{"body.txt", "corpo.txt"} {
		home.write(t, name, "conta=1&senha=segredo")
	}
	home.write(t, "App.java", javaApp)
	home.write(t, "app.go", goApp)
	home.write(t, "app.php", `<?php echo file_get_contents("https://api.bank.example/pix/v2/cob/abc"), "\n";`)
	har, err := os.ReadFile(filepath.Join(root, "testdata", "har", "firefox.har"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"recording.har", "gravacao.har"} {
		home.write(t, name, string(har))
	}
	home.write(t, ".config/flagrante/config.yaml", fmt.Sprintf(`environments: [{host: api.bank.example, environment: production}]
portals:
  bank: &rt {recipe: rt5, url: %q, token_env: BANK_RT_TOKEN, requestor: qa@shop.example, allow_private: true}
  banco: *rt
`, tracker.URL))
	proxy, desk, stop := home.serve(t, internet.URL)
	defer stop()
	home.run(t, "flagrante run -- curl -sS https://api.bank.example/pix/v2/pagamentos -d x=1")
	var drafts []struct{ ID string }
	if err := json.Unmarshal(home.run(t, "flagrante drafts --json"), &drafts); err != nil || len(drafts) != 1 {
		t.Fatalf("drafts: %v, %v", drafts, err)
	}
	home.run(t, prelude+served(strings.NewReplacer(
		"127.0.0.1:8790", proxy, "127.0.0.1:8791", desk, "d-qw3nda5n25", drafts[0].ID, "RT_TOKEN=…", "RT_TOKEN=1-14-portal-segredo",
	).Replace(script)))
}

// reader is somebody's own folder and environment.
type reader struct {
	dir string
	env []string
}

func (r reader) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs a script that has to end well, and returns what it wrote to its standard output.
func (r reader) run(t *testing.T, script string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*patience)
	defer cancel()
	shell := exec.CommandContext(ctx, "sh", "-e", "-x", "-c", script)
	shell.Dir, shell.Env, shell.WaitDelay = r.dir, r.env, patience
	// What asks for a password asks a terminal, where there is one.
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	var said, out bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &said
	if err := shell.Run(); err != nil {
		t.Fatalf("%v:\n%s%s", err, out.String(), said.String())
	}
	return out.Bytes()
}

// serve starts flagrante behind a company's proxy, and returns the addresses of its own.
func (r reader) serve(t *testing.T, company string) (proxy, desk string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*patience)
	serve := exec.CommandContext(ctx, "flagrante", "serve", "--proxy", "127.0.0.1:0", "--desk", "127.0.0.1:0")
	serve.Dir, serve.Env = r.dir, slices.Concat(r.env, []string{"HTTPS_PROXY=" + company, "HTTP_PROXY=" + company})
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	stop = func() {
		cancel()
		_ = serve.Wait() // It was ended by the line above.
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "ca ") {
		if rest, ok := strings.CutPrefix(lines.Text(), "proxy  http://"); ok {
			proxy = rest
		} else if _, rest, ok := strings.Cut(lines.Text(), "http://"); ok {
			desk, _, _ = strings.Cut(rest, "/")
		}
	}
	return proxy, desk, stop
}

// The reader's apps in languages that have no short form.
const (
	javaApp = `class App {
  public static void main(String[] args) throws Exception {
    var request = java.net.http.HttpRequest.newBuilder(java.net.URI.create("https://api.bank.example/contas/v1/extrato")).build();
    System.out.println(java.net.http.HttpClient.newHttpClient().send(request, java.net.http.HttpResponse.BodyHandlers.ofString()).statusCode());
  }
}
`
	goApp = `package main

import (
	"fmt"
	"net/http"
)

func main() {
	answer, err := http.Get("https://api.bank.example/contas/v1/extrato")
	fmt.Println(answer.StatusCode, err)
}
`
)
