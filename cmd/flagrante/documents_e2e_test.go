//go:build e2e

package main_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"flagrante/cmd/badbank"
)

// TestDocumentedBlocksRun runs every block of shell that is marked for it in the
// documents, as somebody who follows the page from top to bottom.
func TestDocumentedBlocksRun(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "docs", "guide", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, filepath.Join(root, "README.md"), filepath.Join(root, "README.pt-BR.md"))
	marked := regexp.MustCompile("(?s)<!-- test -->\n```sh\n(.*?)```")
	blocks := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var script strings.Builder
		for _, match := range marked.FindAllStringSubmatch(strings.ReplaceAll(string(data), "\n   ", "\n"), -1) {
			script.WriteString(match[1])
			blocks++
		}
		if script.Len() > 0 {
			t.Run(filepath.Base(file), func(t *testing.T) { follow(t, script.String()) })
		}
	}
	if blocks == 0 {
		t.Error("no document has a block to run")
	}
}

// follow runs a script where api.bank.example is a bank that misbehaves.
func follow(t *testing.T, script string) {
	bank, err := badbank.Start(badbank.Options{Names: []string{"api.bank.example"}})
	if err != nil {
		t.Fatal(err)
	}
	defer bank.Close()
	internet := httptest.NewServer(way{secure: bank.HTTPS, plain: bank.HTTP, names: []string{"api.bank.example"}})
	defer internet.Close()
	dir := t.TempDir()
	ca := filepath.Join(dir, "bank-ca.pem")
	if err := os.WriteFile(ca, bank.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	serve := exec.CommandContext(ctx, "flagrante", "serve", "--proxy", "127.0.0.1:0", "--desk", "127.0.0.1:0")
	serve.Dir = dir
	serve.Env = append(os.Environ(), "HOME="+dir, "FLAGRANTE_UPSTREAM_CA="+ca, "HTTPS_PROXY="+internet.URL, "HTTP_PROXY="+internet.URL)
	out, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer serve.Wait()                          //nolint:errcheck // It is ended by the line below.
	defer func() { _ = serve.Process.Kill() }() // It may have ended.
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	shell := exec.CommandContext(ctx, "sh", "-e", "-x", "-c", script)
	shell.Dir, shell.Env = dir, append(os.Environ(), "HOME="+dir)
	var said bytes.Buffer
	shell.Stdout, shell.Stderr = &said, &said
	if err := shell.Run(); err != nil {
		t.Errorf("%v:\n%s", err, said.String())
	}
}
