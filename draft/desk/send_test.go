package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"flagrante/draft"
	"flagrante/draft/export"
)

const parcelPath = "/drafts/d-k3f9qa2m/export/banco"

// previewed opens the preview and returns what its button would post, and the
// outgoing body as shown.
func previewed(t *testing.T, h http.Handler) (form, body string) {
	t.Helper()
	w := ask(h, "GET", parcelPath, "")
	for n := range parse(t, w.Body.String()).Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "input" && attr(n, "name") == "digest" {
			form = url.Values{"digest": {attr(n, "value")}}.Encode()
		}
		if attr(n, "id") == "outgoing" {
			body = n.FirstChild.Data
		}
	}
	if form == "" || body == "" {
		t.Fatalf("no preview: %s", w.Body)
	}
	return form, body
}

func TestWhatWasPreviewedIsWhatLeaves(t *testing.T) {
	m := &memory{drafts: samples(), outcome: draft.Receipt{Ticket: "4712", URL: "https://suporte.banco.example/4712"}}
	h := openDesk(t, m)
	form, body := previewed(t, h)
	m.touch(0)
	w := ask(h, "POST", parcelPath, form)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/drafts/d-k3f9qa2m/receipts/r-1" {
		t.Fatalf("got %d: %s", w.Code, w.Body)
	}
	p, err := m.Preview(t.Context(), "banco", m.sent[0])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(p.Body), body); diff != "" {
		t.Errorf("sent something else than was shown: %s", diff)
	}
	page := ask(h, "GET", w.Header().Get("Location"), "").Body.String()
	if got := wordsOf(t, page); !strings.Contains(got, "O chamado foi aberto Chamado nº 4712") || !strings.Contains(page, `href="https://suporte.banco.example/4712"`) {
		t.Errorf("the receipt reads: %s", got)
	}
}

func TestNothingUnseenLeaves(t *testing.T) {
	for _, form := range []string{"digest=0", "x=y"} {
		m := &memory{drafts: samples()}
		w := ask(openDesk(t, m), "POST", parcelPath, form)
		if w.Code != http.StatusConflict || len(m.sent) != 0 {
			t.Errorf("%s: got %d, sent %d", form, w.Code, len(m.sent))
		}
		if got := wordsOf(t, w.Body.String()); !strings.Contains(got, "nada foi enviado") {
			t.Errorf("%s: the page reads: %s", form, got)
		}
	}
}

func TestAPreviewSurvivesARestartWhileNothingChanges(t *testing.T) {
	m := &memory{drafts: samples()}
	form, _ := previewed(t, openDesk(t, m))
	if w := ask(openDesk(t, m), "POST", parcelPath, form); w.Code != http.StatusSeeOther || len(m.sent) != 1 {
		t.Errorf("got %d, sent %d", w.Code, len(m.sent))
	}
	form, _ = previewed(t, openDesk(t, m))
	m.touch(0)
	if w := ask(openDesk(t, m), "POST", parcelPath, form); w.Code != http.StatusConflict || len(m.sent) != 1 {
		t.Errorf("after a change: got %d, sent %d", w.Code, len(m.sent))
	}
}

func TestAPreviewOfAnotherDraftSendsNothing(t *testing.T) {
	m := &memory{drafts: samples()}
	h := openDesk(t, m)
	form, _ := previewed(t, h)
	if w := ask(h, "POST", "/drafts/d-tls0cert/export/banco", form); w.Code != http.StatusConflict || len(m.sent) != 0 {
		t.Errorf("got %d, sent %d", w.Code, len(m.sent))
	}
}

func TestOutcomesAreExplained(t *testing.T) {
	for state, want := range map[draft.ReceiptState]string{
		draft.ReceiptSent: "O chamado foi aberto", draft.ReceiptFailed: "Nenhum chamado foi criado",
		draft.ReceiptUnknown: "Procure no portal um chamado com este título", draft.ReceiptSending: "Recarregue esta página",
		draft.ReceiptGone: "O portal não mostra mais o chamado",
	} {
		m := &memory{drafts: samples(), outcome: draft.Receipt{State: state, Error: "the portal said 401", Dropped: []string{"Severidade"}}}
		h := openDesk(t, m)
		form, _ := previewed(t, h)
		page := ask(h, "GET", ask(h, "POST", parcelPath, form).Header().Get("Location"), "").Body.String()
		got := wordsOf(t, page)
		for _, part := range []string{want, "the portal said 401", "Severidade"} {
			if !strings.Contains(got, part) {
				t.Errorf("%s: no %q in: %s", state, part, got)
			}
		}
		if again := strings.Contains(page, `href="`+parcelPath+`"`); again != (state == draft.ReceiptFailed || state == draft.ReceiptGone) {
			t.Errorf("%s: a link to send again: %v", state, again)
		}
	}
}

func TestRefusedExports(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		code int
		want string
	}{
		{"sent before", fmt.Errorf("begin: %w", draft.ErrAlreadySent), 409, "já foi enviado"},
		{"missing", &export.MissingError{Portal: "banco", Missing: []string{"requestor"}}, 422, "requestor"},
		{"broken", fmt.Errorf("x"), 500, "log do flagrante"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &memory{drafts: samples()}
			h := openDesk(t, m)
			form, _ := previewed(t, h)
			m.err = c.err
			if w := ask(h, "POST", parcelPath, form); w.Code != c.code || !strings.Contains(wordsOf(t, w.Body.String()), c.want) {
				t.Errorf("page: %d %s", w.Code, wordsOf(t, w.Body.String()))
			}
			if w := ask(h, "POST", "/api/v1"+parcelPath, ""); w.Code != c.code || !strings.Contains(w.Body.String(), c.want) {
				t.Errorf("API: %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestUnknownPortal(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	if w := ask(h, "GET", "/drafts/d-k3f9qa2m/export/none", ""); w.Code != http.StatusNotFound || !strings.Contains(wordsOf(t, w.Body.String()), "não está configurado") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}
