package server

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// rewritten reads all that an app has sent, through buffers of the given size.
func rewritten(t *testing.T, sent string, size int, slow bool) (string, error) {
	t.Helper()
	var r io.Reader = strings.NewReader(sent)
	if slow {
		r = iotest.OneByteReader(r)
	}
	a := &absolute{r: bufio.NewReader(r)}
	if ok, err := a.first(); err != nil || !ok {
		return "", err
	}
	var out strings.Builder
	p := make([]byte, size)
	for {
		n, err := a.Read(p)
		out.Write(p[:n])
		if err != nil {
			return out.String(), err
		}
	}
}

func TestAbsoluteFormIsRewritten(t *testing.T) {
	const get = "GET http://a.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n"
	const bare = "GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n"
	tests := map[string]struct{ sent, want string }{
		"one":                {get, bare},
		"three":              {get + get + get, bare + bare + bare},
		"no path":            {"GET http://a.example HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"},
		"whole server":       {"OPTIONS http://a.example HTTP/1.1\r\n\r\n", "OPTIONS * HTTP/1.1\r\n\r\n"},
		"query alone":        {"GET http://a.example?q=1 HTTP/1.1\r\n\r\n", "GET /?q=1 HTTP/1.1\r\n\r\n"},
		"port and user":      {"GET HTTP://u:p@a.example:8080//x%2F?a;b HTTP/1.0\r\n\r\n", "GET //x%2F?a;b HTTP/1.0\r\n\r\n"},
		"fields stay":        {"GET http://a.example/ HTTP/1.1\r\nx-B: 1\r\nX-b:2\r\nx: a\r\n b\r\nX-Empty:\r\n\r\n", "GET / HTTP/1.1\r\nx-B: 1\r\nX-b:2\r\nx: a\r\n b\r\nX-Empty:\r\n\r\n"},
		"ours go":            {"GET http://a.example/ HTTP/1.1\r\nA: 1\r\nproxy-connection: keep-alive\r\nProxy-Authorization: Basic x\r\n y\r\nB: 2\r\n\r\n", "GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\n\r\n"},
		"line ends between":  {get + "\r\n" + get + "\r\n\r\n" + get, bare + "\r\n" + bare + "\r\n\r\n" + bare},
		"line ends before":   {"\r\n" + get, "\r\n" + bare},
		"length":             {"POST http://a.example/ HTTP/1.1\r\nContent-Length: 5\r\n\r\nGET h" + get, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nGET h" + bare},
		"chunked":            {"POST http://a.example/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nGET \r\n0\r\nT: v\r\n\r\n" + get, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nGET \r\n0\r\nT: v\r\n\r\n" + bare},
		"upgrade":            {"GET http://a.example/ HTTP/1.1\r\nUpgrade: x\r\n\r\n" + get, "GET / HTTP/1.1\r\nUpgrade: x\r\n\r\n" + get},
		"two framings":       {"POST http://a.example/ HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + get, "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + get},
		"like a framing":     {"POST http://a.example/ HTTP/1.1\r\nTransfer_Encoding: chunked\r\n\r\n" + get, "POST / HTTP/1.1\r\nTransfer_Encoding: chunked\r\n\r\n" + get},
		"bad chunk size":     {"POST http://a.example/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + get, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + get},
		"chunk without end":  {"POST http://a.example/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n" + get, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n" + get},
		"other coding":       {"POST http://a.example/ HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + get, "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + get},
		"not a request next": {get + "hello\r\n\r\n" + get, bare + "hello\r\n\r\n" + get},
		"left to the proxy":  {"GET HTTPS://a.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n", bare},
		"cut off":            {get + "GET http://a.exa", bare + "GET http://a.exa"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1, 7, 16 << 10} {
				for _, slow := range []bool{true, false} {
					got, err := rewritten(t, test.sent, size, slow)
					if !errors.Is(err, io.EOF) || got != test.want {
						t.Fatalf("in pieces of %d: got %q, %v, want %q", size, got, err, test.want)
					}
				}
			}
		})
	}
}

func TestOtherVendorEndsReading(t *testing.T) {
	first, second := "GET http://a.example/1 HTTP/1.1\r\n\r\n", "GET http://b.example:81/2 HTTP/1.1\r\n\r\n"
	a := &absolute{r: bufio.NewReader(strings.NewReader(first + second))}
	if ok, err := a.first(); !ok || err != nil || a.target.addr != "a.example:80" {
		t.Fatalf("got %v, %v, %v", ok, err, a.target)
	}
	got, err := io.ReadAll(a)
	if !errors.Is(err, errOtherVendor) || string(got) != "GET /1 HTTP/1.1\r\n\r\n" {
		t.Fatalf("got %q, %v", got, err)
	}
	a.target, _ = destinationOf(a.original)
	a.accept()
	got, err = io.ReadAll(a)
	if err != nil || string(got) != "GET /2 HTTP/1.1\r\n\r\n" || a.target.addr != "b.example:81" {
		t.Errorf("got %q, %v, %v", got, err, a.target)
	}
}

func TestUpstreamProxyGetsTheAbsoluteForm(t *testing.T) {
	head := "GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: Basic ours\r\nx-A: 1\r\n\r\n"
	tests := map[onward]string{
		{}:                              "GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\nx-A: 1\r\n\r\n",
		{connection: "flagrante-1"}:     "GET http://a.example/x?y HTTP/1.1\r\nProxy-Connection: flagrante-1\r\nHost: a.example\r\nx-A: 1\r\n\r\n",
		{authorization: "Basic theirs"}: "GET http://a.example/x?y HTTP/1.1\r\nProxy-Authorization: Basic theirs\r\nHost: a.example\r\nx-A: 1\r\n\r\n",
	}
	for way, want := range tests {
		if got := way.form([]byte(head)); string(got) != want {
			t.Errorf("with %+v got %q, want %q", way, got, want)
		}
	}
}

func TestNotForAVendor(t *testing.T) {
	for _, head := range []string{
		"GET / HTTP/1.1\r\n\r\n", "GET ftp://a.example/ HTTP/1.1\r\n\r\n", "GET http:// HTTP/1.1\r\n\r\n",
		"GET http:///x HTTP/1.1\r\n\r\n", "hello\r\n\r\n", "GET http://a.example/ x HTTP/1.1\r\n\r\n", "GET http://a.example/\r\n\r\n",
	} {
		a := &absolute{r: bufio.NewReader(strings.NewReader(head))}
		ok, err := a.first()
		rest, _ := io.ReadAll(a.r)
		if ok || err != nil || string(a.original)+string(rest) != head {
			t.Errorf("%q: got %v, %v, and %q of it", head, ok, err, string(a.original)+string(rest))
		}
	}
}

func FuzzAbsolute(f *testing.F) {
	f.Add("POST http://a.example/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 3)
	f.Fuzz(func(t *testing.T, sent string, size int) {
		size = max(1, size%100)
		once, err := rewritten(t, sent, size, false)
		again, errAgain := rewritten(t, sent, 64<<10, true)
		if once != again || !errors.Is(err, errAgain) {
			t.Errorf("in pieces of %d: %q, %v; at once: %q, %v", size, once, err, again, errAgain)
		}
	})
}
