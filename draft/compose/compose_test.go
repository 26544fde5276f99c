package compose_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/profile"
	"flagrante/draft/suggest"
	"flagrante/proxy"
)

func TestDraft(t *testing.T) {
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 23, 1, 2, 3, 0, time.UTC)
	f := &capture.Failure{Kind: capture.KindHTTPStatus, Exchange: proxy.Exchange{Response: &proxy.Response{Status: 503}}}
	e := draft.Evidence{First: f, Last: f, Group: capture.Group{
		Fingerprint: "v1:ab", Host: "api.bank.example", Endpoint: "GET api.bank.example/a", Method: "GET",
		Kind: capture.KindHTTPStatus, Status: 503, Count: 5, FirstSeen: at, LastSeen: at,
	}}
	tests := []struct {
		name string
		s    compose.Settings
		want draft.Draft
	}{
		{"production", compose.Settings{Profile: p, Lang: draft.Portuguese}, draft.Draft{
			Category: "TI - Operacional em Produção", SeverityLabel: "Alto",
			Environment: draft.Suggestion[draft.Environment]{Value: draft.Production},
			Severity:    draft.Suggestion[draft.Severity]{Value: draft.High},
		}},
		{"staging by a rule", compose.Settings{Profile: p, Lang: draft.English,
			Hosts: []suggest.HostRule{{Pattern: "*.bank.example", Environment: draft.Staging}}}, draft.Draft{
			Category: "TI - Integração", SeverityLabel: "Medium",
			Environment: draft.Suggestion[draft.Environment]{Value: draft.Staging},
			Severity:    draft.Suggestion[draft.Severity]{Value: draft.Medium},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.want.ID, tt.want.Fingerprint, tt.want.State = "d-1", "v1:ab", draft.StateNew
			tt.want.Title, tt.want.Evidence = "GET /a: 503 Service Unavailable", e
			tt.want.Side.Value = draft.SideVendor
			got := compose.Decided("d-1", e, compose.Decisions{}, tt.s)
			ignored := cmp.Options{
				cmpopts.IgnoreFields(draft.Draft{}, "Checklist", "Rules", "Suggested"),
				cmpopts.IgnoreFields(draft.Suggestion[draft.Side]{}, "Reasons"),
				cmpopts.IgnoreFields(draft.Suggestion[draft.Environment]{}, "Reasons"),
				cmpopts.IgnoreFields(draft.Suggestion[draft.Severity]{}, "Reasons"),
				cmpopts.EquateComparable(proxy.Exchange{}.Client),
			}
			if diff := cmp.Diff(tt.want, got, ignored); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if len(got.Checklist) != 9 || got.Checklist[0].Value != got.Title {
				t.Errorf("the checklist is %+v, want nine items with the title first", got.Checklist)
			}
			if len(got.Environment.Reasons) == 0 || len(got.Severity.Reasons) == 0 || len(got.Side.Reasons) == 0 || len(got.Rules) == 0 {
				t.Error("a suggestion has no reason")
			}
		})
	}
}
