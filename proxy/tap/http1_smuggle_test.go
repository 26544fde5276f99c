package tap_test

import (
	"strings"
	"testing"
)

// TestHTTP1Smuggling plays the known ways to hide a request in another one. The
// vendor answers as if it had found it. Whatever is observed, it is no exchange
// for the hidden target.
func TestHTTP1Smuggling(t *testing.T) {
	const (
		hidden = "GET /smuggled HTTP/1.1\r\nHost: api.example\r\n\r\n"
		post   = "POST /a HTTP/1.1\r\nHost: api.example\r\n"
	)
	for name, sent := range map[string]string{
		"CL.TE":                        post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE.CL":                        post + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n" + hidden + "\r\n0\r\n\r\n",
		"TE.TE blank before colon":     post + "Content-Length: 5\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE.TE twice":                  post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n" + hidden,
		"TE.TE twice, other first":     post + "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE.TE twice chunked":          post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE list, chunked not last":    post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden,
		"TE identity":                  post + "Content-Length: 0\r\nTransfer-Encoding: identity\r\n\r\n" + hidden,
		"TE quoted":                    post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + hidden,
		"TE xchunked":                  post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE vertical tab":              post + "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE no-break space":            post + "Transfer-Encoding:\xa0chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE empty":                     post + "Transfer-Encoding:\r\n\r\n0\r\n\r\n" + hidden,
		"TE semicolon":                 post + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n" + hidden,
		"TE folded value":              post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE as a fold":                 post + "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE as a fold, then CL":        post + "Content-Length: 60\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE with NUL":                  post + "Transfer-Encoding: chunked\x00\r\n\r\n0\r\n\r\n" + hidden,
		"TE name with NUL":             post + "Transfer-Encoding\x00: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE name with tab":             post + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE behind a CR":               post + "X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE behind an LF":              post + "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE in HTTP/1.0":               "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden,
		"TE with an underscore":        post + "Content-Length: 0\r\nTransfer_Encoding: chunked\r\n\r\n" + hidden,
		"CL with an underscore":        post + "content_LENGTH: 54\r\n\r\n" + hidden,
		"CL twice":                     post + "Content-Length: 0\r\nContent-Length: 54\r\n\r\n" + hidden,
		"CL list":                      post + "Content-Length: 0, 54\r\n\r\n" + hidden,
		"CL list without an end":       post + "Content-Length: 0,\r\n\r\n" + hidden,
		"CL plus":                      post + "Content-Length: +0\r\n\r\n" + hidden,
		"CL minus":                     post + "Content-Length: -1\r\n\r\n" + hidden,
		"CL minus zero":                post + "Content-Length: -0\r\n\r\n" + hidden,
		"CL hexadecimal":               post + "Content-Length: 0x0\r\n\r\n" + hidden,
		"CL underscore":                post + "Content-Length: 0_0\r\n\r\n" + hidden,
		"CL overflow":                  post + "Content-Length: 18446744073709551616\r\n\r\n" + hidden,
		"CL empty":                     post + "Content-Length:\r\n\r\n" + hidden,
		"CL fraction":                  post + "Content-Length: 0.0\r\n\r\n" + hidden,
		"CL two words":                 post + "Content-Length: 0 54\r\n\r\n" + hidden,
		"CL folded":                    post + "Content-Length:\r\n 0\r\n\r\n" + hidden,
		"CL fold adds a digit":         post + "Content-Length: 0\r\n 54\r\n\r\n" + hidden,
		"CL blank before colon":        post + "Content-Length : 0\r\n\r\n" + hidden,
		"chunk size minus":             post + "Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n" + hidden,
		"chunk size 0x":                post + "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + hidden,
		"chunk size plus":              post + "Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n" + hidden,
		"chunk size empty":             post + "Transfer-Encoding: chunked\r\n\r\n\r\n\r\n" + hidden,
		"chunk size blank before":      post + "Transfer-Encoding: chunked\r\n\r\n 0\r\n\r\n" + hidden,
		"chunk size overflow":          post + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n" + hidden,
		"chunk size junk":              post + "Transfer-Encoding: chunked\r\n\r\n0 1\r\n\r\n" + hidden,
		"chunk size underscore":        post + "Transfer-Encoding: chunked\r\n\r\n0_\r\n\r\n" + hidden,
		"chunk line ends with LF":      post + "Transfer-Encoding: chunked\r\n\r\n0\n\r\n" + hidden,
		"chunk lines with LF only":     post + "Transfer-Encoding: chunked\r\n\r\n0\n\n" + hidden,
		"chunk extension with LF":      post + "Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n0\r\n\r\n" + hidden,
		"chunk extension with CR":      post + "Transfer-Encoding: chunked\r\n\r\n2;\rxx\r\n0\r\n\r\n" + hidden,
		"chunk extension with CR CR":   post + "Transfer-Encoding: chunked\r\n\r\n0;\r\r\n\r\n" + hidden,
		"chunk extension with NUL":     post + "Transfer-Encoding: chunked\r\n\r\n0;\x00\r\n\r\n" + hidden,
		"chunk data too long":          post + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n" + hidden,
		"chunk data ends with LF":      post + "Transfer-Encoding: chunked\r\n\r\n1\r\na\n0\r\n\r\n" + hidden,
		"chunk data ends with LF LF":   post + "Transfer-Encoding: chunked\r\n\r\n1\r\na\n\n0\r\n\r\n" + hidden,
		"trailer frames anew":          post + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 0\r\n\r\n" + hidden,
		"trailer ends with LF":         post + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\n\r\n" + hidden,
		"request line ends with LF":    "GET /a HTTP/1.1\nHost: api.example\n\n" + hidden,
		"request line with CR":         "GET /a HTTP/1.1\rHost: api.example\r\n\r\n" + hidden,
		"version with a blank":         "GET /a HTTP/1.1 \r\nHost: api.example\r\n\r\n" + hidden,
		"version is the next request":  "GET /a HTTP/1.1 GET /b HTTP/1.2\r\nHost: api.example\r\n\r\n" + hidden,
		"blank before the first field": "POST /a HTTP/1.1\r\n Content-Length: 0\r\n\r\n" + hidden,
		"blank instead of empty line":  post + "X: y\r\n \r\n" + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n" + hidden,
		"HEAD in small letters":        "head /a HTTP/1.1\r\nHost: api.example\r\n\r\n" + hidden,
		"behind an upgrade":            "GET /a HTTP/1.1\r\nHost: api.example\r\nUpgrade: x\r\n\r\n" + hidden,
		"behind a CONNECT":             "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n" + hidden,
	} {
		t.Run(name, func(t *testing.T) {
			steps := []h1Step{app(sent + hidden), vendor(okAnswer("first") + okAnswer("second") + okAnswer("third")), app(hidden), vendor(okAnswer("more")), vendorEnds(nil)}
			checkHidden(t, steps)
		})
	}
}

// TestHTTP1HiddenInARequest hides a request where there is no doubt about the
// framing, but some vendors disregard it.
func TestHTTP1HiddenInARequest(t *testing.T) {
	const hidden = "GET /smuggled HTTP/1.1\r\nHost: api.example\r\n\r\n"
	for name, sent := range map[string]string{
		"CL.0":         "POST /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 45\r\n\r\n" + hidden,
		"0.CL":         "GET /a HTTP/1.1\r\nHost: api.example\r\nContent-Length: 45\r\n\r\n" + hidden,
		"host injects": "GET /a HTTP/1.1\r\nHost: api.example/smuggled?\r\n\r\n",
		"expectation":  "POST /a HTTP/1.1\r\nHost: api.example\r\nExpect: 100-continue\r\nContent-Length: 45\r\n\r\n" + hidden,
	} {
		t.Run(name, func(t *testing.T) {
			checkHidden(t, []h1Step{app(sent), vendor(okAnswer("first") + okAnswer("second")), vendorEnds(nil)})
		})
	}
}

func checkHidden(t *testing.T, steps []h1Step) {
	t.Helper()
	seen := playH1(steps, 1<<20)
	if len(seen) == 0 {
		t.Fatal("no exchange was observed")
	}
	for _, x := range seen {
		if strings.Contains(x.Request.URL, "/smuggled") {
			t.Errorf("observed %s", line(x))
		}
	}
	for _, size := range []int{1, 5} {
		checkSame(t, seen, playH1(steps, size), size)
	}
}

// TestHTTP1ResponseSplitting hides an answer in another one.
func TestHTTP1ResponseSplitting(t *testing.T) {
	const hidden = "HTTP/1.1 299 Smuggled\r\nContent-Length: 0\r\n\r\n"
	for name, sent := range map[string]string{
		"both framings":       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
		"204 with a length":   "HTTP/1.1 204 OK\r\nContent-Length: 50\r\n\r\n",
		"interim with length": "HTTP/1.1 100 OK\r\nContent-Length: 50\r\n\r\n",
		"lengths differ":      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 50\r\n\r\n",
		"LF":                  "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n",
		"LF, then CR LF":      "HTTP/1.1 200 OK\nContent-Length: 0\n\r\n",
		"CR":                  "HTTP/1.1 200 OK\r\nX: y\rContent-Length: 0\r\n\r\n",
		"identity":            "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 0\r\n\r\n",
		"chunk with LF":       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\n\r\n",
		"empty line first":    "\r\n",
		"too long a body":     "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nX",
	} {
		t.Run(name, func(t *testing.T) {
			steps := []h1Step{app(get("/a") + get("/b")), vendor(sent + hidden + hidden)}
			seen := playH1(steps, 1<<20)
			if len(seen) != 2 {
				t.Errorf("%d exchanges observed, want 2", len(seen))
			}
			for _, x := range seen {
				if x.Response != nil && x.Response.Status == 299 {
					t.Errorf("observed %s", line(x))
				}
			}
			checkSame(t, seen, playH1(steps, 1), 1)
		})
	}
}
