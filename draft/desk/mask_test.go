package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft/desk/service"
	"flagrante/draft/text"
)

// fakeMasks keeps what was asked for.
type fakeMasks struct {
	mu     sync.Mutex
	values []string
	list   []store.Masked
}

func (f *fakeMasks) Mask(_ context.Context, value string, by service.MaskBy) (store.Masked, error) {
	if len(value) < 4 {
		return store.Masked{}, &service.MaskError{Reason: service.MaskShort}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	m := store.Masked{ID: "m-1", Kind: by.Kind, Mask: "<" + by.Kind + ":abcdefgh>", DraftID: by.DraftID, Actor: by.Actor, Time: noon, Failures: 2}
	f.values, f.list = append(f.values, value), append(f.list, m)
	return m, nil
}

func (f *fakeMasks) Masked(context.Context) ([]store.Masked, error) { return f.list, nil }

func (f *fakeMasks) Unmask(_ context.Context, id, _ string) error {
	if len(f.list) == 0 || id != f.list[0].ID {
		return store.ErrNotFound
	}
	f.list = f.list[1:]
	return nil
}

// fakeReveals knows the value behind one mask.
type fakeReveals struct {
	allowed bool
	mask    string
	audit   []store.Audit
}

func (f *fakeReveals) Allowed() bool { return f.allowed }

func (f *fakeReveals) Reveal(_ context.Context, failure, mask, actor string) (string, error) {
	if !f.allowed {
		return "", service.ErrForbidden
	}
	if mask != f.mask {
		return "", store.ErrNotFound
	}
	f.audit = append(f.audit, store.Audit{Time: noon, Actor: actor, Action: "reveal", Subject: failure, Place: "response.body/cpf", Mask: mask})
	return "529.982.247-25", nil
}

func (f *fakeReveals) Looked(_ context.Context, failure, place, actor string) error {
	f.audit = append(f.audit, store.Audit{Time: noon, Actor: actor, Action: "picture", Subject: failure, Place: place})
	return nil
}

func (f *fakeReveals) Audited(context.Context, int) ([]store.Audit, error) { return f.audit, nil }

// TestMaskByAPI holds how a value is masked, listed and revoked, and that no answer
// repeats it.
func TestMaskByAPI(t *testing.T) {
	masks := &fakeMasks{}
	h := openDesk(t, &memory{}, func(o *service.Options) { o.Masks = masks })
	w := ask(h, "POST", "/api/v1/mask", `{"value":"Quimera-Azul","kind":"project","draft":"d-1","actor":"ana"}`)
	if w.Code != http.StatusCreated || strings.Contains(w.Body.String(), "Quimera") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var made store.Masked
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
		t.Fatal(err)
	}
	want := store.Masked{ID: "m-1", Kind: "project", Mask: "<project:abcdefgh>", DraftID: "d-1", Actor: "ana", Time: noon, Failures: 2}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Error(diff)
	}
	w = ask(h, "POST", "/api/v1/mask", `{"value":"ab"}`)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "quatro letras") {
		t.Errorf("too short: %d %s", w.Code, w.Body)
	}
	if w = ask(h, "GET", "/api/v1/masks", ""); !strings.Contains(w.Body.String(), `"masks":[{"id":"m-1"`) {
		t.Errorf("the list is %s", w.Body)
	}
	if w = ask(h, "DELETE", "/api/v1/masks/m-1", ""); w.Code != http.StatusNoContent {
		t.Errorf("revoked: %d", w.Code)
	}
	if w = ask(h, "DELETE", "/api/v1/masks/m-1", ""); w.Code != http.StatusNotFound {
		t.Errorf("revoked twice: %d", w.Code)
	}
}

// TestMaskByForm holds that pages mask and revoke without scripts.
func TestMaskByForm(t *testing.T) {
	masks := &fakeMasks{}
	h := openDesk(t, &memory{drafts: samples()}, func(o *service.Options) { o.Masks = masks })
	w := ask(h, "POST", "/masked", url.Values{"value": {"Quimera-Azul"}, "kind": {"project"}, "draft": {"d-k3f9qa2m"}}.Encode())
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/drafts/d-k3f9qa2m#masked" {
		t.Fatalf("%d %s", w.Code, w.Header())
	}
	if diff := cmp.Diff([]string{"Quimera-Azul"}, masks.values); diff != "" {
		t.Error(diff)
	}
	page := ask(h, "GET", "/masked", "").Body.String()
	if words := wordsOf(t, page); !strings.Contains(words, "<project:abcdefgh>") || strings.Contains(words, "Quimera") {
		t.Errorf("the page says %s", words)
	}
	if w := ask(h, "POST", "/masked/revoke", "id=m-1"); w.Code != http.StatusSeeOther || len(masks.list) != 0 {
		t.Errorf("revoked: %d, left %v", w.Code, masks.list)
	}
}

// TestRevealByAPI holds that it takes a setting and leaves a row.
func TestRevealByAPI(t *testing.T) {
	reveals := &fakeReveals{mask: "<cpf:abcdefgh>"}
	h := openDesk(t, &memory{}, func(o *service.Options) { o.Reveals = reveals })
	const body = `{"failure":"f-1","mask":"<cpf:abcdefgh>","actor":"ana"}`
	if w := ask(h, "POST", "/api/v1/reveal", body); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "529") || strings.Contains(ask(h, "GET", "/", "").Body.String(), "data-reveal") {
		t.Errorf("without the setting: %d %s", w.Code, w.Body)
	}
	reveals.allowed = true
	w := ask(h, "POST", "/api/v1/reveal", body)
	if w.Code != http.StatusOK || w.Header().Get("Cache-Control") != "no-store" || !strings.Contains(w.Body.String(), "529.982.247-25") {
		t.Errorf("%d %s %s", w.Code, w.Header(), w.Body)
	}
	if !strings.Contains(ask(h, "GET", "/", "").Body.String(), "data-reveal") {
		t.Error("the page offers nothing")
	}
	if w := ask(h, "POST", "/api/v1/reveal", `{"failure":"f-1","mask":"<token:abcdefgh>"}`); w.Code != http.StatusNotFound {
		t.Errorf("a secret: %d", w.Code)
	}
	if w := ask(h, "GET", "/api/v1/audit", ""); !strings.Contains(w.Body.String(), `"actor":"ana","action":"reveal","subject":"f-1","place":"response.body/cpf"`) {
		t.Errorf("the audit is %s", w.Body)
	}
}

// TestReportOfMasks holds that page and API say what was masked in a draft.
func TestReportOfMasks(t *testing.T) {
	drafts := samples()
	drafts[0].Evidence.Last.Redactions = []capture.Redaction{
		{Where: "request.header.Authorization", Kind: "token", Rule: "header-name"},
		{Where: "request.body/itens/0/cpf", Kind: "cpf", Rule: "member-name"}, {Where: "request.body/itens/1/cpf", Kind: "cpf", Rule: "cpf-digits"},
	}
	drafts[0].Evidence.First = nil
	h := openDesk(t, &memory{drafts: drafts})
	var got struct{ Masked []text.MaskedKind }
	if err := json.Unmarshal(ask(h, "GET", "/api/v1/drafts/"+drafts[0].ID+"/masked", "").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := []text.MaskedKind{
		{Kind: "cpf", Label: "CPF", Count: 2, Rules: []string{"cpf-digits", "member-name"}, Places: []string{"request.body/itens/0/cpf", "request.body/itens/1/cpf"}},
		{Kind: "token", Label: "token", Count: 1, Rules: []string{"header-name"}, Places: []string{"request.header.Authorization"}},
	}
	if diff := cmp.Diff(want, got.Masked); diff != "" {
		t.Error(diff)
	}
	page := wordsOf(t, ask(h, "GET", "/drafts/"+drafts[0].ID, "").Body.String())
	if !strings.Contains(page, "CPF 2 cpf-digits, member-name request.body/itens/0/cpf") {
		t.Errorf("the page says %s", page)
	}
}
