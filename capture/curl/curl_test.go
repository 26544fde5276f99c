package curl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/curl"
	"flagrante/proxy"
)

func fields(pairs ...string) proxy.Fields {
	var list proxy.Fields
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, proxy.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

func body(text string) proxy.Body {
	return proxy.Body{Data: []byte(text), Size: int64(len(text)), Complete: true}
}

// plain are the fields that keep curl from adding its own or being told not to.
func plain(pairs ...string) proxy.Fields {
	return append(fields("User-Agent", "app/1", "Accept", "*/*"), fields(pairs...)...)
}

func TestCommand(t *testing.T) {
	usual := []string{"-H 'User-Agent: app/1'", "-H 'Accept: */*'"}
	with := func(lines ...string) []string { return append(usual[:2:2], lines...) }
	tests := map[string]struct {
		request proxy.Request
		first   string
		lines   []string
	}{
		"get": {
			proxy.Request{Method: "GET", URL: "https://api.banco.example/saldo?conta=1&dia=2", Proto: "HTTP/2.0", Header: plain()},
			"curl 'https://api.banco.example/saldo?conta=1&dia=2'", usual,
		},
		"nothing is added that the app did not send": {
			proxy.Request{Method: "PUT", URL: "http://a.example/", Body: body("x")},
			"curl -X PUT 'http://a.example/'", []string{"-H 'User-Agent:'", "-H 'Accept:'", "-H 'Content-Type:'", "--data-raw 'x'"},
		},
		"post": {
			proxy.Request{Method: "POST", URL: "https://a.example/pix", Header: plain("Content-Type", "application/json", "Content-Length", "15"), Body: body(`{"a":"it's $5"}`)},
			"curl 'https://a.example/pix'", with("-H 'Content-Type: application/json'", `--data-raw '{"a":"it'\''s $5"}'`),
		},
		"a body that begins with @ names no file": {
			proxy.Request{Method: "POST", URL: "http://a.example/", Header: plain("Content-Type", "text/plain"), Body: body("@/etc/passwd")},
			"curl 'http://a.example/'", with("-H 'Content-Type: text/plain'", "--data-raw '@/etc/passwd'"),
		},
		"a body of controls and invisible characters": {
			proxy.Request{Method: "POST", URL: "http://a.example/", Header: plain("Content-Type", "text/plain"), Body: body("a\r\n\tb'\\!\x1b[2J\u202e9")},
			"curl 'http://a.example/'", with("-H 'Content-Type: text/plain'", `--data-raw "$(printf 'a\r\n\tb\047\\\041\033[2J\342\200\2569')"`),
		},
		"an empty body that was announced": {
			proxy.Request{Method: "POST", URL: "http://a.example/", Header: plain("Content-Type", "text/plain", "Content-Length", "0")},
			"curl 'http://a.example/'", with("-H 'Content-Type: text/plain'", "--data-raw ''"),
		},
		"post without a body": {
			proxy.Request{Method: "POST", URL: "http://a.example/", Header: plain()},
			"curl -X POST 'http://a.example/'", usual,
		},
		"get with a body": {
			proxy.Request{Method: "GET", URL: "http://a.example/", Header: plain("Content-Type", "text/plain"), Body: body("x")},
			"curl -X GET 'http://a.example/'", with("-H 'Content-Type: text/plain'", "--data-raw 'x'"),
		},
		"head": {
			proxy.Request{Method: "HEAD", URL: "http://a.example/", Header: plain("Content-Length", "0")},
			"curl --head 'http://a.example/'", usual,
		},
		"a binary body": {
			proxy.Request{Method: "POST", URL: "http://a.example/", Header: plain("Content-Type", "image/png"), Body: body("\x89PNG\x00")},
			"curl 'http://a.example/'", with("-H 'Content-Type: image/png'", "--data-binary '@request-body.bin'"),
		},
		"fields of the connection": {
			proxy.Request{Method: "GET", URL: "https://a.example/", Header: plain(
				"Host", "A.example:443", "Connection", "close, X-Hop", "X-Hop", "1", "Transfer-Encoding", "chunked", "Proxy-Authorization", "Basic eA==")},
			"curl 'https://a.example/'", usual,
		},
		"another host than the URL's": {
			proxy.Request{Method: "GET", URL: "https://a.example/", Header: plain("Host", "b.example")},
			"curl 'https://a.example/'", with("-H 'Host: b.example'"),
		},
		"hostile fields": {
			proxy.Request{Method: "GET", URL: "http://a.example/", Header: plain(
				"@/etc/passwd", "", "X-Empty", " ", "X-At", "@file", "X-Two", "a\r\nX-Evil: b", "bad name", "x", ":path", "/", "", "x", "X'Quote", "`id` $(id)", "X-Latin", "\xe9")},
			"curl 'http://a.example/'",
			with("-H 'X-Empty;'", "-H 'X-At: @file'", "-H 'X-Two: a  X-Evil: b'", `-H 'X'\''Quote: `+"`id` $(id)'", `-H "$(printf 'X-Latin: \351')"`),
		},
		"a method that would be two requests": {
			proxy.Request{Method: "GET / HTTP/1.1\r\nX: '", URL: "http://a.example/", Header: plain()},
			`curl -X 'GETHTTP1.1X'\''' 'http://a.example/'`, usual,
		},
		"a pattern in the URL": {
			proxy.Request{Method: "GET", URL: "http://[::1]:80/../a{1,2}?x=[1-9]", Header: plain()},
			"curl --globoff --path-as-is 'http://[::1]:80/../a{1,2}?x=[1-9]'", usual,
		},
		"a URL that looks like an option": {
			proxy.Request{Method: "GET", URL: "-o/x y", Header: plain()},
			"curl --proto '=http,https' --url '-o/x%20y'", usual,
		},
		"a URL that is a file": {
			proxy.Request{Method: "GET", URL: "file:///etc/passwd", Header: plain()},
			"curl --proto '=http,https' 'file:///etc/passwd'", usual,
		},
		"packed answers": {
			proxy.Request{Method: "GET", URL: "http://a.example/", Proto: "HTTP/1.0", Header: plain("Accept-Encoding", "gzip")},
			"curl --http1.0 'http://a.example/'", with("-H 'Accept-Encoding: gzip'", "--compressed"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			want := append([]string{test.first}, test.lines...)
			got := strings.Split(curl.Command(test.request), " \\\n  ")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFromFile(t *testing.T) {
	cut := body("the first part")
	cut.Size, cut.Cut = 5<<20, true
	tests := map[string]struct {
		body proxy.Body
		want bool
	}{
		"none":      {proxy.Body{}, false},
		"text":      {body("olá"), false},
		"NUL":       {body("a\x00b"), true},
		"not UTF-8": {body("\xff"), true},
		"long":      {body(strings.Repeat("x", 64<<10+1)), true},
		"cut":       {cut, true},
	}
	for name, test := range tests {
		if got := curl.FromFile(proxy.Request{Body: test.body}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
