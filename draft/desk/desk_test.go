package desk

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/net/html"

	"flagrante/capture"
	"flagrante/capture/filter"
	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/compose"
	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
	"flagrante/proxy"
)

const token = "a-desk-token-of-the-tests"

// noon is the time of all tests.
var noon = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// memory holds the drafts, failures and portals of a test.
type memory struct {
	mu      sync.Mutex
	drafts  []draft.Draft
	sent    []draft.Draft
	outcome draft.Receipt
	err     error
	// attachments lists what was added, nil for nothing.
	attachments func(context.Context, string) ([]draft.Attachment, error)
	// goOn has a page of failures find nothing, and go on after that one.
	goOn string
}

func (m *memory) Find(_ context.Context, q lifecycle.Query) ([]draft.Draft, string, error) {
	after, limit := q.After, q.Limit
	m.mu.Lock()
	defer m.mu.Unlock()
	rest := m.drafts[slices.IndexFunc(m.drafts, func(d draft.Draft) bool { return d.ID == after })+1:]
	if len(rest) <= limit {
		return slices.Clone(rest), "", m.err
	}
	return slices.Clone(rest[:limit]), rest[limit-1].ID, m.err
}

func (m *memory) Count(context.Context, *filter.Filter) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return int64(len(m.drafts)), nil
}

func (m *memory) Draft(ctx context.Context, id string) (draft.Draft, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, d := range m.drafts {
		if d.ID == id {
			if m.attachments != nil {
				var err error
				d.Evidence.Attachments, err = m.attachments(ctx, id)
				return d, err
			}
			return d, nil
		}
	}
	return draft.Draft{}, lifecycle.ErrNotFound
}

func (m *memory) Failures(_ context.Context, p store.Page) ([]capture.Failure, string, error) {
	if m.goOn != "" {
		return nil, m.goOn, nil
	}
	var list []capture.Failure
	for _, d := range m.drafts {
		list = append(list, *d.Evidence.Last)
	}
	list = list[slices.IndexFunc(list, func(f capture.Failure) bool { return f.ID == p.After })+1:]
	if len(list) <= p.Limit {
		return list, "", nil
	}
	return list[:p.Limit], list[p.Limit-1].ID, nil
}

func (m *memory) Failure(_ context.Context, id string) (*capture.Failure, error) {
	for _, d := range m.drafts {
		if d.Evidence.Last.ID == id {
			return d.Evidence.Last, nil
		}
	}
	return nil, store.ErrNotFound
}

// Values gives values of every field.
func (m *memory) Values(_ context.Context, field, prefix string, _ int) ([]string, error) {
	return []string{prefix + field, prefix + " x"}, nil
}

func (m *memory) Portals() []string { return []string{"banco"} }

func (m *memory) Preview(_ context.Context, portal string, d draft.Draft) (export.Preview, error) {
	p := export.Preview{
		Portal: portal, Method: "POST", URL: "https://suporte.banco.example/REST/2.0/ticket", ContentType: "application/json",
		Header: []proxy.Field{{Name: "Authorization", Value: "token ••••"}, {Name: "Content-Type", Value: "application/json"}},
		Body:   []byte(`{"Subject":"` + d.Title + `","Queue":"` + d.Category + `","Content":"` + d.Evidence.Group.LastSeen.String() + `"}`),
	}
	p.Digest = fmt.Sprintf("%x", sha256.Sum256([]byte(d.ID+portal+string(p.Body))))
	return p, nil
}

func (m *memory) Export(_ context.Context, portal string, d draft.Draft, _ string) (draft.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return draft.Receipt{}, m.err
	}
	m.sent = append(m.sent, d)
	r := m.outcome
	r.ID, r.DraftID, r.Portal, r.Time = "r-1", d.ID, portal, noon
	r.State = cmp.Or(r.State, draft.ReceiptSent)
	// The drafts of a real book have their receipts there.
	if i := slices.IndexFunc(m.drafts, func(known draft.Draft) bool { return known.ID == d.ID }); i >= 0 {
		m.drafts[i].Receipts = append(m.drafts[i].Receipts, r)
	}
	return r, nil
}

// touch makes a draft fail once more.
func (m *memory) touch(i int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.drafts[i].Evidence.Group.Count++
	m.drafts[i].Evidence.Group.LastSeen = m.drafts[i].Evidence.Group.LastSeen.Add(time.Second)
}

// optionsOf are complete options around m.
func optionsOf(t testing.TB, m *memory) service.Options {
	t.Helper()
	guide, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	return service.Options{
		Workings: workings(), Drafts: m, Failures: m, Exporter: m, Exports: &window{}, Tickets: &window{}, Views: &kept{}, Book: lifecycle.New(nil, compose.Settings{}),
		Bundle: func(_ context.Context, w io.Writer, d draft.Draft) error {
			_, err := io.WriteString(w, "PK "+d.ID)
			return err
		},
		Gate:        gate.New(redact.New()),
		DraftID:     func(f *capture.Failure) string { return "d-of-" + f.ID },
		Status:      func() service.Status { return service.Status{Calls: 312} },
		Passthrough: func() []service.Passthrough { return nil },
		Forget:      func(string) bool { return false },
		Shelf:       shelfOf(t),
		Masks:       &fakeMasks{}, Reveals: &fakeReveals{}, Pictures: func(string, string) [][]byte { return nil },
		Live: live.NewHub("test"), Strip: &live.Strip{},
		Ready: func(context.Context) error { return nil },
		Token: token, Hosts: []string{"desk.example"}, Lang: draft.Portuguese, Profile: guide, Zone: zone,
		Now: func() time.Time { return noon }, Version: "1.2.3", ProxyAddr: "127.0.0.1:8790", CAPath: "/home/ana maria/ca.pem", CA: []byte("-----BEGIN CERTIFICATE-----"),
		Logger: zerolog.New(zerolog.NewTestWriter(t)),
	}
}

// shelfOf returns an empty shelf for attachments.
func shelfOf(t testing.TB) *attach.Shelf {
	t.Helper()
	return attach.Open(t.TempDir(), attach.Options{Now: func() time.Time { return noon }, NewID: func() string { return "a-1" }, Mask: func(_, _ string, text []byte) []byte { return text }})
}

// openDesk returns the desk over m; change may alter the options.
func openDesk(t *testing.T, m *memory, change ...func(*service.Options)) http.Handler {
	t.Helper()
	o := optionsOf(t, m)
	for _, c := range change {
		c(&o)
	}
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask sends a request with the token; pairs are further header fields.
func ask(h http.Handler, method, target, body string, pairs ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "127.0.0.1:8791"
	r.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(pairs); i += 2 {
		r.Header.Set(pairs[i], pairs[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// wordsOf returns the visible text of a page, its white space folded.
func wordsOf(t *testing.T, page string) string {
	t.Helper()
	var out strings.Builder
	for n := range parse(t, page).Descendants() {
		if n.Type == html.TextNode {
			out.WriteString(n.Data + " ")
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// attr returns an attribute of an element.
func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestNewNamesWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*service.Options)
		want   string
	}{
		{"token", func(o *service.Options) { o.Token = "" }, "token"},
		{"drafts", func(o *service.Options) { o.Drafts = nil }, "drafts"},
		{"function", func(o *service.Options) { o.Ready = nil }, "function"},
		{"zone", func(o *service.Options) { o.Zone = nil }, "zone"},
		{"language", func(o *service.Options) { o.Lang = "fr" }, `"fr"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := optionsOf(t, &memory{})
			c.change(&o)
			if _, err := New(o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestErrorsAreLoggedWithoutWhatWasAsked(t *testing.T) {
	var log bytes.Buffer
	m := &memory{err: errors.New("disk full")}
	h := openDesk(t, m, func(o *service.Options) { o.Logger = zerolog.New(&log) })
	w := ask(h, "GET", "/?after=secret-word", "")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "disk full") {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "disk full") || strings.Contains(log.String(), "secret-word") {
		t.Errorf("logged %s", &log)
	}
}

var client = netip.MustParseAddrPort("127.0.0.1:50412")
