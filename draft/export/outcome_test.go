package export

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"flagrante/draft"
)

// answering answers a create in a way of its own.
func answering(status int, header http.Header, body string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		if _, err := w.Write([]byte(body)); err != nil {
			panic(http.ErrAbortHandler)
		}
		return true
	}
}

// reset ends the connection with a TCP reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	if err := conn.(*net.TCPConn).SetLinger(0); err != nil {
		panic(err)
	}
	if err := conn.Close(); err != nil {
		panic(err)
	}
}

// creates answers creates alone in a way of its own.
func creates(answer func(http.ResponseWriter, *http.Request) bool) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/ticket") && answer(w, r)
	}
}

func TestHowACreateEnds(t *testing.T) {
	page := http.Header{"Content-Type": {"text/html"}}
	doc := http.Header{"Content-Type": {"application/json"}}
	to := func(location string) http.Header { return http.Header{"Location": {location}} }
	later := http.Header{"Retry-After": {"120"}}
	for _, test := range []struct {
		name   string
		status int
		header http.Header
		body   string
		state  draft.ReceiptState
		after  time.Duration
		says   string
	}{
		{"bad fields", 400, doc, `{"message":"Could not create\r\nticket"}`, "failed", 0, `did not accept it (400): check the portal's values and what it requires. The portal said: “Could not create ticket”`},
		{"unprocessable", 422, page, "<p>no", "failed", 0, "did not accept it (422)"},
		{"bad token", 401, doc, `{"message":"Unauthorized"}`, "failed", 0, "put it into the environment variable BANK_TOKEN"},
		{"wrong queue", 403, doc, `{}`, "failed", 0, `the queue "TI-Producao" exists`},
		{"wrong address", 404, page, "<p>no", "failed", 0, "check its url and recipe"},
		{"too large", 413, page, "", "failed", 0, "send the bundle instead"},
		{"another kind", 415, page, "", "failed", 0, "this kind of content"},
		{"too many", 429, later, "", "sending", 2 * time.Minute, "too many requests"},
		{"too many, until a date", 429, http.Header{"Retry-After": {"Mon, 23 Nov 2026 14:00:30 GMT"}}, "", "sending", 30 * time.Second, "too many requests"},
		{"too many, no hint", 429, nil, "", "sending", 0, "too many requests"},
		{"request timeout", 408, nil, "", "unknown", 0, "A ticket may exist"},
		{"internal error", 500, page, "<p>oops", "unknown", 0, "in trouble (500). A ticket may exist"},
		{"unavailable", 503, nil, "", "unknown", 0, "in trouble (503)"},
		{"unavailable, asked to come again", 503, later, "", "unknown", 0, "in trouble (503). A ticket may exist"},
		{"too many, said with 403", 403, later, "", "sending", 2 * time.Minute, "too many requests (403)"},
		{"a gateway that gave up", 504, later, "", "unknown", 0, "in trouble (504)"},
		{"a page with 200", 200, page, "<form>", "failed", 0, "a web page (200), not JSON: check the portal's url"},
		{"no content", 204, nil, "", "unknown", 0, "204, which the recipe does not know"},
		{"accepted", 202, doc, `{}`, "unknown", 0, "202, which the recipe does not know"},
		{"a page with 201", 201, page, "<p>made", "unknown", 0, "a web page (201)"},
		{"half a document", 201, doc, `{"id":"1`, "unknown", 0, "said 201, but the answer is not JSON"},
		{"two documents", 201, doc, `{"id":"1"}{"id":"2"}`, "unknown", 0, "said 201, but the answer is not JSON"},
		{"no id", 201, doc, `{"type":"ticket"}`, "unknown", 0, "names no ticket"},
		{"a hostile id", 201, doc, `{"id":"../user/1?x=<b>"}`, "unknown", 0, "names no ticket"},
		{"shorter than announced", 201, http.Header{"Content-Type": {"application/json"}, "Content-Length": {"99"}}, `{"id":"1"}`, "unknown", 0, "said 201, but the answer broke off"},
		{"sign-in", 302, to("/NoAuth/Login.html?next=1"), "", "failed", 0, "leads to its sign-in page (302)"},
		{"after a form", 303, to("/ticket/1"), "", "unknown", 0, "redirects (303)"},
		{"moved", 308, to("https://new.example/REST/2.0/ticket"), "", "failed", 0, `redirects to the host "new.example" (308)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			desk := newTracker()
			desk.before = creates(answering(test.status, test.header, test.body))
			server := httptest.NewServer(desk)
			defer server.Close()
			result := deliver(t, exporterOf(t, loopback(server.URL)), sample())
			if result.State != test.state || !strings.Contains(result.Text, test.says) || result.After != test.after {
				t.Errorf("got %s after %s: %s\nwant %s after %s: … %s …", result.State, result.After, result.Text, test.state, test.after, test.says)
			}
			if (result.State == draft.ReceiptUnknown) != result.Creating {
				t.Errorf("%s, and Creating is %v", result.State, result.Creating)
			}
		})
	}
}

func TestAStatusByWhichThePortalSaysThatNothingWasDone(t *testing.T) {
	desk := newTracker()
	desk.before = creates(answering(http.StatusServiceUnavailable, http.Header{"Retry-After": {"120"}}, ""))
	server := httptest.NewServer(desk)
	defer server.Close()
	x := exporterOf(t, loopback(server.URL))
	steps := x.portals["bank"].recipe.Steps
	for i := range steps {
		if steps[i].Do == doCreate {
			steps[i].Undone = []int{http.StatusServiceUnavailable}
		}
	}
	parcel, _, err := x.Pack("bank", sample(), nil)
	if err != nil {
		t.Fatal(err)
	}
	result := goOn(t, x, parcel, Progress{}, false)
	if result.State != draft.ReceiptSending || result.After != 2*time.Minute || result.Creating {
		t.Fatalf("got %+v", result)
	}
	desk.before = nil
	if result = goOn(t, x, parcel, result.Progress, false); result.State != draft.ReceiptSent || creations(desk) != 2 {
		t.Errorf("then %+v, with %d creates", result, creations(desk))
	}
}

// creations counts the creates that a tracker received.
func creations(desk *tracker) (n int) {
	for _, r := range desk.requests {
		if r.method == http.MethodPost && strings.HasSuffix(r.uri, "/ticket") {
			n++
		}
	}
	return n
}

func TestALostAnswerIsLookedFor(t *testing.T) {
	for _, test := range []struct {
		name  string
		made  bool
		state draft.ReceiptState
	}{
		{"reset after the ticket was made", true, draft.ReceiptSent},
		{"reset before the ticket is made", false, draft.ReceiptUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			desk := newTracker()
			desk.before = creates(func(w http.ResponseWriter, _ *http.Request) bool {
				if test.made {
					desk.make(httptest.NewRecorder(), desk.requests[len(desk.requests)-1].body)
				}
				reset(w)
				return true
			})
			server := httptest.NewServer(desk)
			defer server.Close()
			x := exporterOf(t, loopback(server.URL))
			parcel, _, err := x.Pack("bank", sample(), nil)
			if err != nil {
				t.Fatal(err)
			}
			result := goOn(t, x, parcel, Progress{}, false)
			if result.State != test.state {
				t.Fatalf("got %+v", result)
			}
			// Nothing is created again by itself, however often it goes on.
			result = goOn(t, x, parcel, result.Progress, true)
			if result.State != test.state || creations(desk) != 1 || test.made && (result.Ticket() != "1" || result.Found) {
				t.Errorf("got %+v after %d creates", result, creations(desk))
			}
		})
	}
}

func TestACreateIsNotBrokenOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	desk := newTracker()
	desk.before = creates(func(http.ResponseWriter, *http.Request) bool {
		cancel()
		return false
	})
	server := httptest.NewServer(desk)
	defer server.Close()
	x := exporterOf(t, loopback(server.URL))
	parcel, _, err := x.Pack("bank", sample(), nil)
	if err != nil {
		t.Fatal(err)
	}
	result, err := x.Run(ctx, parcel, Progress{}, false, func(Progress) error { return nil })
	if err != nil || result.Ticket() != "1" || result.State != draft.ReceiptSending {
		t.Errorf("got %+v and the error %v: the ticket is made, and the rest waits", result, err)
	}
	if result = goOn(t, x, parcel, result.Progress, false); result.State != draft.ReceiptSent || creations(desk) != 1 {
		t.Errorf("then %+v, with %d creates", result, creations(desk))
	}
}

func TestNothingWasSent(t *testing.T) {
	const gone = "http://127.0.0.1:1" // the port of tcpmux, which nobody serves
	untrusted := httptest.NewUnstartedServer(newTracker())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	defer untrusted.Close()
	plain := httptest.NewServer(newTracker())
	defer plain.Close()
	private := loopback(untrusted.URL)
	private.AllowPrivate = false

	for _, test := range []struct {
		name   string
		portal Portal
		state  draft.ReceiptState
		says   string
	}{
		{"refused", loopback(gone), draft.ReceiptSending, "refused the connection"},
		{"untrusted", loopback(untrusted.URL), draft.ReceiptFailed, "certificate is not trusted"},
		{"TLS to a plain port", loopback(strings.Replace(plain.URL, "http:", "https:", 1)), draft.ReceiptFailed, "does not speak TLS"},
		{"private", private, draft.ReceiptFailed, "set allow_private"},
		{"no such host", loopback("https://portal.invalid"), draft.ReceiptSending, "cannot be resolved"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x := exporterOf(t, test.portal)
			parcel, _, err := x.Pack("bank", sample(), nil)
			if err != nil {
				t.Fatal(err)
			}
			result := goOn(t, x, parcel, Progress{}, false)
			if result.State != test.state || !strings.HasPrefix(result.Text, "nothing was sent: ") || !strings.Contains(result.Text, test.says) {
				t.Errorf("got %s: %s\nwant %s: nothing was sent: … %s …", result.State, result.Text, test.state, test.says)
			}
			if result = goOn(t, x, parcel, result.Progress, true); result.State != draft.ReceiptFailed {
				t.Errorf("the last try: %s, want failed", result.State)
			}
		})
	}
}

func TestTheTokenIsInNoMessage(t *testing.T) {
	desk := newTracker()
	desk.before = creates(answering(400, http.Header{"Content-Type": {"application/json"}}, `{"message":"bad token `+token+`"}`))
	server := httptest.NewServer(desk)
	defer server.Close()
	result := deliver(t, exporterOf(t, loopback(server.URL)), sample())
	if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, "bad token") || strings.Contains(result.Text, token) {
		t.Errorf("got %+v", result)
	}
}

func TestAPageWhereALookUpIsExpectedMakesNoTicket(t *testing.T) {
	desk := newTracker()
	desk.before = func(w http.ResponseWriter, r *http.Request) bool {
		return strings.HasSuffix(r.URL.Path, "/tickets") && answering(http.StatusOK, http.Header{"Content-Type": {"text/html"}}, "<form>")(w, r)
	}
	server := httptest.NewServer(desk)
	defer server.Close()
	result := deliver(t, exporterOf(t, loopback(server.URL)), sample())
	if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, "a web page (200), not JSON: check the portal's url") || len(desk.tickets) != 0 {
		t.Errorf("got %+v and %d tickets", result, len(desk.tickets))
	}
}
