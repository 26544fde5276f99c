//go:build e2e

package curl_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture/curl"
	"flagrante/proxy"
)

// arrived is what a server got to see.
type arrived struct {
	Method, Target, Body string
	Header               http.Header
}

// TestCommandThroughCurl lets real bash and real curl send random hostile
// requests, and compares what arrives with what was captured.
func TestCommandThroughCurl(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan arrived, 1)
	done := make(chan struct{})
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	go func() {
		defer close(done)
		answer(listener, got)
	}()
	random := rand.New(rand.NewPCG(7, 11))
	for range 300 {
		r := hostile(random, "http://"+listener.Addr().String())
		command := run(t, r)
		select {
		case a := <-got:
			if diff := cmp.Diff(expected(r), a, cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s\n%s", command, diff)
			}
		default:
			t.Fatalf("nothing arrived of %s", command)
		}
	}
}

// run runs the command and returns it.
func run(t *testing.T, r proxy.Request) string {
	t.Helper()
	folder := t.TempDir()
	if curl.FromFile(r) {
		if err := os.WriteFile(filepath.Join(folder, curl.BodyFile), r.Body.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	command := curl.Command(r)
	bash := exec.CommandContext(t.Context(), "bash", "-c", command)
	bash.Dir = folder
	bash.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "LC_ALL=C"}
	if out, err := bash.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%s", err, out, command)
	}
	return command
}

// answer takes one request a connection and reports it before it answers.
func answer(listener net.Listener, got chan<- arrived) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		if r, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			body, err := io.ReadAll(r.Body)
			if err == nil {
				r.Header.Del("Content-Length")
				got <- arrived{Method: r.Method, Target: r.RequestURI, Body: string(body), Header: r.Header}
				_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
			}
		}
		_ = conn.Close()
	}
}

func expected(r proxy.Request) arrived {
	path, query, _ := strings.Cut(r.URL[strings.IndexByte(r.URL[7:], '/')+7:], "?")
	a := arrived{Method: r.Method, Target: ascii(path) + "?" + query, Body: string(r.Body.Data), Header: http.Header{}}
	for _, f := range r.Header {
		a.Header.Add(f.Name, f.Value)
	}
	return a
}

// ascii percent-encodes what is not ASCII, which curl does with every path.
func ascii(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if path[i] >= 0x80 {
			fmt.Fprintf(&b, "%%%02x", path[i])
			continue
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

// hostile returns a request that HTTP/1.1 can carry, made of what is special
// to bash, to curl and to terminals.
func hostile(random *rand.Rand, base string) proxy.Request {
	pick := func(from []string, most int) string {
		var b strings.Builder
		for range random.IntN(most + 1) {
			b.WriteString(from[random.IntN(len(from))])
		}
		return b.String()
	}
	special := []string{"'", `"`, "`", "$(id)", `\`, "!", "@", "-", ";", "&", "|", "%", "*", "?", "~", "{a,b}", "[1-3]", "#", "=", ":", "<", ">", "é", "\xe9", "\u202e", "x", "0"}
	inURL := []string{"a", "'", "{1,2}", "[1-3]", "$x", "!", "&", ";", "=", "..", "./", "/../", "%2e", "%00", "`", "@", "-", "*", "|", "\"", `\`, "é"}
	r := proxy.Request{URL: base + "/" + pick(inURL, 8) + "?" + pick(inURL, 8), Proto: "HTTP/1.1"}
	r.Method = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "M-SEARCH", "G'T", "$X", "-o"}[random.IntN(10)]
	for _, name := range []string{"User-Agent", "Accept", "Content-Type", "Accept-Encoding", "X-'a", "X-$B", "Cookie", "Authorization"} {
		for range random.IntN(3) {
			if value := strings.TrimSpace(pick(special, 6)); name[0] == 'X' || !slices.Contains(names(r), name) {
				r.Header = append(r.Header, proxy.Field{Name: name, Value: value})
			}
		}
	}
	raw := append(slices.Clone(special), "\n", "\r\n", "\t", "\x1b[2J", "\x00", "\xff")
	if text := pick(raw, 20); text != "" {
		r.Body = body(text)
	}
	if random.IntN(20) == 0 {
		r.Body = body(string(bytes.Repeat([]byte("x"), 200_000)))
	}
	return r
}

func names(r proxy.Request) []string {
	var list []string
	for _, f := range r.Header {
		list = append(list, f.Name)
	}
	return list
}
