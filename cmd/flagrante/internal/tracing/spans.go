package tracing

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"flagrante/draft"
	"flagrante/proxy"
)

// Exchange tells of a call, as a part of the app's own trace where the app named one. Names are
// those of https://opentelemetry.io/docs/specs/semconv/http/http-spans/ for clients.
func (t *Tracer) Exchange(x *proxy.Exchange) {
	scheme, rest, _ := strings.Cut(x.Request.URL, "://")
	method := knownMethod(x.Request.Method)
	of := append(server(scheme, rest), attribute.String("http.request.method", method), attribute.String("flagrante.exchange.id", x.ID))
	wrong := ""
	switch {
	case x.Response != nil:
		of = append(of, attribute.Int("http.response.status_code", x.Response.Status))
		if x.Response.Status >= http.StatusBadRequest {
			wrong = strconv.Itoa(x.Response.Status)
		}
	case x.Err != nil:
		wrong = x.Err.Type
	case x.Aborted:
		wrong = "client_abort"
	}
	t.told(parent(x.Request.Header), method, trace.SpanKindClient, x.Start, x.Start.Add(x.Phases.Total), wrong, of)
}

// Draft tells that a draft was concluded anew, because its failures have become more.
func (t *Tracer) Draft(id string, begun time.Time, err error) {
	t.told(nil, "draft", trace.SpanKindInternal, begun, t.now(), failed(err), []attribute.KeyValue{attribute.String("flagrante.draft.id", id)})
}

// Export tells how an attempt to send a draft ended.
func (t *Tracer) Export(r draft.Receipt, begun time.Time, err error) {
	wrong := failed(err)
	if r.State == draft.ReceiptFailed || r.State == draft.ReceiptUnknown {
		wrong = string(r.State)
	}
	t.told(nil, "export", trace.SpanKindClient, begun, t.now(), wrong, []attribute.KeyValue{
		attribute.String("flagrante.draft.id", r.DraftID), attribute.String("flagrante.portal", r.Portal), attribute.String("flagrante.receipt.state", string(r.State)),
	})
}

// told makes a span of something that is over. What was wrong is a word, never a text.
func (t *Tracer) told(of propagation.TextMapCarrier, name string, kind trace.SpanKind, begun, ended time.Time, wrong string, list []attribute.KeyValue) {
	ctx := context.Background()
	if of != nil {
		ctx = propagation.TraceContext{}.Extract(ctx, of)
	}
	if wrong != "" {
		list = append(list, attribute.String("error.type", wrong))
	}
	_, s := t.tracer.Start(ctx, name, trace.WithTimestamp(begun), trace.WithSpanKind(kind), trace.WithAttributes(list...))
	if wrong != "" {
		s.SetStatus(codes.Error, "")
	}
	s.End(trace.WithTimestamp(ended))
}

func failed(err error) string {
	if err != nil {
		return "internal"
	}
	return ""
}

// knownMethod keeps what an app made up out of names, as the conventions ask.
func knownMethod(method string) string {
	known := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodHead, http.MethodOptions, http.MethodConnect, http.MethodTrace}
	if slices.Contains(known, method) {
		return method
	}
	return "_OTHER"
}

// server is the host of an address without its scheme. A name and a password before it, and
// all that follows, are left out.
func server(scheme, rest string) []attribute.KeyValue {
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	address := rest[strings.LastIndexByte(rest, '@')+1:]
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host, port = strings.Trim(address, "[]"), map[string]string{"http": "80", "https": "443"}[scheme]
	}
	number, _ := strconv.Atoi(port)
	return []attribute.KeyValue{attribute.String("url.scheme", scheme), attribute.String("server.address", host), attribute.Int("server.port", number)}
}

// parent reads the trace that the app named in its request, by
// https://www.w3.org/TR/trace-context/.
func parent(header proxy.Fields) propagation.TextMapCarrier {
	return propagation.MapCarrier{"traceparent": header.Get("traceparent")}
}
