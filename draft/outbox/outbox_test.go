package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/capture/store"
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
	// settings of the portal, beside where it is.
	settings export.Portal
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, portal: &portal{}, path: filepath.Join(t.TempDir(), "flagrante.db"), now: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)}
	b.server = httptest.NewServer(b.portal)
	t.Cleanup(b.server.Close)
	failure := &capture.Failure{
		ID: "01JDCE0000000000000000000A", Time: b.now, Kind: capture.KindHTTPStatus, Host: "api.bank.example", Endpoint: "POST api.bank.example/pix",
		Exchange: proxy.Exchange{
			Start: b.now, Request: proxy.Request{Method: "POST", URL: "https://api.bank.example/pix", Proto: "HTTP/1.1"},
			Response: &proxy.Response{Status: 503, Proto: "HTTP/1.1"},
		},
	}
	b.settings.Attach = []string{}
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

// open starts a process. Its attachments are two files.
func (b *bench) open() *process {
	b.t.Helper()
	s, err := store.Open(b.t.Context(), b.path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { s.Close() })
	r, err := export.ParseRecipe("desk.yaml", []byte(recipe))
	if err != nil {
		b.t.Fatal(err)
	}
	p := b.settings
	p.Recipe, p.URL, p.TokenEnv, p.AllowPrivate = "desk", b.server.URL, "TOKEN", true
	return &process{Outbox: New(b.options(s, p, r)), store: s}
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
		Now: b.clock, Patience: 2 * time.Second,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return Options{
		Store: s, Exporter: x, Lang: draft.English, Now: b.clock, NewID: b.newID, Holder: b.newID(),
		Draft: func(context.Context, string) (draft.Draft, error) { return b.draft, nil },
		Files: func(context.Context, draft.Draft) ([]export.File, error) {
			return []export.File{{Name: "a.png", Type: "image/png", Data: []byte("\x89PNG\x00\xff"), Checked: true}, {Name: "b.txt", Type: "text/plain", Data: nil}}, nil
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

func TestExport(t *testing.T) {
	b := newBench(t)
	p := b.open()
	got := b.send(p)
	want := draft.Receipt{
		ID: got.ID, DraftID: b.draft.ID, Portal: "bank", State: draft.ReceiptSent, Ticket: "1", URL: b.server.URL + "/t/1",
		Time: b.now, Who: "ana", Told: 3, ToldAt: b.now, Captured: map[string]string{"ticket": "1", "key": "k"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, b.receipt(b.open(), got.ID)); diff != "" {
		t.Errorf("what another process reads (-want +got):\n%s", diff)
	}
	b.whole()
	if _, err := p.ledger.load(t.Context(), got.ID); !errors.Is(err, ErrNoReceipt) {
		t.Errorf("it is still in the outbox: %v", err)
	}
	if _, err := p.Export(t.Context(), "bank", b.draft, "bia"); !errors.Is(err, draft.ErrAlreadySent) {
		t.Errorf("the second time: %v", err)
	}
}

func TestAHalfDoneExportGoesOnAtTheStepThatFailed(t *testing.T) {
	b := newBench(t)
	files := 0
	b.portal.before = func(w http.ResponseWriter, r *http.Request) bool {
		if isFile(r) {
			files++
		}
		if files != 2 {
			return false
		}
		status(503, "")(w, r)
		return true
	}
	r := b.send(b.open())
	if r.State != draft.ReceiptSending || r.Ticket != "1" || !r.RetryAt.Equal(b.now.Add(30*time.Second)) || !strings.Contains(r.Error, "in trouble (503)") {
		t.Fatalf("got %+v: the ticket is made, and the second file waits", r)
	}
	// Another program goes on, at its time and not before.
	after := b.open()
	if r = b.due(after, r.ID); r.State != draft.ReceiptSending || files != 2 {
		t.Fatalf("before its time: %+v", r)
	}
	b.wait(30 * time.Second)
	if r = b.due(after, r.ID); r.State != draft.ReceiptSent || r.Dropped != nil || !r.RetryAt.IsZero() {
		t.Errorf("then %+v", r)
	}
	b.whole()
}

func TestThePortalIsAskedAgainWhenItSaid(t *testing.T) {
	b := newBench(t)
	creates := 0
	b.portal.before = func(w http.ResponseWriter, r *http.Request) bool {
		if !isCreate(r) {
			return false
		}
		if creates++; creates > 2 {
			return false
		}
		status(429, "120")(w, r)
		return true
	}
	p := b.open()
	r := b.send(p)
	for range 2 {
		if r.State != draft.ReceiptSending || !r.RetryAt.Equal(b.now.Add(2*time.Minute)) {
			t.Fatalf("got %+v", r)
		}
		b.wait(2*time.Minute - time.Second)
		// Neither the worker nor a second click is faster.
		before := creates
		r = b.due(p, r.ID)
		if again := b.send(p); again.ID != r.ID || creates != before {
			t.Fatalf("%d creates, receipt %+v", creates, again)
		}
		b.wait(time.Second)
		r = b.due(p, r.ID)
	}
	if r.State != draft.ReceiptSent || creates != 3 {
		t.Errorf("got %+v after %d creates", r, creates)
	}
	b.whole()
}

func TestALostAnswerIsUnknownUntilAPersonSpeaks(t *testing.T) {
	for _, test := range []struct {
		name, word string
		want       int
	}{{"there is a ticket", "77", 0}, {"there is none", "", 1}} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			b.fail(1, isCreate, abort)
			p := b.open()
			r := b.send(p)
			for range 10 {
				if r.State != draft.ReceiptUnknown {
					t.Fatalf("got %+v", r)
				}
				b.wait(2 * time.Hour)
				r = b.due(p, r.ID)
			}
			if len(b.portal.tickets) != 0 || !r.RetryAt.IsZero() {
				t.Fatalf("%d tickets were made by themselves; %+v", len(b.portal.tickets), r)
			}
			if _, err := p.Export(t.Context(), "bank", b.draft, "bia"); !errors.Is(err, draft.ErrAlreadySent) {
				t.Errorf("a second click: %v", err)
			}
			b.portal.before = nil
			if test.word != "" {
				b.portal.tickets = []*ticket{{ID: "77", Title: "POST /pix: 503", State: "open"}}
			}
			r, err := b.open().Settle(t.Context(), r.ID, "bia", test.word)
			if err != nil || r.State != draft.ReceiptSent || r.Who != "bia" || r.Linked != (test.word != "") || r.Dropped != nil {
				t.Fatalf("got %+v and the error %v", r, err)
			}
			b.whole()
		})
	}
}

func TestALostAnswerIsFoundByTheFingerprint(t *testing.T) {
	b := newBench(t)
	hidden := true
	b.portal.before = func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case isCreate(r):
			b.portal.make(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		case r.URL.Path == "/tickets" && hidden:
			// The index of a real portal is behind.
			give(w, 200, []*ticket{})
			return true
		}
		return false
	}
	p := b.open()
	r := b.send(p)
	if r.State != draft.ReceiptUnknown || !r.RetryAt.Equal(b.now.Add(30*time.Second)) {
		t.Fatalf("got %+v", r)
	}
	hidden = false
	b.wait(30 * time.Second)
	if r = b.due(p, r.ID); r.State != draft.ReceiptSent || r.Ticket != "1" || r.Found || r.Linked {
		t.Errorf("then %+v", r)
	}
	b.whole()
}

func TestAProgramThatEndsInTheMiddleOfACreate(t *testing.T) {
	for name, made := range map[string]bool{"the ticket was made": true, "it was not": false} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			p := b.open()
			// What the program had written when its power went.
			parcel, _, err := p.pack(t.Context(), "bank", b.draft)
			if err != nil {
				t.Fatal(err)
			}
			r := draft.Receipt{ID: "r-cut", DraftID: b.draft.ID, Portal: "bank", State: draft.ReceiptSending, Time: b.now}
			if err := p.ledger.begin(t.Context(), r, parcel); err != nil {
				t.Fatal(err)
			}
			if err := p.ledger.save(t.Context(), r.ID, export.Progress{Step: 1, Creating: true}); err != nil {
				t.Fatal(err)
			}
			if made {
				b.portal.tickets = []*ticket{{ID: "1", Title: b.draft.Title, FP: b.draft.Fingerprint, State: "open"}}
			}
			after := b.open()
			if r = b.due(after, r.ID); r.State != draft.ReceiptSending {
				t.Fatalf("while it is held: %+v", r)
			}
			b.wait(hold)
			r = b.due(after, r.ID)
			if want := map[bool]draft.ReceiptState{true: draft.ReceiptSent, false: draft.ReceiptUnknown}[made]; r.State != want {
				t.Fatalf("got %+v, want %s", r, want)
			}
			if made {
				b.whole()
			} else if len(b.portal.tickets) != 0 {
				t.Error("a create was repeated blindly")
			}
			// The first program was only slow: it can't go on with what it lost.
			if err := p.ledger.save(t.Context(), r.ID, export.Progress{}); !errors.Is(err, errLost) {
				t.Errorf("the first program saves: %v", err)
			}
		})
	}
}

func TestClicksAtOnceMakeOneTicket(t *testing.T) {
	b := newBench(t)
	first, second := b.open(), b.open()
	const clicks = 8
	results := make(chan error, clicks)
	for i := range clicks {
		p := first
		if i%2 == 0 {
			p = second
		}
		go func() {
			_, err := p.Export(t.Context(), "bank", b.draft, "ana")
			results <- err
		}()
	}
	refused := 0
	for range clicks {
		if err := <-results; errors.Is(err, draft.ErrAlreadySent) {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if refused != clicks-1 {
		t.Errorf("%d clicks were refused, want %d", refused, clicks-1)
	}
	b.whole()
}

func TestAnExportThatCanNotBeIsGivenUpInTheEnd(t *testing.T) {
	b := newBench(t)
	b.fail(-1, isCreate, status(429, ""))
	p := b.open()
	r := b.send(p)
	for tries := 0; r.State == draft.ReceiptSending; tries++ {
		if tries > 50 {
			t.Fatal("it is tried for ever")
		}
		b.wait(r.RetryAt.Sub(b.clock()))
		r = b.due(p, r.ID)
	}
	if spent := b.now.Sub(r.Time); r.State != draft.ReceiptFailed || spent < patience || spent > patience+time.Hour {
		t.Errorf("got %+v after %s", r, spent)
	}
	b.portal.before = nil
	if r = b.send(p); r.State != draft.ReceiptSent {
		t.Errorf("sent anew: %+v", r)
	}
	b.whole()
}

func TestCancel(t *testing.T) {
	b := newBench(t)
	b.fail(1, isCreate, status(429, "600"))
	p := b.open()
	r := b.send(p)
	r, err := p.Cancel(t.Context(), r.ID, "bia")
	if err != nil || r.State != draft.ReceiptFailed {
		t.Fatalf("got %+v and the error %v", r, err)
	}
	var state *StateError
	if _, err := p.Cancel(t.Context(), r.ID, "bia"); !errors.As(err, &state) {
		t.Errorf("twice: %v", err)
	}
	if r = b.send(p); r.State != draft.ReceiptSent {
		t.Errorf("sent anew: %+v", r)
	}
	if _, err := p.Settle(t.Context(), r.ID, "bia", ""); !errors.As(err, &state) {
		t.Errorf("settling what is sent: %v", err)
	}
	if _, err := p.Cancel(t.Context(), "r-none", "bia"); !errors.Is(err, ErrNoReceipt) {
		t.Errorf("no such receipt: %v", err)
	}
}

func TestMissingIsSaidBeforeAnythingIsNoted(t *testing.T) {
	b := newBench(t)
	b.draft.Title = ""
	p := b.open()
	var missing *export.MissingError
	if _, err := p.Export(t.Context(), "bank", b.draft, "ana"); !errors.As(err, &missing) {
		t.Fatalf("got %v", err)
	}
	if list, err := p.List(t.Context(), "", 10); err != nil || len(list) != 0 {
		t.Errorf("receipts: %v %v", list, err)
	}
}

// TestTheWorkerSendsWhatIsDueAndStops waits for the portal to be reached.
func TestTheWorkerSendsWhatIsDueAndStops(t *testing.T) {
	b := newBench(t)
	p := b.open()
	reached := make(chan struct{})
	creates := 0
	b.portal.before = func(w http.ResponseWriter, r *http.Request) bool {
		if !isCreate(r) {
			return false
		}
		if creates++; creates == 1 {
			status(429, "60")(w, r)
			return true
		}
		close(reached)
		return false
	}
	r := b.send(p)
	b.wait(time.Minute)
	worker := Start(p.Outbox, zerolog.Nop())
	select {
	case <-reached:
	case <-time.After(20 * time.Second):
		t.Error("the worker does not send")
	}
	worker.Close()
	if r = b.receipt(p, r.ID); r.Ticket != "1" {
		t.Errorf("after the end of the worker: %+v", r)
	}
	r = b.due(b.open(), r.ID)
	for r.State == draft.ReceiptSending {
		b.wait(time.Minute)
		r = b.due(p, r.ID)
	}
	b.whole()
}
