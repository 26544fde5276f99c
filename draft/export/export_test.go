package export

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/draft"
	"flagrante/draft/gate"
	"flagrante/draft/profile"
	"flagrante/draft/text"
	"flagrante/proxy"
)

const token = "1-14-0123456789abcdef"

// sample is a draft whose texts are what a hostile vendor may make of them.
func sample() draft.Draft {
	at := time.Date(2026, 11, 23, 13, 4, 5, 0, time.UTC)
	failure := &capture.Failure{
		ID: "01JDCE0000000000000000000A", Time: at, Kind: capture.KindHTTPStatus, Host: "api.bank.example",
		Endpoint: "POST api.bank.example/v1/charges", Fingerprint: "v1:3c1f", Origin: capture.Origin{Country: "BR", Source: capture.SourceSetting},
		Exchange: proxy.Exchange{
			ID: "01JDCE0000000000000000000A", Start: at,
			Request: proxy.Request{
				Method: "POST", URL: "https://api.bank.example/v1/charges", Proto: "HTTP/1.1",
				Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}},
				Body:   proxy.Body{Data: []byte(`{"amount":1}`), Size: 12, Complete: true},
			},
			Response: &proxy.Response{
				Status: 500, Proto: "HTTP/1.1",
				Header: proxy.Fields{{Name: "Content-Type", Value: "text/html; charset=utf-8"}},
				Body:   proxy.Body{Data: []byte("<script>alert(1)</script>"), Size: 25, Complete: true},
			},
		},
	}
	return draft.Draft{
		ID: "d-k3f9qa2m", Fingerprint: "v1:3c1f", Title: "POST /v1/charges responde 500 “{secret} & <b>”\r\nX: y",
		State: draft.StateNew, Environment: draft.Suggestion[draft.Environment]{Value: draft.Production},
		Category: "TI - Operacional em Produção", Severity: draft.Suggestion[draft.Severity]{Value: draft.Critical}, SeverityLabel: "Crítico",
		Evidence: draft.Evidence{
			Group: capture.Group{
				Fingerprint: "v1:3c1f", Host: "api.bank.example", Endpoint: "POST api.bank.example/v1/charges", Method: "POST",
				Kind: capture.KindHTTPStatus, Status: 500, VendorCode: "E-77", Count: 3, FirstSeen: at, LastSeen: at.Add(time.Minute),
			},
			First: failure, Last: failure, RequestIDs: []string{"req-1"},
		},
	}
}

// ledger keeps receipts as the contract of Ledger says.
type ledger struct {
	mu       sync.Mutex
	receipts map[string]draft.Receipt
	finish   error
}

func (l *ledger) Begin(_ context.Context, r draft.Receipt) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, old := range l.receipts {
		if old.DraftID == r.DraftID && old.Portal == r.Portal && old.State != draft.ReceiptFailed {
			return draft.ErrAlreadySent
		}
	}
	l.receipts[r.ID] = r
	return nil
}

func (l *ledger) Finish(ctx context.Context, r draft.Receipt) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.finish != nil {
		return l.finish
	}
	l.receipts[r.ID] = r
	return ctx.Err()
}

// exporterOf returns an Exporter whose one portal is called "bank".
func exporterOf(t *testing.T, p Portal) (*Exporter, *ledger) {
	t.Helper()
	book := &ledger{receipts: map[string]draft.Receipt{}}
	x, err := New(Options{
		Portals: map[string]Portal{"bank": p},
		Text:    writing(t),
		Ledger:  book,
		Gate:    gate.New(redact.New()),
		Env:     func(name string) (string, bool) { return token, name == "BANK_TOKEN" },
		Now:     func() time.Time { return time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC) },
		NewID:   func() string { return "receipt-1" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return x, book
}

// loopback is the portal at a test server's URL.
func loopback(url string) Portal {
	return Portal{Recipe: "rt5", URL: url, TokenEnv: "BANK_TOKEN", Requestor: "qa@integrator.example", AllowPrivate: true}
}

func TestWhatLeavesIsWhatThePreviewShowed(t *testing.T) {
	desk := newTracker()
	server := httptest.NewTLSServer(desk)
	defer server.Close()
	p := loopback(server.URL + "/rt/")
	p.CAFile = certificateFile(t, server)
	x, book := exporterOf(t, p)

	preview, err := x.Preview(t.Context(), "bank", sample())
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := x.Export(t.Context(), "bank", sample())
	if err != nil {
		t.Fatal(err)
	}

	sent := desk.requests[0]
	if diff := cmp.Diff(string(preview.Body), string(sent.body)); diff != "" {
		t.Errorf("the body that left (+) is not that of the preview (-):\n%s", diff)
	}
	if got, want := sent.method+" https://"+sent.host+sent.uri, preview.Method+" "+preview.URL; got != want {
		t.Errorf("sent to %s, previewed %s", got, want)
	}
	// What frames the message belongs to the connection, not to the ticket.
	shown := map[string]string{"Connection": "close", "Content-Length": strconv.Itoa(len(preview.Body))}
	for _, field := range preview.Header {
		shown[field.Name] = strings.ReplaceAll(field.Value, mask, token)
	}
	left := map[string]string{}
	for name := range sent.header {
		left[name] = sent.header.Get(name)
	}
	if diff := cmp.Diff(shown, left); diff != "" {
		t.Errorf("the header that left (+) is not that of the preview (-):\n%s", diff)
	}
	want := draft.Receipt{
		ID: "receipt-1", DraftID: "d-k3f9qa2m", Portal: "bank", State: draft.ReceiptSent, Ticket: "1",
		URL: server.URL + "/rt/Ticket/Display.html?id=1", Time: time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, receipt); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, book.receipts["receipt-1"]); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
}

func TestPreviewOfTheFields(t *testing.T) {
	p := loopback("http://127.0.0.1:1")
	p.Values = map[string]Override{"severity": {Map: map[string]string{"critical": "S1"}}, "queue": {Fixed: "Suporte"}}
	x, _ := exporterOf(t, p)
	d := sample()
	d.Evidence.Last.Origin = capture.Origin{Source: capture.SourceUnknown}
	preview, err := x.Preview(t.Context(), "bank", d)
	if err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(preview.Body, &body); err != nil {
		t.Fatal(err)
	}
	delete(body, "Content")
	want := map[string]any{
		"Queue": "Suporte", "Requestor": "qa@integrator.example", "ContentType": "text/plain",
		"Subject": "POST /v1/charges responde 500 “{secret} & <b>” X: y",
		"CustomFields": map[string]any{
			"Categoria": "TI - Operacional em Produção", "Severidade": "S1", "Fingerprint": "v1:3c1f",
		},
	}
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	if strings.Contains(string(preview.Body), token) {
		t.Error("the body holds the token")
	}
	wantHeader := []proxy.Field{
		{Name: "Accept", Value: "application/json"}, {Name: "Authorization", Value: "token " + mask},
		{Name: "Content-Type", Value: "application/json"}, {Name: "User-Agent", Value: "flagrante"},
	}
	if diff := cmp.Diff(wantHeader, preview.Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
}

func TestNothingLeavesWhileSomethingIsMissing(t *testing.T) {
	desk := newTracker()
	server := httptest.NewServer(desk)
	defer server.Close()
	p := loopback(server.URL)
	p.TokenEnv = "NOT_SET"
	x, book := exporterOf(t, p)
	d := sample()
	d.Title, d.Category = " \x00", "Outra"

	want := []string{
		`queue: the portal's values have none for the category "Outra"`,
		"title: is empty",
		"token: the environment variable NOT_SET is empty or not set",
	}
	preview, err := x.Preview(t.Context(), "bank", d)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, preview.Missing); diff != "" {
		t.Errorf("preview.Missing (-want +got):\n%s", diff)
	}
	_, err = x.Export(t.Context(), "bank", d)
	var missing *MissingError
	if !errors.As(err, &missing) {
		t.Fatalf("Export: %v, want a *MissingError", err)
	}
	if diff := cmp.Diff(want, missing.Missing); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if len(desk.requests) != 0 || len(book.receipts) != 0 {
		t.Errorf("%d requests left and %d receipts were begun, want none", len(desk.requests), len(book.receipts))
	}
}

func TestTooLargeIsSaidBeforeAnythingLeaves(t *testing.T) {
	x, book := exporterOf(t, loopback("http://127.0.0.1:1"))
	x.portals["bank"].recipe.Limits.Request = 100
	var tooLarge *TooLargeError
	if _, err := x.Export(t.Context(), "bank", sample()); !errors.As(err, &tooLarge) {
		t.Fatalf("Export: %v, want a *TooLargeError", err)
	}
	if tooLarge.Limit != 100 || tooLarge.Size <= 100 || len(book.receipts) != 0 {
		t.Errorf("got %+v and %d receipts", tooLarge, len(book.receipts))
	}
}

func TestClicksAtOnceMakeOneTicket(t *testing.T) {
	desk := newTracker()
	server := httptest.NewServer(desk)
	defer server.Close()
	x, _ := exporterOf(t, loopback(server.URL))
	const clicks = 8
	results := make(chan error, clicks)
	for range clicks {
		go func() {
			_, err := x.Export(t.Context(), "bank", sample())
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
	if refused != clicks-1 || len(desk.tickets) != 1 {
		t.Errorf("%d clicks were refused and %d tickets made, want %d and 1", refused, len(desk.tickets), clicks-1)
	}
}

func TestAReceiptThatCannotBeRecordedIsStillReturned(t *testing.T) {
	server := httptest.NewServer(newTracker())
	defer server.Close()
	x, book := exporterOf(t, loopback(server.URL))
	book.finish = errors.New("the disk is full")
	receipt, err := x.Export(t.Context(), "bank", sample())
	if !errors.Is(err, book.finish) || receipt.Ticket != "1" {
		t.Errorf("got the receipt %+v and the error %v", receipt, err)
	}
}

func TestUnknownPortal(t *testing.T) {
	x, _ := exporterOf(t, loopback("http://127.0.0.1:1"))
	if diff := cmp.Diff([]string{"bank"}, x.Portals()); diff != "" {
		t.Errorf("Portals (-want +got):\n%s", diff)
	}
	if _, err := x.Preview(t.Context(), "other", sample()); err == nil {
		t.Error("Preview for an unknown portal gave no error")
	}
	if _, err := x.Export(t.Context(), "other", sample()); err == nil {
		t.Error("Export to an unknown portal gave no error")
	}
}

func writing(t *testing.T) text.Options {
	t.Helper()
	guide, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return text.Options{Profile: guide, Lang: draft.Portuguese, Zone: time.FixedZone("-03", -3*60*60)}
}
