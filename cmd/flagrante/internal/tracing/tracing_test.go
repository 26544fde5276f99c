package tracing_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rs/zerolog"

	"flagrante/cmd/flagrante/internal/tracing"
	"flagrante/cmd/flagrante/internal/tracing/collectortest"
	"flagrante/draft"
	"flagrante/proxy"
)

func TestSpansSayWhatHappenedAndNoMore(t *testing.T) {
	collector := collectortest.Start()
	defer collector.Close()
	begun := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	now := func() time.Time { return begun.Add(20 * time.Millisecond) }
	tracer, err := tracing.Start(t.Context(), collector.URL, "v1", now, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	tracer.Exchange(&proxy.Exchange{
		ID: "01A", Start: begun, Phases: proxy.Phases{Total: 5 * time.Millisecond},
		Request: proxy.Request{
			Method: "POST", URL: "https://ana:segredo-a@api.bank.example:8443/pix/segredo-b?token=segredo-c#segredo-d",
			Header: proxy.Fields{
				{Name: "Traceparent", Value: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}, {Name: "Authorization", Value: "segredo-e"},
				{Name: "Baggage", Value: "segredo-f"}, {Name: "Tracestate", Value: "segredo=g"},
			},
			Body: proxy.Body{Data: []byte("segredo-h")},
		},
		Response: &proxy.Response{Status: 503, Reason: "segredo-i"},
	})
	tracer.Exchange(&proxy.Exchange{ID: "01B", Start: begun, Request: proxy.Request{Method: "SEGREDO", URL: "http://[2001:db8::1]/"}, Err: &proxy.Error{Type: "connection_refused", Text: "segredo"}})
	tracer.Exchange(&proxy.Exchange{ID: "01C", Start: begun, Request: proxy.Request{Method: "GET", URL: "http://api.bank.example/"}, Response: &proxy.Response{Status: 200}})
	tracer.Exchange(&proxy.Exchange{ID: "01D", Start: begun, Request: proxy.Request{Method: "GET", URL: "http://api.bank.example/"}, Aborted: true})
	tracer.Draft("d-1", begun, nil)
	tracer.Draft("d-2", begun, errors.New("segredo"))
	tracer.Export(draft.Receipt{DraftID: "d-1", Portal: "rt", State: draft.ReceiptSent, Error: "segredo"}, begun, nil)
	tracer.Export(draft.Receipt{DraftID: "d-1", Portal: "rt", State: draft.ReceiptUnknown, Error: "segredo"}, begun, nil)
	if err := tracer.Close(); err != nil {
		t.Fatal(err)
	}
	spans, resource, raw := collector.Received()
	if diff := cmp.Diff(map[string]string{"service.name": "flagrante", "service.version": "v1"}, resource); diff != "" {
		t.Errorf("about the source (-want +got):\n%s", diff)
	}
	const client, internal, took = "SPAN_KIND_CLIENT", "SPAN_KIND_INTERNAL", 20_000_000
	host := map[string]string{"server.address": "api.bank.example", "server.port": "80", "url.scheme": "http", "http.request.method": "GET"}
	want := []collectortest.Span{
		{Name: "POST", Kind: client, Status: "error", Trace: "4bf92f3577b34da6a3ce929d0e0e4736", Parent: "00f067aa0ba902b7", Nanoseconds: 5_000_000, Attributes: with(host,
			"server.port", "8443", "url.scheme", "https", "http.request.method", "POST", "http.response.status_code", "503", "error.type", "503", "flagrante.exchange.id", "01A")},
		{Name: "_OTHER", Kind: client, Status: "error", Attributes: with(host, "server.address", "2001:db8::1", "http.request.method", "_OTHER", "error.type", "connection_refused", "flagrante.exchange.id", "01B")},
		{Name: "GET", Kind: client, Attributes: with(host, "http.response.status_code", "200", "flagrante.exchange.id", "01C")},
		{Name: "GET", Kind: client, Status: "error", Attributes: with(host, "error.type", "client_abort", "flagrante.exchange.id", "01D")},
		{Name: "draft", Kind: internal, Nanoseconds: took, Attributes: map[string]string{"flagrante.draft.id": "d-1"}},
		{Name: "draft", Kind: internal, Status: "error", Nanoseconds: took, Attributes: map[string]string{"flagrante.draft.id": "d-2", "error.type": "internal"}},
		{Name: "export", Kind: client, Nanoseconds: took, Attributes: map[string]string{"flagrante.draft.id": "d-1", "flagrante.portal": "rt", "flagrante.receipt.state": "sent"}},
		{Name: "export", Kind: client, Status: "error", Nanoseconds: took, Attributes: map[string]string{"flagrante.draft.id": "d-1", "flagrante.portal": "rt", "flagrante.receipt.state": "unknown", "error.type": "unknown"}},
	}
	ownTrace := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Trace" }, cmp.Comparer(func(a, b string) bool { return a == b || a == "" || b == "" }))
	if diff := cmp.Diff(want, spans, ownTrace, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	if bytes.Contains(bytes.ToLower(raw), []byte("segredo")) {
		t.Error("a secret left with the spans")
	}
}

// with returns a copy of some attributes with others over them.
func with(base map[string]string, pairs ...string) map[string]string {
	out := map[string]string{}
	for name, value := range base {
		out[name] = value
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = pairs[i+1]
	}
	return out
}

// TestACollectorThatIsNotThere neither holds the traffic up nor the end.
func TestACollectorThatIsNotThere(t *testing.T) {
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	var log bytes.Buffer
	tracer, err := tracing.Start(t.Context(), refusing.URL, "v1", time.Now, zerolog.New(&log))
	if err != nil {
		t.Fatal(err)
	}
	for range 10_000 {
		tracer.Exchange(&proxy.Exchange{Request: proxy.Request{Method: "GET", URL: "http://api.bank.example/"}, Aborted: true})
	}
	err = tracer.Close()
	if said := log.String() + fmt.Sprint(err); !strings.Contains(said, "404") {
		t.Errorf("nobody hears that traces could not be sent: %s", said)
	}
}

func TestCheck(t *testing.T) {
	for endpoint, want := range map[string]string{
		"http://127.0.0.1:4318": "", "https://collector.example/otlp": "", "127.0.0.1:4318": "is no address", "grpc://collector:4317": "is no address",
		"http://": "is no address", "https://ana:senha@collector.example": "OTEL_EXPORTER_OTLP_HEADERS",
	} {
		err := tracing.Check(endpoint)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", endpoint, err, want)
		}
	}
}
