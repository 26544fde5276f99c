package tap_test

import "testing"

func TestHTTP1Answers(t *testing.T) {
	const url = "https://api.example"
	tunnel := app(request("CONNECT db.example:443 HTTP/1.1", "Host: db.example:443"))
	upgrade := app(request("GET /ws HTTP/1.1", "Host: api.example", "Connection: Upgrade", "Upgrade: websocket"))
	switching := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"
	checkH1(t, []h1Case{
		{"with length", []h1Step{app(get("/a")), vendor(okAnswer("abc"))}, []string{"GET " + url + `/a > 200 "abc"`}},
		{"empty", []h1Step{app(get("/a")), vendor(okAnswer(""))}, []string{"GET " + url + "/a > 200"}},
		{"lines end with LF", []h1Step{app(get("/a")), vendor("HTTP/1.1 500 No\nContent-Length: 2\n\nno"), app(get("/b")), vendor(okAnswer("b"))}, []string{"GET " + url + `/a > 500 "no"`, "GET " + url + `/b > 200 "b"`}},
		{"204 that announces a body", []h1Step{app(get("/a")), vendor("HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n"), app(get("/b")), vendor(okAnswer("b"))}, []string{"GET " + url + "/a > 204", "GET " + url + `/b > 200 "b"`}},
		{"chunk sizes of sixteen digits", []h1Step{app(get("/a")), vendor("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n0000000000000002\r\nno\r\n0000000000000000\r\n\r\n")}, []string{"GET " + url + `/a > 500 "no"`}},
		{"without a reason", []h1Step{app(get("/a")), vendor("HTTP/1.1 500\r\nContent-Length: 0\r\n\r\n")}, []string{"GET " + url + "/a > 500"}},
		{"length twice the same", []h1Step{app(get("/a")), vendor("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1, 1\r\n\r\nx")}, []string{"GET " + url + `/a > 200 "x"`}},
		{"pipelined", []h1Step{app(get("/a") + get("/b") + get("/c")), vendor(okAnswer("a") + okAnswer("b") + okAnswer("c"))},
			[]string{"GET " + url + `/a > 200 "a"`, "GET " + url + `/b > 200 "b"`, "GET " + url + `/c > 200 "c"`}},
		{"HEAD", []h1Step{app(request("HEAD /a HTTP/1.1", "Host: api.example") + get("/b")), vendor("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + okAnswer("b"))},
			[]string{"HEAD " + url + "/a > 200", "GET " + url + `/b > 200 "b"`}},
		{"304 with a length, 204", []h1Step{app(get("/a") + get("/b")), vendor("HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n")},
			[]string{"GET " + url + "/a > 304", "GET " + url + "/b > 204"}},
		{"until the end", []h1Step{app(get("/a")), vendor("HTTP/1.0 200 OK\r\n\r\nab"), vendor("c"), vendorEnds(nil)}, []string{"GET " + url + `/a > 200 "abc"`}},
		{"until the end after a half-close", []h1Step{app(get("/a")), appEnds(nil), vendor("HTTP/1.0 200 OK\r\n\r\nabc"), vendorEnds(nil)}, []string{"GET " + url + `/a > 200 "abc"`}},
		{"until a reset", []h1Step{app(get("/a")), vendor("HTTP/1.1 200 OK\r\n\r\nab"), vendorEnds(reset())}, []string{"GET " + url + `/a > 200 "ab" incomplete broken`}},
		{"interim only", []h1Step{app(get("/a")), vendor("HTTP/1.1 102 Processing\r\n\r\n"), vendorEnds(nil)}, []string{"GET " + url + "/a ! connection_terminated (wait)"}},
		{"continue", []h1Step{app(request("POST /a HTTP/1.1", "Host: api.example", "Expect: 100-continue", "Content-Length: 2")), vendor("HTTP/1.1 100 Continue\r\n\r\n"), app("hi"), vendor(okAnswer(""))},
			[]string{"POST " + url + `/a "hi" > 200`}},
		{"refused expectation", []h1Step{app(request("POST /a HTTP/1.1", "Host: api.example", "Expect: 100-continue", "Content-Length: 2")), vendor("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"), appEnds(nil), vendorEnds(nil)},
			[]string{"POST " + url + "/a incomplete > 417"}},
		{"early, and the connection goes on", []h1Step{app("POST /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 4\r\n\r\nab"), vendor("HTTP/1.1 413 No\r\nContent-Length: 0\r\n\r\n"), app("cd" + get("/b")), vendor(okAnswer("b"))},
			[]string{"POST " + url + `/a "abcd" > 413`, "GET " + url + `/b > 200 "b"`}},
		{"early to an upgrade", []h1Step{app("POST /a HTTP/1.1\r\nHost: api.example\r\nUpgrade: x\r\nContent-Length: 4\r\n\r\nab"), vendor(okAnswer("")), app("cd" + get("/b")), vendor(okAnswer("b"))},
			[]string{"POST " + url + `/a "abcd" > 200`, "GET " + url + `/b > 200 "b"`}},
		{"early, and another one", []h1Step{app("POST /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 4\r\n\r\nab"), vendor(okAnswer("") + okAnswer("")), app("cd" + get("/b")), vendor(okAnswer("b"))},
			[]string{"POST " + url + `/a "abcd" > 200`, "GET " + url + `/b incomplete unread: the vendor sent what no request had asked for`}},
		{"early, and the app leaves", []h1Step{app("POST /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 4\r\n\r\nab"), vendor(okAnswer("")), appEnds(reset())},
			[]string{"POST " + url + `/a "ab" incomplete > 200`}},
		{"early, and the vendor leaves", []h1Step{app("POST /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 4\r\n\r\nab"), vendor(okAnswer("")), vendorEnds(reset())},
			[]string{"POST " + url + `/a "ab" incomplete > 200`}},
		{"early, then the request is odd", []h1Step{app("POST /a HTTP/1.1\r\nHost: api.example\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na"), vendor(okAnswer("")), app("bc" + get("/not")), vendor(okAnswer("not"))},
			[]string{"POST " + url + `/a "a" incomplete > 200 unread: a chunk cannot be read`}},
		{"full duplex", []h1Step{app("POST /a HTTP/1.1\r\nHost: api.example\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"), vendor("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nA\r\n"), app("1\r\nb\r\n"), vendor("1\r\nB\r\n"), app("0\r\n\r\n"), vendor("0\r\n\r\n")},
			[]string{"POST " + url + `/a "ab" > 200 "AB"`}},
		{"upgrade", []h1Step{upgrade, vendor(switching + "\x81\x05hello"), app("GET /not HTTP/1.1\r\n\r\n"), vendor(okAnswer("no"))}, []string{"GET " + url + "/ws > 101"}},
		{"upgrade, bytes ahead", []h1Step{upgrade, app("\x81\x80"), vendor(switching + "\x81\x05hello")}, []string{"GET " + url + "/ws > 101"}},
		{"upgrade refused, then goes on", []h1Step{upgrade, vendor(okAnswer("")), app(get("/b")), vendor(okAnswer("b"))}, []string{"GET " + url + "/ws > 200", "GET " + url + `/b > 200 "b"`}},
		{"upgrade refused, bytes ahead", []h1Step{upgrade, app(get("/ahead")), vendor(okAnswer("") + okAnswer("b"))},
			[]string{"GET " + url + "/ws > 200", " https://dialled.example:8443/ incomplete > 200 incomplete unread: bytes followed a CONNECT or Upgrade before its answer"}},
		{"answer before the answer to an upgrade", []h1Step{app(get("/a")), upgrade, vendor(okAnswer("a")), app(get("/ahead")), vendor(switching), app("\x81"), vendor("\x81")},
			[]string{"GET " + url + `/a > 200 "a"`, "GET " + url + "/ws > 101"}},
		{"tunnel", []h1Step{tunnel, vendor("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n\x00\x00"), app(get("/not")), vendor(okAnswer("no"))}, []string{"CONNECT https://db.example > 200"}},
		{"tunnel refused", []h1Step{tunnel, vendor("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"), app(get("/b")), vendor(okAnswer("b"))}, []string{"CONNECT https://db.example > 407", "GET " + url + `/b > 200 "b"`}},
	})
}

func TestHTTP1OddAnswers(t *testing.T) {
	const a = "GET https://api.example/a"
	odd := func(name, answer, want string) h1Case {
		return h1Case{name, []h1Step{app(get("/a")), vendor(answer), vendor(okAnswer("not")), app(get("/not")), vendor(okAnswer("not")), vendorEnds(nil)}, []string{a + want}}
	}
	checkH1(t, []h1Case{
		odd("no HTTP", "SSH-2.0-x\r\n", " ! http_protocol_error (receive) unread: a status line cannot be read"),
		odd("HTTP/0.9", "<html>", " ! http_protocol_error (receive) unread: a status line cannot be read"),
		odd("HTTP/2", "HTTP/2 200\r\n\r\n", " ! http_protocol_error (receive) unread: a status line cannot be read"),
		odd("status of letters", "HTTP/1.1 2x0 OK\r\n\r\n", " ! http_protocol_error (receive) unread: a status line cannot be read"),
		odd("status of four digits", "HTTP/1.1 2000 OK\r\n\r\n", " ! http_protocol_error (receive) unread: a status line cannot be read"),
		odd("status under 100", "HTTP/1.1 099 OK\r\n\r\n", " ! http_protocol_error (receive) unread: a status line cannot be read"),
		odd("lone LF in the status line", "HTTP/1.1 200 OK\nA: b\r\n\r\n", " > 200 incomplete unread: a line does not end with CR LF"),
		odd("CR at the end of a head without", "HTTP/1.1 500 OK\nContent-Length: 0\n\r\n", " > 500 incomplete unread: a line does not end with CR LF"),
		odd("lone LF in a field", "HTTP/1.1 500 OK\r\nA: b\nContent-Length: 0\r\n\r\n", " > 500 incomplete unread: a line does not end with CR LF"),
		odd("lone CR", "HTTP/1.1 500 OK\r\nA: b\rContent-Length: 0\r\n\r\n", " > 500 incomplete unread: a line holds a lone CR"),
		odd("NUL", "HTTP/1.1 500 OK\r\nA: \x00\r\n\r\n", " > 500 incomplete unread: a field line cannot be read"),
		odd("blank before the colon", "HTTP/1.1 500 OK\r\nContent-Length : 0\r\n\r\n", " > 500 incomplete unread: a field line cannot be read"),
		odd("both framings", "HTTP/1.1 500 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", " > 500 incomplete unread: a message has both a Transfer-Encoding and a Content-Length"),
		odd("lengths differ", "HTTP/1.1 500 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", " > 500 incomplete unread: a Content-Length is no number, or there are several that differ"),
		odd("chunked in HTTP/1.0", "HTTP/1.0 500 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", " > 500 incomplete unread: a Transfer-Encoding is not just chunked, or stands where none may"),
		odd("gzip, chunked", "HTTP/1.1 500 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", " > 500 incomplete unread: a Transfer-Encoding is not just chunked, or stands where none may"),
		odd("interim with a body", "HTTP/1.1 103 Hints\r\nContent-Length: 3\r\n\r\nabc", " ! http_protocol_error (receive) unread: a message that cannot have a body announces one"),
		odd("bad chunk", "HTTP/1.1 500 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nx\r\n", ` > 500 "ab" incomplete unread: a chunk cannot be read`),
		odd("chunk without its end", "HTTP/1.1 500 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n", ` > 500 "ab" incomplete unread: a chunk cannot be read`),
		odd("odd trailer", "HTTP/1.1 500 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nnot a field\r\n\r\n", " > 500 incomplete unread: a field line cannot be read"),
		{"204 with a body", []h1Step{app(get("/a")), vendor("HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\nabc"), app(get("/not")), vendor(okAnswer("not"))},
			[]string{a + " > 204", "GET https://api.example/not incomplete unread: the vendor sent what no request had asked for"}},
		{"204 with a body before another answer", []h1Step{app(get("/a") + get("/b")), vendor("HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n" + okAnswer("b"))},
			[]string{a + " > 204 incomplete unread: a message that cannot have a body announces one", "GET https://api.example/b unread: an answer to an earlier request on the connection cannot be read"}},
		{"pipelined behind an odd one", []h1Step{app(get("/a") + get("/b")), vendor("x")},
			[]string{a + " ! http_protocol_error (receive) unread: a status line cannot be read", "GET https://api.example/b unread: an answer to an earlier request on the connection cannot be read"}},
	})
}

func TestHTTP1Unasked(t *testing.T) {
	timeout := "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"
	checkH1(t, []h1Case{
		{"before any request", []h1Step{vendor(timeout), vendorEnds(nil)}, nil},
		{"while idle", []h1Step{app(get("/a")), vendor(okAnswer("")), vendor(timeout), vendorEnds(nil)}, []string{"GET https://api.example/a > 200"}},
		{"crossing a request", []h1Step{vendor(timeout), app(get("/a") + get("/b")), vendor(okAnswer("")), vendorEnds(nil)},
			[]string{"GET https://api.example/a incomplete unread: the vendor sent what no request had asked for"}},
		{"in the middle of a head", []h1Step{app("GET /a HTTP/1.1\r\nHost: api.example\r\nX: "), vendor("HTTP/1.1 431 Large\r\nContent-Length: 2\r\n\r\nno"), app("y\r\n\r\n" + get("/b")), vendor(okAnswer("b"))},
			[]string{`GET https://api.example/a incomplete > 431 "no" unread: the vendor answered before the head of the request was complete`}},
		{"to what is no HTTP, in kind", []h1Step{app("\x10\x00"), vendor("\x20\x02")},
			[]string{" https://dialled.example:8443/ incomplete unread: the vendor answered before the head of the request was complete"}},
		{"to what is no HTTP", []h1Step{app("\x16\x03\x01\x02"), vendor("HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\nno")},
			[]string{" https://dialled.example:8443/ incomplete > 400 incomplete unread: the vendor answered before the head of the request was complete"}},
	})
}
