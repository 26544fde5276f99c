// Package tracing makes spans of what flagrante does and sends them to a collector by
// the OpenTelemetry protocol (https://opentelemetry.io/docs/specs/otlp/, over HTTP). Spans say
// what happened and how long it took. They never hold a path, a header, a body, or a text of a
// draft: a collector is no place for what an app sends its vendor.
package tracing

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/rs/zerolog"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// patience is how long the spans that are left may take at the end.
const patience = 2 * time.Second

// Tracer makes spans. It is safe for concurrent use, and never waits for the collector: what that
// can't take in time is given up.
type Tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
	now      func() time.Time
}

// Check returns why spans can't be sent to a collector at that address, nil when they can.
func Check(endpoint string) error {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q is no address of a collector, such as http://127.0.0.1:4318", endpoint)
	case u.User != nil:
		return fmt.Errorf("credentials in the address would be logged; give them in OTEL_EXPORTER_OTLP_HEADERS")
	}
	return nil
}

// Start returns a Tracer for the collector at endpoint, to which the path v1/traces is added as
// the protocol says. Times are of the clock now. The variables OTEL_EXPORTER_OTLP_* and
// OTEL_TRACES_SAMPLER hold as they do everywhere.
func Start(ctx context.Context, endpoint, version string, now func() time.Time, log zerolog.Logger) (*Tracer, error) {
	if err := Check(endpoint); err != nil {
		return nil, err
	}
	address, err := url.JoinPath(endpoint, "v1/traces")
	if err != nil {
		return nil, fmt.Errorf("the address of the collector: %w", err)
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(address))
	if err != nil {
		return nil, fmt.Errorf("open the way to the collector of traces: %w", err)
	}
	// The library says what it could not send to one place for the whole process.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn().Err(err).Msg("traces could not be sent") }))
	about := resource.NewSchemaless(attribute.String("service.name", "flagrante"), attribute.String("service.version", version))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))
	return &Tracer{provider: provider, tracer: provider.Tracer("flagrante", trace.WithInstrumentationVersion(version)), now: now}, nil
}

// Close sends what is left, for a moment, and ends.
func (t *Tracer) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("end the traces: %w", err)
	}
	return nil
}
