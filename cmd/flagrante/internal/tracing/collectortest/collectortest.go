// Package collectortest is a collector of traces for tests, written from the OpenTelemetry
// protocol over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp): binary protobuf, by
// POST, perhaps packed with gzip.
package collectortest

import (
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Span is a span as it was received. Status is "error" or empty; Parent and Trace are in
// hexadecimal digits.
type Span struct {
	Name, Kind, Status, Trace, Parent string
	// Nanoseconds is how long it took.
	Nanoseconds int64
	Attributes  map[string]string
}

// Collector keeps what it receives.
type Collector struct {
	*httptest.Server
	mu       sync.Mutex
	spans    []Span
	raw      []byte
	resource map[string]string
}

// Start returns a Collector that runs until Close.
func Start() *Collector {
	c := &Collector{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/traces", c.receive)
	c.Server = httptest.NewServer(mux)
	return c
}

// Received returns the spans so far, the attributes of their source, and all bytes as they came.
func (c *Collector) Received() (spans []Span, resource map[string]string, raw []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.spans, c.resource, c.raw
}

func (c *Collector) receive(w http.ResponseWriter, r *http.Request) {
	data, err := body(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var message collector.ExportTraceServiceRequest
	if err := proto.Unmarshal(data, &message); err != nil || r.Header.Get("Content-Type") != "application/x-protobuf" {
		http.Error(w, "no traces in protobuf", http.StatusUnsupportedMediaType)
		return
	}
	c.keep(&message, data)
	answer, err := proto.Marshal(&collector.ExportTraceServiceResponse{})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
	_, _ = w.Write(answer) // The app may have gone.
}

func body(r *http.Request) ([]byte, error) {
	if r.Header.Get("Content-Encoding") != "gzip" {
		return io.ReadAll(r.Body)
	}
	unpacked, err := gzip.NewReader(r.Body)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(unpacked)
}

func (c *Collector) keep(message *collector.ExportTraceServiceRequest, raw []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw = append(c.raw, raw...)
	for _, source := range message.GetResourceSpans() {
		c.resource = flat(source.GetResource().GetAttributes())
		for _, scope := range source.GetScopeSpans() {
			for _, s := range scope.GetSpans() {
				c.spans = append(c.spans, spanOf(s))
			}
		}
	}
}

func spanOf(s *trace.Span) Span {
	status := ""
	if s.GetStatus().GetCode() == trace.Status_STATUS_CODE_ERROR {
		status = "error" + s.GetStatus().GetMessage()
	}
	return Span{
		Name: s.GetName(), Kind: s.GetKind().String(), Status: status, Trace: hex.EncodeToString(s.GetTraceId()), Parent: hex.EncodeToString(s.GetParentSpanId()),
		Nanoseconds: int64(s.GetEndTimeUnixNano()) - int64(s.GetStartTimeUnixNano()), //nolint:gosec // Times of now fit.
		Attributes:  flat(s.GetAttributes()),
	}
}

func flat(list []*common.KeyValue) map[string]string {
	out := map[string]string{}
	for _, a := range list {
		switch v := a.GetValue().GetValue().(type) {
		case *common.AnyValue_StringValue:
			out[a.GetKey()] = v.StringValue
		case *common.AnyValue_IntValue:
			out[a.GetKey()] = strconv.FormatInt(v.IntValue, 10)
		default:
			out[a.GetKey()] = a.GetValue().String()
		}
	}
	return out
}
