package desk

import (
	"encoding/json"
	"net/http"
	"testing"
)

func TestTheGuideInTheAPI(t *testing.T) {
	h := storedOf(t, nil)
	for lang, want := range map[string]string{"pt-BR": "Médio", "en": "Medium"} {
		w := ask(h, "GET", "/api/v1/profile?lang="+lang, "")
		var got struct {
			Name       string
			Severities []struct{ Label string }
			Categories []struct{ Name string }
			Items      []any
			OnCall     struct{ Severity string } `json:"on_call"`
			Rules      map[string]any
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%d, %v", w.Code, err)
		}
		if got.Name != "br-guia" || len(got.Severities) != 4 || got.Severities[1].Label != want || got.Categories[1].Name != "TI - Integração" || len(got.Items) != 9 || got.OnCall.Severity != "critical" {
			t.Errorf("%s: %+v", lang, got)
		}
		down, _ := got.Rules["endpoint_down"].(map[string]any)
		if got.Rules["window"] != "1h0m0s" || down["production"] != "high" || down["share"] != 0.5 {
			t.Errorf("%s: the rules are %v", lang, got.Rules)
		}
	}
}
