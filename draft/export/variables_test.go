package export

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

func TestVariablesOf(t *testing.T) {
	got := variablesOf(sample(), time.FixedZone("-03", -3*60*60))
	if diff := cmp.Diff(draftVariables(), slices.Sorted(slices.Values(append(names(got.text), names(got.list)...)))); diff != "" {
		t.Errorf("names (-listed +set):\n%s", diff)
	}
	want := map[string]string{
		"category": "TI - Operacional em Produção", "count": "3", "country": "BR", "draft_id": "d-k3f9qa2m",
		"endpoint": "POST api.bank.example/v1/charges", "environment": "production", "fingerprint": "v1:3c1f",
		"first_seen": "2026-11-23T10:04:05-03:00", "host": "api.bank.example", "kind": "http_status",
		"last_seen": "2026-11-23T10:05:05-03:00", "method": "POST", "severity": "critical",
		"severity_label": "Crítico", "status": "500", "title": "POST /v1/charges responde 500 “{secret} & <b>” X: y",
		"vendor_code": "E-77",
	}
	if diff := cmp.Diff(want, got.text); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	if got.get("request_ids") != "req-1" {
		t.Errorf("request_ids is %q", got.get("request_ids"))
	}
}

func TestTimesAreInUTCWithoutAZone(t *testing.T) {
	if got, want := variablesOf(sample(), nil).get("first_seen"), "2026-11-23T13:04:05Z"; got != want {
		t.Errorf("first_seen is %s, want %s", got, want)
	}
}

func TestVariablesOfAnEmptyDraft(t *testing.T) {
	want := map[string]string{"count": "0"}
	got := variablesOf(draft.Draft{}, time.UTC).text
	maps.DeleteFunc(got, func(_, value string) bool { return value == "" })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
}

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"a\r\nBcc: b":          "a Bcc: b",
		" a\t \u00a0b\u2028c ": "a b c",
		"\x1b[31mred\x00":      "[31mred",
		"abc\u202excod.exe":    "abc xcod.exe",
		"\xff\xfeok":           "ok",
		"Ação nº 5: “não” — 💥 falhou": "Ação nº 5: “não” — 💥 falhou",
	} {
		if got := oneLine(in); got != want {
			t.Errorf("oneLine(%q) = %q, want %q", in, got, want)
		}
	}
}
