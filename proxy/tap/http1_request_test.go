package tap_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHTTP1Requests(t *testing.T) {
	const url = "https://api.example"
	one := func(name, sent, want string) h1Case {
		return h1Case{name, []h1Step{app(sent), vendor(okAnswer(""))}, []string{want + " > 200"}}
	}
	checkH1(t, []h1Case{
		one("body by length", "PUT /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 3\r\n\r\nabc", "PUT "+url+`/a "abc"`),
		one("GET with a body", "GET /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 3\r\n\r\nabc", "GET "+url+`/a "abc"`),
		one("empty body", "PUT /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 0\r\n\r\n", "PUT "+url+"/a"),
		one("chunks, padded and with extensions", "PUT /a HTTP/1.1\r\nHost: api.example\r\nTransfer-Encoding: chunked\r\n\r\n01 ; a=b ;c=\"d\"\r\na\r\n0002\r\nbc\r\n000\r\n\r\n", "PUT "+url+`/a "abc"`),
		one("HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n", "GET https://dialled.example:8443/a"),
		one("default port", "GET /a HTTP/1.1\r\nHost: api.example:443\r\n\r\n", "GET "+url+"/a"),
		one("other port", "GET /a HTTP/1.1\r\nHost: api.example:80\r\n\r\n", "GET https://api.example:80/a"),
		one("absolute form", "GET http://other.example:80/a HTTP/1.1\r\nHost: api.example\r\n\r\n", "GET http://other.example:80/a"),
		one("asterisk form", "OPTIONS * HTTP/1.1\r\nHost: api.example\r\n\r\n", "OPTIONS "+url),
		one("bytes beyond ASCII", "GET /pão HTTP/1.1\r\nHost: api.example\r\n\r\n", "GET "+url+"/pão"),
		one("a host that would be a path", "GET /a HTTP/1.1\r\nHost: evil.example/b?\r\n\r\n", "GET https://dialled.example:8443/a"),
		one("a host that would be a user", "GET /a HTTP/1.1\r\nHost: api.example@evil.example\r\n\r\n", "GET https://dialled.example:8443/a"),
		one("three empty lines before", "\r\n\r\n\r\nGET /a HTTP/1.1\r\nHost: api.example\r\n\r\n", "GET "+url+"/a"),
		one("an empty line before", "\r\nGET /a HTTP/1.1\r\nHost: api.example\r\n\r\n", "GET "+url+"/a"),
		{"an empty line between", []h1Step{app(get("/a") + "\r\n" + get("/b")), vendor(okAnswer("a") + okAnswer("b"))}, []string{"GET " + url + `/a > 200 "a"`, "GET " + url + `/b > 200 "b"`}},
	})
}

func TestHTTP1OddRequests(t *testing.T) {
	const (
		a = "https://api.example/a incomplete > 400"
	)
	odd := func(name, sent, want string) h1Case {
		return h1Case{name, []h1Step{
			app(sent + get("/not")), vendor("HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\nno" + okAnswer("not")),
			app(get("/not")), vendor(okAnswer("not")), vendorEnds(nil),
		}, []string{want}}
	}
	const host = "\r\nHost: api.example\r\n\r\n"
	checkH1(t, []h1Case{
		odd("blank in the target", "GET /a b HTTP/1.1"+host, `GET https://api.example/a b incomplete > 400 "no" unread: a request line cannot be read`),
		odd("HTTP/0.9", "GET /a\r\n\r\n", `GET https://dialled.example:8443/a incomplete > 400 "no" unread: a request line cannot be read`),
		odd("two blanks", "GET  /a HTTP/1.1"+host, `GET https://api.example/ /a incomplete > 400 "no" unread: a request line cannot be read`),
		odd("another version", "GET /a HTTP/1.2"+host, `GET https://api.example/a HTTP/1.2 incomplete > 400 "no" unread: a request line cannot be read`),
		odd("a method in small letters", "head /a HTTP/1.1"+host, " https://api.example/ incomplete > 400 incomplete unread: a request line cannot be read"),
		odd("a method that is no token", "G(T /a HTTP/1.1"+host, " https://api.example/ incomplete > 400 incomplete unread: a request line cannot be read"),
		odd("a target of another form", "GET a HTTP/1.1"+host, `GET `+a+` "no" unread: a request line cannot be read`),
		odd("an asterisk for GET", "GET * HTTP/1.1"+host, `GET https://api.example incomplete > 400 "no" unread: a request line cannot be read`),
		odd("a lone LF", "GET /a HTTP/1.1\r\nHost: api.example\nX: y\r\n\r\n", `GET https://dialled.example:8443/a incomplete > 400 "no" unread: a line does not end with CR LF`),
		odd("a blank line that is none", "GET /a HTTP/1.1\r\nHost: api.example\r\n\n", `GET `+a+` "no" unread: a line does not end with CR LF`),
		odd("a folded first field", "GET /a HTTP/1.1\r\n Host: api.example\r\n\r\n", `GET https://dialled.example:8443/a incomplete > 400 "no" unread: a field line cannot be read`),
		odd("no colon", "GET /a HTTP/1.1\r\nHost: api.example\r\nX\r\n\r\n", `GET `+a+` "no" unread: a field line cannot be read`),
		odd("no name", "GET /a HTTP/1.1\r\nHost: api.example\r\n: x\r\n\r\n", `GET `+a+` "no" unread: a field line cannot be read`),
		odd("a CONNECT with a body", "CONNECT a.example:1 HTTP/1.1\r\nContent-Length: 4\r\n\r\n", `CONNECT https://a.example:1 incomplete > 400 "no" unread: a message that cannot have a body announces one`),
	})
}

func TestHTTP1Limits(t *testing.T) {
	const mib = 1 << 20
	field := "X: y\r\n"
	head := func(fields string) []h1Step {
		return []h1Step{app("GET /a HTTP/1.1\r\n" + fields + "\r\n"), vendor(okAnswer(""))}
	}
	got := map[string]string{}
	for name, steps := range map[string][]h1Step{
		"largest":      head("X: " + strings.Repeat("y", mib-30) + "\r\n"),
		"too large":    head("X: " + strings.Repeat("y", mib) + "\r\n"),
		"most fields":  head(strings.Repeat(field, 10_000)),
		"too many":     head(strings.Repeat(field, 10_001)),
		"endless line": {app(strings.Repeat("y", 2*mib)), vendor(okAnswer(""))},
		"endless fold": head("X: y\r\n" + strings.Repeat(" y\r\n", 9_000)),
		"long chunk extension": {app("PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + strings.Repeat("y", mib)),
			vendor(okAnswer(""))},
	} {
		got[name] = playH1(steps, 4096)[0].Unread
		if whole := playH1(steps, 4*mib)[0].Unread; whole != got[name] {
			t.Errorf("%s: unread for %q in parts and for %q at once", name, got[name], whole)
		}
	}
	const long = "a head, a trailer section, or a line of a chunked body is too long"
	want := map[string]string{
		"largest": "", "too large": long, "most fields": "", "too many": "a head or a trailer section has too many fields",
		"endless line": long, "endless fold": "a field line cannot be read", "long chunk extension": long,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Unread (-want +got):\n%s", diff)
	}
}

func TestHTTP1PipelinedRequestsAreBounded(t *testing.T) {
	got := map[string]int{}
	for name, sent := range map[string]string{
		"many":  strings.Repeat(get("/a"), 5000),
		"large": strings.Repeat("GET /a HTTP/1.1\r\nX: "+strings.Repeat("y", 1<<19)+"\r\n\r\n", 50),
	} {
		seen := playH1([]h1Step{app(sent), vendorEnds(nil)}, 4096)
		got[name] = len(seen)
		if last := seen[len(seen)-1].Unread; last != "too many requests wait for an answer" {
			t.Errorf("%s: the last exchange is unread for %q", name, last)
		}
	}
	if diff := cmp.Diff(map[string]int{"many": 1001, "large": 9}, got); diff != "" {
		t.Errorf("exchanges (-want +got):\n%s", diff)
	}
}

func TestHTTP1ManyInARow(t *testing.T) {
	var steps []h1Step
	var want []string
	long := strings.Repeat("y", 4096)
	for i := range 3000 {
		path := fmt.Sprint("/", i)
		steps = append(steps, app("GET "+path+" HTTP/1.1\r\nHost: api.example\r\nX: "+long+"\r\n\r\n"), vendor(okAnswer(path)))
		want = append(want, fmt.Sprintf("GET https://api.example%s > 200 %q", path, path))
	}
	if diff := cmp.Diff(want, lines(playH1(steps, 1<<10))); diff != "" {
		t.Errorf("exchanges (-want +got):\n%s", diff)
	}
}
