package suggest_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/suggest"
	"flagrante/draft/words"
	"flagrante/proxy"
)

// evidence makes a group of count failures, one a minute.
func evidence(kind capture.Kind, status int, errType string, count int64) draft.Evidence {
	first := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	f := &capture.Failure{Kind: kind}
	if errType != "" {
		f.Exchange.Err = &proxy.Error{Type: errType}
	}
	return draft.Evidence{
		Group: capture.Group{Host: "api.bank.example", Kind: kind, Status: status, Count: count,
			FirstSeen: first, LastSeen: first.Add(time.Duration(count-1) * time.Minute)},
		First: f, Last: f,
	}
}

func TestSeverity(t *testing.T) {
	type levels struct{ once, twice, often draft.Severity }
	tests := []struct {
		name                string
		kind                capture.Kind
		status              int
		errType             string
		production, staging levels
	}{
		{"certificate", capture.KindTLS, 0, "tls_certificate_error",
			levels{draft.Critical, draft.Critical, draft.Critical}, levels{draft.High, draft.High, draft.High}},
		{"other TLS", capture.KindTLS, 0, "tls_alert_received",
			levels{draft.Medium, draft.Medium, draft.High}, levels{draft.Low, draft.Low, draft.Medium}},
		{"refused", capture.KindTransport, 0, "connection_refused",
			levels{draft.Medium, draft.Medium, draft.High}, levels{draft.Low, draft.Low, draft.Medium}},
		{"timeout", capture.KindTimeout, 0, "connection_read_timeout",
			levels{draft.Medium, draft.Medium, draft.High}, levels{draft.Low, draft.Low, draft.Medium}},
		{"gave up", capture.KindTimeout, 0, "",
			levels{draft.Medium, draft.Medium, draft.High}, levels{draft.Low, draft.Low, draft.Medium}},
		{"503", capture.KindHTTPStatus, 503, "",
			levels{draft.Medium, draft.Medium, draft.High}, levels{draft.Low, draft.Low, draft.Medium}},
		{"truncated", capture.KindTruncated, 200, "",
			levels{draft.Medium, draft.Medium, draft.High}, levels{draft.Low, draft.Low, draft.Medium}},
		{"401", capture.KindHTTPStatus, 401, "",
			levels{draft.Medium, draft.Medium, draft.High}, levels{draft.Low, draft.Low, draft.Low}},
		{"403", capture.KindHTTPStatus, 403, "",
			levels{draft.Medium, draft.Medium, draft.High}, levels{draft.Low, draft.Low, draft.Low}},
		{"429", capture.KindHTTPStatus, 429, "",
			levels{draft.Medium, draft.Medium, draft.Medium}, levels{draft.Low, draft.Low, draft.Low}},
		{"422", capture.KindHTTPStatus, 422, "",
			levels{draft.Low, draft.Low, draft.Low}, levels{draft.Low, draft.Low, draft.Low}},
		{"client abort", capture.KindClientAbort, 0, "",
			levels{draft.Low, draft.Low, draft.Low}, levels{draft.Low, draft.Low, draft.Low}},
		{"client abort of an answer", capture.KindClientAbort, 500, "",
			levels{draft.Low, draft.Low, draft.Low}, levels{draft.Low, draft.Low, draft.Low}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := func(env draft.Environment, count int64) draft.Severity {
				return suggest.Severity(env, evidence(tt.kind, tt.status, tt.errType, count)).Value
			}
			of := func(env draft.Environment) levels { return levels{at(env, 1), at(env, 2), at(env, 3)} }
			if got := of(draft.Production); got != tt.production {
				t.Errorf("production: %v, want %v", got, tt.production)
			}
			if got := of(draft.Staging); got != tt.staging {
				t.Errorf("staging: %v, want %v", got, tt.staging)
			}
		})
	}
}

func TestSeverityReasonsSayNumbersAndWhatIsNotKnown(t *testing.T) {
	got := suggest.Severity(draft.Production, evidence(capture.KindHTTPStatus, 503, "", 12))
	want := []string{
		"The API answered 503, an error on the server's side",
		"Repeated: 12 times within 11 min",
		"The environment is production",
		"Successful calls are not counted yet, so it is not known which share of them fails",
	}
	if diff := cmp.Diff(want, words.SayAll(draft.English, got.Reasons)); diff != "" {
		t.Error(diff)
	}
}

func TestSeveritySeesACertificateBehindALaterError(t *testing.T) {
	e := evidence(capture.KindTLS, 0, "tls_certificate_error", 2)
	e.Last = &capture.Failure{Kind: capture.KindTLS, Exchange: proxy.Exchange{Err: &proxy.Error{Type: "tls_alert_received"}}}
	if got := suggest.Severity(draft.Production, e); got.Value != draft.Critical {
		t.Errorf("Severity = %+v, want critical", got)
	}
}

// More failures never lower the severity, and every reason has its words.
func FuzzSeverity(f *testing.F) {
	kinds := []capture.Kind{capture.KindHTTPStatus, capture.KindTransport, capture.KindTLS,
		capture.KindTimeout, capture.KindTruncated, capture.KindClientAbort, "body_error"}
	types := []string{"", "tls_certificate_error", "dns_error", "connection_refused"}
	order := []draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical}
	for i := range kinds {
		f.Add(uint8(i), uint8(i), uint16(503), uint32(2), uint32(1), i%2 == 0)
	}
	f.Fuzz(func(t *testing.T, kind, errType uint8, status uint16, count, more uint32, staging bool) {
		env := draft.Production
		if staging {
			env = draft.Staging
		}
		rank := func(n int64) int {
			e := evidence(kinds[int(kind)%len(kinds)], int(status), types[int(errType)%len(types)], n)
			got := suggest.Severity(env, e)
			for _, r := range got.Reasons {
				if words.Say(draft.English, r) == r.Key {
					t.Errorf("the reason %+v has no words", r)
				}
			}
			return slices.Index(order, got.Value)
		}
		few, many := int64(count)+1, int64(count)+1+int64(more)
		if rank(few) < 0 || rank(few) > rank(many) {
			t.Errorf("%s failures rank %d, %s rank %d", strconv.FormatInt(few, 10), rank(few), strconv.FormatInt(many, 10), rank(many))
		}
	})
}
