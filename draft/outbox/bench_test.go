package outbox

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// lastGate is made once: its rules are many.
var lastGate = sync.OnceValue(func() *gate.Gate { return gate.New(redact.New()) })

// bench is a portal, a store on disk, and the processes that share them.
type bench struct {
	t      *testing.T
	portal *portal
	server *httptest.Server
	path   string
	mu     sync.Mutex
	now    time.Time
	ids    int
	draft  draft.Draft
	closed []string
	// settings of the portal, and how long it may take to answer.
	settings export.Portal
	patience time.Duration
	// files are what people attached.
	files []export.File
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, portal: &portal{}, path: storetest.Place(t, os.Getenv(storetest.Variable)), now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	b.server = httptest.NewServer(b.portal)
	t.Cleanup(b.server.Close)
	failure := &capture.Failure{
		ID: "01JDCE0000000000000000000A", Time: b.now, Kind: capture.KindHTTPStatus, Host: "api.bank.example", Endpoint: "POST api.bank.example/pix",
		Exchange: proxy.Exchange{
			Start: b.now, Request: proxy.Request{Method: "POST", URL: "https://api.bank.example/pix", Proto: "HTTP/1.1"},
			Response: &proxy.Response{Status: 503, Proto: "HTTP/1.1"},
		},
	}
	b.settings = export.Portal{Recipe: "desk", URL: b.server.URL, TokenEnv: "TOKEN", AllowPrivate: true, Attach: []string{}}
	b.patience = time.Minute
	b.files = []export.File{{Name: "a.png", Type: "image/png", Data: []byte("\x89PNG\x00\xff"), Checked: true}, {Name: "b.txt", Type: "text/plain"}}
	b.draft = draft.Draft{
		ID: "d-0123456789", Fingerprint: "v2:0123456789", Title: "POST /pix: 503",
		Evidence: draft.Evidence{First: failure, Last: failure, Group: capture.Group{Count: 3, Host: "api.bank.example", LastSeen: b.now.Add(-time.Minute)}},
	}
	return b
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

// wait lets time pass.
func (b *bench) wait(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *bench) newID() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ids++
	return fmt.Sprintf("r-%03d", b.ids)
}

// process is a program that has the store open.
type process struct {
	*Outbox
	store *store.Store
}

// open starts a process.
func (b *bench) open() *process {
	b.t.Helper()
	s, err := store.Open(b.t.Context(), b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		// A test may have closed it before.
		_ = s.Close()
	})
	r, err := export.ParseRecipe("desk.yaml", []byte(recipe))
	if err != nil {
		b.t.Fatal(err)
	}
	return &process{Outbox: New(b.options(s, b.settings, r)), store: s}
}

func (b *bench) options(s *store.Store, p export.Portal, r *export.Recipe) Options {
	guide, err := profile.Default()
	if err != nil {
		b.t.Fatal(err)
	}
	x, err := export.New(export.Options{
		Portals: map[string]export.Portal{"bank": p}, Recipes: map[string]*export.Recipe{r.Name: r},
		Text: text.Options{Profile: guide, Lang: draft.English},
		Gate: lastGate(), Secrets: export.Sources{Env: func(string) (string, bool) { return "s3cret", true }},
		Now: b.clock, Patience: b.patience,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return Options{
		Store: s, Exporter: x, Lang: draft.English, Now: b.clock, NewID: b.newID, Holder: b.newID(),
		Draft: func(context.Context, string) (draft.Draft, error) { return b.draft, nil },
		Files: func(context.Context, draft.Draft) ([]export.File, error) {
			return b.files, nil
		},
		Sent:   lifecycle.New(s, compose.Settings{Profile: guide, Lang: draft.English}).Sent,
		Closed: func(_ context.Context, r draft.Receipt) error { b.closed = append(b.closed, r.ID); return nil },
	}
}

// send exports the draft, which must not be an error.
func (b *bench) send(p *process) draft.Receipt {
	b.t.Helper()
	r, err := p.Export(b.t.Context(), "bank", b.draft, "ana")
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// due runs what is due, which must not be an error, and returns the receipt.
func (b *bench) due(p *process, id string) draft.Receipt {
	b.t.Helper()
	if _, err := p.Due(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	return b.receipt(p, id)
}

func (b *bench) receipt(p *process, id string) draft.Receipt {
	b.t.Helper()
	r, err := p.ledger.receipt(b.t.Context(), id)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// whole checks that there is one ticket, and all of it.
func (b *bench) whole() {
	b.t.Helper()
	b.portal.mu.Lock()
	defer b.portal.mu.Unlock()
	if len(b.portal.tickets) != 1 {
		b.t.Fatalf("there are %d tickets, want 1", len(b.portal.tickets))
	}
	want := []ticketFile{{"a.png", []byte("\x89PNG\x00\xff")}, {"b.txt", []byte{}}}
	if diff := cmp.Diff(want, b.portal.tickets[0].Files); diff != "" {
		b.t.Errorf("attachments (-want +got):\n%s", diff)
	}
}

// fail answers the requests for which fits holds, n times, instead of the portal.
func (b *bench) fail(n int, fits func(*http.Request) bool, answer http.HandlerFunc) {
	b.portal.before = func(w http.ResponseWriter, r *http.Request) bool {
		if n == 0 || !fits(r) {
			return false
		}
		n--
		answer(w, r)
		return true
	}
}

func isCreate(r *http.Request) bool { return r.Method == "POST" && r.URL.Path == "/tickets" }
func isFile(r *http.Request) bool   { return strings.HasSuffix(r.URL.Path, "/files") }

func status(code int, after string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(code)
	}
}

// abort ends the connection without an answer.
func abort(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
