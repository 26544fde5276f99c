package text_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/compare"
	"flagrante/draft/text"
)

// keys returns the keys of v as JSON, and fails the test for a null.
func keys(t *testing.T, v any) []string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal(data, &object); err != nil {
		t.Fatal(err)
	}
	for key, value := range object {
		if value == nil {
			t.Errorf("%q is null", key)
		}
	}
	return slices.Sorted(maps.Keys(object))
}

func TestDraftObject(t *testing.T) {
	e := many(unavailable(), 12, 95*time.Minute)
	got := text.DraftObject(composed(t, e, draft.Portuguese), options(t, draft.English))
	if len(got.Checklist) != 9 {
		t.Errorf("%d items, want 9", len(got.Checklist))
	}
	if len(got.SeverityRules) == 0 {
		t.Error("no rule of the severity")
	}
	got.Checklist, got.SeverityRules = nil, nil
	want := text.Object{
		ID: "d-k3f9qa2m", Fingerprint: "v1:9f2c51d07ab3e846",
		Title: "POST /v1/charges: 503 Service Unavailable – SRV-001 – Serviço temporariamente indisponível",
		State: "new", Environment: "production", Category: "TI - Operacional em Produção",
		Severity: "high", SeverityLabel: "High",
		SeverityReasons: []string{
			"POST api.bank.example/v1/charges had no success since it began to fail: 12 failures in a row, and no retry that worked",
			"Successful calls were not counted: only the failures were considered",
		},
		Side: "vendor", SideReasons: []string{"The API answered 503, an error on the server's side"},
		Host: "api.bank.example", Endpoint: "POST api.bank.example/v1/charges", Method: "POST", Status: 503,
		Scope: "endpoint", Endpoints: []capture.Member{{Endpoint: "POST api.bank.example/v1/charges", Count: 12}},
		VendorCode: "SRV-001", Kind: "http_status", Count: 12,
		FirstSeen: "2026-11-22T20:27:03.045-03:00", LastSeen: "2026-11-22T22:02:03.045-03:00",
		Country: "BR", CountrySource: "egress", RequestIDs: []string{"req-7d1e"}, Origins: []text.OriginJSON{}, Receipts: []draft.Receipt{},
		Suggested: text.SuggestedJSON{
			Title:    "POST /v1/charges: 503 Service Unavailable – SRV-001 – Serviço temporariamente indisponível",
			Severity: "high", SeverityLabel: "High", Environment: "production", Category: "TI - Operacional em Produção",
		},
		Choices: map[draft.Field]draft.Choice{}, Conflicts: []draft.Conflict{}, Tags: []string{}, Notes: []draft.Note{}, Merged: []string{},
		OnCall: draft.OnCall{Calls: []draft.Call{}}, Diff: text.DiffJSON{Changes: []compare.Change{}}, Figures: text.FiguresJSON{Failing: []text.EndpointJSON{}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestDraftObjectHasAllKeysAndNoNull(t *testing.T) {
	bare := draft.Draft{Evidence: once(&capture.Failure{})}
	want := []string{"category", "checklist", "choices", "complete", "conflicts", "count", "country", "country_source", "diff", "endpoint", "endpoints", "environment", "figures",
		"fingerprint", "first_seen", "host", "id", "kind", "last_seen", "manual", "merged", "method", "notes", "on_call", "origins", "receipts", "request_ids", "resolved_at",
		"scope", "severity", "severity_label", "severity_reasons", "severity_rules", "side", "side_reasons", "snoozed_until", "state", "status", "suggested", "tags", "title", "vendor_code", "version"}
	if diff := cmp.Diff(want, keys(t, text.DraftObject(bare, text.Options{}))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFailureObject(t *testing.T) {
	f := expiredCertificate()
	f.Reasons = []capture.Reason{{Key: "judge.tls", Args: map[string]string{"type": "tls_certificate_error"}}}
	want := text.FailureJSON{
		ID: f.ID, Time: "2026-11-23T01:02:03.045Z", Kind: "tls",
		Reasons: []string{"The secure connection was not established: the server's TLS certificate was rejected"},
		Method:  "POST", URL: "https://api.bank.example/v1/charges", Endpoint: f.Endpoint,
		Error:      "tls_certificate_error (tls): x509: certificate has expired or is not yet valid",
		DurationMS: 1224, Country: "BR", CountrySource: "egress", Client: "127.0.0.1:50112",
		Fingerprint: f.Fingerprint, DraftID: "d-k3f9qa2m", Redactions: f.Redactions, Tags: []string{},
	}
	if diff := cmp.Diff(want, text.FailureObject(f, "d-k3f9qa2m", draft.English)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFailureObjectHasAllKeysAndNoNull(t *testing.T) {
	bare := &capture.Failure{Time: time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC)}
	want := []string{"client", "country", "country_source", "draft_id", "duration_ms", "endpoint", "error",
		"expected", "fingerprint", "id", "kind", "method", "note", "note_by", "pinned", "reasons", "redactions", "status", "tags", "time", "url", "vendor_code"}
	if diff := cmp.Diff(want, keys(t, text.FailureObject(bare, "", draft.English))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := text.FailureObject(bare, "", draft.English).CountrySource; got != capture.SourceUnknown {
		t.Errorf("the source of the country is %q, want unknown", got)
	}
}
