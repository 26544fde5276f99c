package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"flagrante/capture/redact"
	"flagrante/draft"
	"flagrante/draft/desk/service"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/outbox"
	"flagrante/draft/text"
)

const clickRecipe = `
name: janela
text: text.plain
require: [title]
header: {Authorization: "Bearer {secret}"}
steps:
  - do: create
    method: POST
    path: /chamados
    json: {titulo: "{title}"}
    ok: [201]
    capture: {ticket: /numero}
`

// realOutbox is one on a store on disk that sends to a portal.
func realOutbox(t *testing.T, o service.Options, portal string, one draft.Draft) *outbox.Outbox {
	t.Helper()
	s := fresh(t)
	recipe, err := export.ParseRecipe("janela.yaml", []byte(clickRecipe))
	if err != nil {
		t.Fatal(err)
	}
	x, err := export.New(export.Options{
		Portals: map[string]export.Portal{"banco": {Recipe: "janela", URL: portal, TokenEnv: "T", AllowPrivate: true}},
		Recipes: map[string]*export.Recipe{"janela": recipe}, Text: text.Options{Profile: o.Profile, Lang: draft.Portuguese},
		Gate: gate.New(redact.New()), Secrets: export.Sources{Env: func(string) (string, bool) { return "s", true }}, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	var ids atomic.Int32
	return outbox.New(outbox.Options{
		Store: s, Exporter: x, Lang: draft.Portuguese, Now: time.Now, Holder: "desk",
		NewID: func() string { return "r-" + string('0'+ids.Add(1)) },
		Draft: func(context.Context, string) (draft.Draft, error) { return one, nil },
	})
}

// TestTwoPeopleWhoClickAtOnceMakeOneTicket has the portal keep the first click waiting
// until the second one was answered.
func TestTwoPeopleWhoClickAtOnceMakeOneTicket(t *testing.T) {
	var creates atomic.Int32
	second := make(chan struct{})
	portal := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		creates.Add(1)
		<-second
		w.WriteHeader(http.StatusCreated)
		if err := json.NewEncoder(w).Encode(map[string]string{"numero": "7"}); err != nil {
			panic(http.ErrAbortHandler)
		}
	}))
	defer portal.Close()
	m := &memory{drafts: samples()}
	o := optionsOf(t, m)
	box := realOutbox(t, o, portal.URL, m.drafts[0])
	o.Exporter, o.Exports, o.Tickets = box, box, box
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	answers := make(chan *httptest.ResponseRecorder, 2)
	for range 2 {
		go func() { answers <- ask(h, "POST", "/api/v1/drafts/d-k3f9qa2m/export/banco", "{}") }()
	}
	refused := <-answers
	close(second)
	sent := <-answers
	if refused.Code != http.StatusConflict || sent.Code != http.StatusOK {
		t.Fatalf("got %d and %d: %s %s", refused.Code, sent.Code, refused.Body, sent.Body)
	}
	var receipt draft.Receipt
	if err := json.Unmarshal(sent.Body.Bytes(), &receipt); err != nil || receipt.Ticket != "7" || receipt.State != draft.ReceiptSent || creates.Load() != 1 {
		t.Errorf("receipt %+v, error %v, after %d creates", receipt, err, creates.Load())
	}
}
