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

// fault answers a create in a way of its own.
func fault(status int, header http.Header, body string) func(http.ResponseWriter, *http.Request) bool {
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

func TestHowACreateEnds(t *testing.T) {
	page := http.Header{"Content-Type": {"text/html"}}
	doc := http.Header{"Content-Type": {"application/json"}}
	to := func(location string) http.Header { return http.Header{"Location": {location}} }
	for _, test := range []struct {
		name   string
		status int
		header http.Header
		body   string
		state  draft.ReceiptState
		says   string
	}{
		{"bad fields", 400, doc, `{"message":"Could not create\r\nticket"}`, "failed", `did not accept the ticket (400): check the portal's values and what it requires. The portal said: "Could not create ticket"`},
		{"unprocessable", 422, page, "<p>no", "failed", "did not accept the ticket (422)"},
		{"bad token", 401, doc, `{"message":"Unauthorized"}`, "failed", "put it into the environment variable BANK_TOKEN"},
		{"wrong queue", 403, doc, `{}`, "failed", `the queue "TI-Producao" exists`},
		{"wrong address", 404, page, "<p>no", "failed", "check its url and recipe"},
		{"too large", 413, page, "", "failed", "send the bundle instead"},
		{"too many", 429, http.Header{"Retry-After": {"120"}}, "", "failed", "send again after 120 (Retry-After)"},
		{"too many, no hint", 429, nil, "", "failed", "send again later"},
		{"request timeout", 408, nil, "", "unknown", "A ticket may exist"},
		{"internal error", 500, page, "<p>oops", "unknown", "in trouble (500). A ticket may exist"},
		{"unavailable", 503, nil, "", "unknown", "in trouble (503)"},
		{"a page with 200", 200, page, "<form>", "failed", "a web page, not JSON (200): check the portal's url"},
		{"no content", 204, nil, "", "unknown", "204, which the recipe does not know"},
		{"accepted", 202, doc, `{}`, "unknown", "202, which the recipe does not know"},
		{"a page with 201", 201, page, "<p>made", "unknown", "said 201, but the answer is a web page"},
		{"half a document", 201, doc, `{"id":"1`, "unknown", "said 201, but the answer is not JSON"},
		{"two documents", 201, doc, `{"id":"1"}{"id":"2"}`, "unknown", "said 201, but the answer is not JSON"},
		{"no id", 201, doc, `{"type":"ticket"}`, "unknown", "names no ticket"},
		{"a hostile id", 201, doc, `{"id":"../user/1?x=<b>"}`, "unknown", "names no ticket"},
		{"shorter than announced", 201, http.Header{"Content-Type": {"application/json"}, "Content-Length": {"99"}}, `{"id":"1"}`, "unknown", "said 201, but the answer broke off"},
		{"sign-in", 302, to("/NoAuth/Login.html?next=1"), "", "failed", "leads to its sign-in page (302)"},
		{"after a form", 303, to("/ticket/1"), "", "unknown", "redirects (303)"},
		{"moved", 308, to("https://new.example/REST/2.0/ticket"), "", "failed", `redirects to the host "new.example" (308)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			desk := newTracker()
			desk.before = fault(test.status, test.header, test.body)
			server := httptest.NewServer(desk)
			defer server.Close()
			x, book := exporterOf(t, loopback(server.URL))
			receipt, err := x.Export(t.Context(), "bank", sample())
			if err != nil {
				t.Fatal(err)
			}
			if receipt.State != test.state || !strings.Contains(receipt.Error, test.says) {
				t.Errorf("got %s: %s\nwant %s: … %s …", receipt.State, receipt.Error, test.state, test.says)
			}
			if book.receipts["receipt-1"].State != test.state {
				t.Errorf("recorded %s, want %s", book.receipts["receipt-1"].State, test.state)
			}
			if len(desk.requests) != 1 {
				t.Errorf("%d requests left, want 1", len(desk.requests))
			}
		})
	}
}

func TestALostAnswerIsUnknownAndNotSentAgain(t *testing.T) {
	for name, early := range map[string]bool{"reset before the ticket is made": true, "reset after the ticket was made": false} {
		t.Run(name, func(t *testing.T) {
			desk := newTracker()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !early {
					desk.ServeHTTP(httptest.NewRecorder(), r)
				}
				reset(w)
			}))
			defer server.Close()
			x, _ := exporterOf(t, loopback(server.URL))
			receipt, err := x.Export(t.Context(), "bank", sample())
			if err != nil || receipt.State != draft.ReceiptUnknown {
				t.Fatalf("got %+v and the error %v, want the state unknown", receipt, err)
			}
			if _, err := x.Export(t.Context(), "bank", sample()); err == nil {
				t.Error("the second Export gave no error")
			}
		})
	}
}

func TestGivingUpIsUnknownAndRecorded(t *testing.T) {
	for _, name := range []string{"deadline", "cancel"} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if name == "deadline" {
				// Long enough for a busy machine to connect and send.
				ctx, cancel = context.WithTimeout(ctx, time.Second)
				defer cancel()
			}
			desk := newTracker()
			desk.before = func(_ http.ResponseWriter, r *http.Request) bool {
				if name == "cancel" {
					cancel()
				}
				<-r.Context().Done()
				return true
			}
			server := httptest.NewServer(desk)
			defer server.Close()
			x, book := exporterOf(t, loopback(server.URL))
			receipt, err := x.Export(ctx, "bank", sample())
			if err != nil || receipt.State != draft.ReceiptUnknown || book.receipts["receipt-1"].State != draft.ReceiptUnknown {
				t.Errorf("got %+v, recorded %+v, error %v", receipt, book.receipts["receipt-1"], err)
			}
		})
	}
}

func TestNothingWasSent(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
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
		says   string
	}{
		{"refused", loopback(gone.URL), "refused the connection"},
		{"untrusted", loopback(untrusted.URL), "certificate is not trusted"},
		{"TLS to a plain port", loopback(strings.Replace(plain.URL, "http:", "https:", 1)), "does not speak TLS"},
		{"private", private, "set allow_private"},
		{"no such host", loopback("https://portal.invalid"), "cannot be resolved"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x, _ := exporterOf(t, test.portal)
			receipt, err := x.Export(t.Context(), "bank", sample())
			if err != nil {
				t.Fatal(err)
			}
			if receipt.State != draft.ReceiptFailed || !strings.HasPrefix(receipt.Error, "nothing was sent: ") || !strings.Contains(receipt.Error, test.says) {
				t.Errorf("got %s: %s\nwant failed: nothing was sent: … %s …", receipt.State, receipt.Error, test.says)
			}
		})
	}
}

func TestAFailedCreateMayBeSentAgain(t *testing.T) {
	desk := newTracker()
	desk.before = fault(429, nil, "")
	server := httptest.NewServer(desk)
	defer server.Close()
	x, _ := exporterOf(t, loopback(server.URL))
	if r, err := x.Export(t.Context(), "bank", sample()); err != nil || r.State != draft.ReceiptFailed {
		t.Fatalf("got %+v and the error %v", r, err)
	}
	desk.before = nil
	if r, err := x.Export(t.Context(), "bank", sample()); err != nil || r.State != draft.ReceiptSent {
		t.Errorf("got %+v and the error %v", r, err)
	}
}

func TestTheTokenIsInNoMessage(t *testing.T) {
	desk := newTracker()
	desk.before = fault(400, http.Header{"Content-Type": {"application/json"}}, `{"message":"bad token `+token+`"}`)
	server := httptest.NewServer(desk)
	defer server.Close()
	x, _ := exporterOf(t, loopback(server.URL))
	receipt, err := x.Export(t.Context(), "bank", sample())
	if err != nil || strings.Contains(receipt.Error, token) {
		t.Errorf("got %+v and the error %v", receipt, err)
	}
}
