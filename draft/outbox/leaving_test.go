package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"flagrante/capture/redact"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/drafttest"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/text"
)

// leaving are the ways out of a data folder.
type leaving struct {
	*Outbox
	settings compose.Settings
	bundle   export.BundleOptions
	// send is whether drafts are sent to the portal, got is what reached it last.
	send bool
	got  []byte
	// held is how many drafts the gate held back, which is no leak, but a nuisance.
	held int
}

// newLeaving has a portal that reads everything and has no time, so that all stays in
// the outbox as well.
func newLeaving(t *testing.T, s *store.Store, r *redact.Redactor) *leaving {
	t.Helper()
	l := &leaving{settings: drafttest.Settings(t, draft.Portuguese)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		l.got = fmt.Appendf(l.got, "%s\n%v\n%s\n", q.URL, q.Header, body)
		if q.Method == http.MethodPost {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		give(w, http.StatusOK, []any{})
	}))
	t.Cleanup(server.Close)
	l.settings.Redactor = r
	recipe, err := export.ParseRecipe("desk.yaml", []byte(recipe))
	if err != nil {
		t.Fatal(err)
	}
	o := text.Options{Profile: l.settings.Profile, Lang: draft.Portuguese, Zone: l.settings.Zone}
	l.bundle = export.BundleOptions{Text: o, Gate: gate.New(r)}
	clock := func() time.Time { return drafttest.Start().Add(time.Hour) }
	x, err := export.New(export.Options{
		Portals: map[string]export.Portal{"bank": {Recipe: "desk", URL: server.URL, TokenEnv: "TOKEN", AllowPrivate: true, Attach: []string{}}},
		Recipes: map[string]*export.Recipe{recipe.Name: recipe}, Text: o, Gate: l.bundle.Gate,
		Secrets: export.Sources{Env: func(string) (string, bool) { return "s3cret", true }}, Now: clock, Patience: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := 0
	l.Outbox = New(Options{Store: s, Exporter: x, Lang: draft.Portuguese, Now: clock, Holder: "h", NewID: func() string { ids++; return fmt.Sprintf("r-%03d", ids) },
		Draft: func(context.Context, string) (draft.Draft, error) { return draft.Draft{}, fs.ErrNotExist }})
	return l
}

// leave returns a draft in all forms in which it leaves.
func (l *leaving) leave(t *testing.T, d draft.Draft) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
		o := l.bundle.Text
		o.Lang = lang
		page, err := text.HTML(d, o)
		if err != nil {
			t.Fatal(err)
		}
		object, err := json.Marshal(text.DraftObject(d, o))
		if err != nil {
			t.Fatal(err)
		}
		for form, data := range map[string]string{"text": text.Plain(d, o), "md": text.Markdown(d, o), "html": page, "json": string(object)} {
			out["ticket."+form+" "+string(lang)] = []byte(data)
		}
	}
	var b bytes.Buffer
	switch err := export.Bundle(t.Context(), &b, d, l.bundle); {
	case errors.As(err, new(*gate.BlockedError)):
		l.held++
		t.Logf("held back: %v", err)
	case err != nil:
		t.Fatal(err)
	default:
		out["bundle"] = unzipped(t, b.Bytes())
	}
	if l.send {
		out["payload"] = l.payload(t, d)
	}
	return out
}

// payload returns all that a portal got of a draft.
func (l *leaving) payload(t *testing.T, d draft.Draft) []byte {
	t.Helper()
	l.got = nil
	r, err := l.Export(t.Context(), "bank", d, "ana")
	switch held := errors.As(err, new(*gate.BlockedError)); {
	case held && len(l.got) == 0:
	case err != nil || r.State != draft.ReceiptUnknown || len(l.got) < 100:
		t.Errorf("%s: %+v, %v, %d bytes", d.Evidence.Last.Endpoint, r, err, len(l.got))
	}
	return l.got
}
