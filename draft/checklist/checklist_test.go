package checklist_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the zone must be there on any machine

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/checklist"
	"flagrante/draft/profile"
	"flagrante/proxy"
)

func fill(t *testing.T, lang draft.Lang, e draft.Evidence) []draft.Item {
	t.Helper()
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	return checklist.Fill(p, draft.Draft{Title: "GET /a: x", Evidence: e}, checklist.Options{Lang: lang, Zone: zone})
}

func evidence(count int64, x proxy.Exchange, from capture.Origin) draft.Evidence {
	at := time.Date(2026, 11, 23, 1, 2, 3, 0, time.UTC)
	f := &capture.Failure{Exchange: x, Origin: from}
	return draft.Evidence{First: f, Last: f, Group: capture.Group{
		Endpoint: "GET api.bank.example/a", Count: count, FirstSeen: at.Add(-time.Hour), LastSeen: at,
	}}
}

func TestFillAnswered(t *testing.T) {
	x := proxy.Exchange{
		Request:  proxy.Request{Method: "GET", Header: proxy.Fields{{Name: "user-agent", Value: "axios/1.7.9"}}},
		Response: &proxy.Response{Status: 503, Body: proxy.Body{Size: 2048}},
	}
	want := []draft.Item{
		{Item: "title", Required: true, State: draft.Filled, Value: "GET /a: x"},
		{Item: "time", Required: true, State: draft.Filled, Value: "5 vezes, de 22/11/2026 21:02:03.000 (America/Sao_Paulo, UTC-03:00) a 22/11/2026 22:02:03.000 (America/Sao_Paulo, UTC-03:00)"},
		{Item: "steps", Required: true, State: draft.Filled, Value: "Passos numerados e comando curl a partir da chamada capturada"},
		{Item: "media", Required: true, State: draft.Missing},
		{Item: "device", State: draft.Filled, Value: "Servidor para servidor, axios 1.7.9, sem aparelho de usuário"},
		{Item: "endpoint", State: draft.Filled, Value: "GET api.bank.example/a"},
		{Item: "request", State: draft.Filled, Value: "GET, cabeçalhos: 1, corpo: nenhum"},
		{Item: "country", State: draft.Filled, Value: "Brasil (BR), pelo IP de saída configurado"},
		{Item: "response", State: draft.Filled, Value: "503 Service Unavailable, corpo: 2,0 KiB (2048 bytes)"},
	}
	got := fill(t, draft.Portuguese, evidence(5, x, capture.Origin{Country: "BR", Source: capture.SourceEgress}))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFillUnanswered(t *testing.T) {
	x := proxy.Exchange{
		Request: proxy.Request{Method: "POST", Body: proxy.Body{Size: 10}},
		Err:     &proxy.Error{Type: "connection_refused", Phase: proxy.PhaseConnect},
	}
	got := fill(t, draft.English, evidence(1, x, capture.Origin{Source: capture.SourceUnknown}))
	want := []draft.Item{
		{Item: "time", Required: true, State: draft.Filled, Value: "2026-11-22 21:02:03.000 (America/Sao_Paulo, UTC-03:00)"},
		{Item: "device", State: draft.Missing},
		{Item: "request", State: draft.Filled, Value: "POST, headers: 0, body: 10 bytes"},
		{Item: "country", State: draft.Missing},
		{Item: "response", State: draft.NotApplicable, Value: "There was no HTTP answer: connection refused"},
	}
	if diff := cmp.Diff(want, []draft.Item{got[1], got[4], got[6], got[7], got[8]}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFillKeepsValuesOnOneLine(t *testing.T) {
	e := evidence(1, proxy.Exchange{}, capture.Origin{})
	e.Group.Endpoint = "GET h/\x1b\n\u202e"
	if got, want := fill(t, draft.English, e)[5].Value, "GET h/[U+001B][U+000A][U+202E]"; got != want {
		t.Errorf("the endpoint is %q, want %q", got, want)
	}
}

func TestDevice(t *testing.T) {
	for agent, want := range map[string]string{
		"BancoApp/3.2 (iPhone; iOS 18.1; Scale/3.00)": "App BancoApp 3.2 on iOS 18.1 (iPhone)",
		"App/1 (Android 14; Pixel 8) okhttp/4.12.0":   "App App 1 on Android 14 (Pixel 8), by OkHttp 4.12.0",
		"okhttp/4.12.0":      "OkHttp 4.12.0, a library of mobile apps and of servers: the agent does not say which",
		"curl/8.5.0":         "Called by hand or from a script: curl 8.5.0",
		"Go-http-client/1.1": "Server to server, Go net/http, no user device",
		"Loja-ERP/9":         "Loja-ERP/9",
	} {
		x := proxy.Exchange{Request: proxy.Request{Header: proxy.Fields{{Name: "User-Agent", Value: agent}}}}
		if got := fill(t, draft.English, evidence(1, x, capture.Origin{}))[4].Value; got != want {
			t.Errorf("%s: %q, want %q", agent, got, want)
		}
	}
}
