package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"slices"
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

// lastGate is made once: its rules are many.
var lastGate = sync.OnceValue(func() *gate.Gate { return gate.New(redact.New()) })

// exporterOf returns an Exporter whose one portal is called "bank". Its clock stands
// still.
func exporterOf(t *testing.T, p Portal) *Exporter {
	t.Helper()
	x, err := New(Options{
		Portals: map[string]Portal{"bank": p},
		Text:    writing(t),
		Gate:    lastGate(),
		Secrets: Sources{Env: func(name string) (string, bool) { return token, name == "BANK_TOKEN" }},
		Now:     func() time.Time { return time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// deliver packs d and runs it once.
func deliver(t *testing.T, x *Exporter, d draft.Draft, files ...File) Result {
	t.Helper()
	parcel, _, err := x.Pack("bank", d, files)
	if err != nil {
		t.Fatal(err)
	}
	return goOn(t, x, parcel, Progress{}, false)
}

func goOn(t *testing.T, x *Exporter, parcel Parcel, from Progress, final bool) Result {
	t.Helper()
	result, err := x.Run(t.Context(), parcel, from, final, func(Progress) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	return result
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
	x := exporterOf(t, p)

	parcel, preview, err := x.Pack("bank", sample(), []File{{Name: "print.png", Type: "image/png", Data: []byte("\x89PNG\x00"), Checked: true}})
	if err != nil {
		t.Fatal(err)
	}
	result := goOn(t, x, parcel, Progress{}, false)
	if result.State != draft.ReceiptSent || result.Ticket() != "1" || result.Dropped != nil || result.Notes != nil || result.URL != server.URL+"/rt/Ticket/Display.html?id=1" {
		t.Fatalf("got %+v", result)
	}

	shown := append([]Request{}, preview.Others...)
	shown = append(shown, Request{Do: doCreate, Method: preview.Method, URL: preview.URL, Header: preview.Header, Body: preview.Body})
	if len(shown) != len(desk.requests) {
		t.Fatalf("%d requests were shown and %d left", len(shown), len(desk.requests))
	}
	for _, sent := range desk.requests {
		address := strings.ReplaceAll("https://"+sent.host+sent.uri, "ticket/1", "ticket/%E2%80%B9ticket%E2%80%BA")
		i := slices.IndexFunc(shown, func(r Request) bool {
			return r.URL == address && bytes.Equal(r.Body, sent.body) && r.Method == sent.method
		})
		if i < 0 {
			t.Errorf("not shown: %s %s\n%s", sent.method, address, sent.body)
			continue
		}
		// What frames the message belongs to the connection, not to the ticket.
		want := map[string]string{"Connection": "close"}
		if sent.method == "POST" {
			want["Content-Length"] = strconv.Itoa(len(sent.body))
		}
		for _, field := range shown[i].Header {
			want[field.Name] = strings.ReplaceAll(field.Value, mask, token)
		}
		left := map[string]string{}
		for name := range sent.header {
			left[name] = sent.header.Get(name)
		}
		if diff := cmp.Diff(want, left); diff != "" {
			t.Errorf("the header that left (+) is not that of the preview (-):\n%s", diff)
		}
	}
}

func TestPreviewOfTheFields(t *testing.T) {
	p := loopback("http://127.0.0.1:1")
	p.Values = map[string]Override{"severity": {Map: map[string]string{"critical": "S1"}}, "queue": {Fixed: "Suporte"}}
	x := exporterOf(t, p)
	d := sample()
	d.Evidence.Last.Origin = capture.Origin{Source: capture.SourceUnknown}
	_, preview, err := x.Pack("bank", d, nil)
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

func TestWhatIsMissingIsSaidAndSendsNothing(t *testing.T) {
	desk := newTracker()
	server := httptest.NewServer(desk)
	defer server.Close()
	p := loopback(server.URL)
	p.TokenEnv = "NOT_SET"
	x := exporterOf(t, p)
	d := sample()
	d.Title, d.Category = " \x00", "Outra"

	want := []string{
		`queue: the portal's values have none for the category "Outra"`,
		"title: is empty",
		"token: the environment variable NOT_SET is empty or not set",
	}
	parcel, preview, err := x.Pack("bank", d, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, preview.Missing); diff != "" {
		t.Errorf("preview.Missing (-want +got):\n%s", diff)
	}
	if result := goOn(t, x, parcel, Progress{}, false); result.State != draft.ReceiptSending || len(desk.requests) != 0 {
		t.Errorf("got %+v, and %d requests left", result, len(desk.requests))
	}
}

func TestTooLargeIsSaidBeforeAnythingLeaves(t *testing.T) {
	x := exporterOf(t, loopback("http://127.0.0.1:1"))
	x.portals["bank"].recipe.Limits.Request = 100
	var tooLarge *TooLargeError
	if _, _, err := x.Pack("bank", sample(), nil); !errors.As(err, &tooLarge) {
		t.Fatalf("Pack: %v, want a *TooLargeError", err)
	}
	if tooLarge.Limit != 100 || tooLarge.Size <= 100 {
		t.Errorf("got %+v", tooLarge)
	}
}

func TestWhatMustNotLeaveIsStopped(t *testing.T) {
	desk := newTracker()
	server := httptest.NewServer(desk)
	defer server.Close()
	x := exporterOf(t, loopback(server.URL))
	d := sample()
	d.Title = "o CPF 529.982.247-25 não passa"
	parcel, preview, err := x.Pack("bank", d, []File{{Name: "print.png", Type: "image/png", Data: []byte("\x89PNG\r\n\x1a\n\x00")}})
	if err != nil || len(preview.Findings) < 2 {
		t.Fatalf("Pack: %v, findings %v", err, preview.Findings)
	}
	result := goOn(t, x, parcel, Progress{}, false)
	if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, "must not leave") || strings.Contains(result.Text, "529") || len(desk.tickets) != 0 {
		t.Errorf("got %+v and %d tickets", result, len(desk.tickets))
	}
}

func TestUnknownPortal(t *testing.T) {
	x := exporterOf(t, loopback("http://127.0.0.1:1"))
	if diff := cmp.Diff([]string{"bank"}, x.Portals()); diff != "" {
		t.Errorf("Portals (-want +got):\n%s", diff)
	}
	if _, _, err := x.Pack("other", sample(), nil); err == nil {
		t.Error("Pack for an unknown portal gave no error")
	}
	if result := goOn(t, x, Parcel{Portal: "other"}, Progress{}, false); result.State != draft.ReceiptFailed {
		t.Errorf("a portal that is gone: %+v", result)
	}
}

func writing(t *testing.T) text.Options {
	t.Helper()
	guide, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return text.Options{Profile: guide, Lang: draft.English, Zone: time.FixedZone("-03", -3*60*60)}
}
