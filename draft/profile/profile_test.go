package profile_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/profile"
)

func guide(t *testing.T) profile.Profile {
	t.Helper()
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestDefaultHasWhatTheGuideNames(t *testing.T) {
	p := guide(t)
	names := map[draft.Environment]string{
		draft.Production: p.Category(draft.Production),
		draft.Staging:    p.Category(draft.Staging),
	}
	want := map[draft.Environment]string{
		draft.Production: "TI - Operacional em Produção",
		draft.Staging:    "TI - Integração",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("categories (-want +got):\n%s", diff)
	}
	var labels []string
	for _, id := range []draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical} {
		labels = append(labels, p.Severity(id).Label.Say(draft.Portuguese))
	}
	if diff := cmp.Diff([]string{"Baixo", "Médio", "Alto", "Crítico"}, labels); diff != "" {
		t.Errorf("severities (-want +got):\n%s", diff)
	}
	required := map[profile.ItemID]bool{}
	for _, item := range p.Items {
		required[item.ID] = item.Required
	}
	wantRequired := map[profile.ItemID]bool{
		"title": true, "time": true, "steps": true, "media": true, "device": false,
		"endpoint": false, "request": false, "country": false, "response": false,
	}
	if diff := cmp.Diff(wantRequired, required); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if p.OnCall.Severity != draft.Critical {
		t.Errorf("on call from %q on, want critical", p.OnCall.Severity)
	}
}

func TestItem(t *testing.T) {
	p := guide(t)
	item, ok := p.Item(profile.ItemDevice)
	if !ok || item.Label.Say(draft.English) != "Device" {
		t.Errorf("Item(device) = %+v, %v", item, ok)
	}
	if item, ok := p.Item("smell"); ok {
		t.Errorf("Item(smell) = %+v, want none", item)
	}
}

func TestUnknownsAreEmpty(t *testing.T) {
	p := guide(t)
	if got := p.Category("moon"); got != "" {
		t.Errorf("Category(moon) = %q, want none", got)
	}
	if diff := cmp.Diff(profile.Severity{}, p.Severity("extreme")); diff != "" {
		t.Errorf("Severity(extreme) (-want +got):\n%s", diff)
	}
}
