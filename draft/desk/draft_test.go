package desk

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

func TestDraftPage(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	got := wordsOf(t, ask(h, "GET", "/drafts/d-k3f9qa2m", "").Body.String())
	for _, want := range []string{
		"Alto Produção Novo POST /pix/v2/cob responde 503", "1.284 falhas", "23/11/2026 11:58:20 -03", "Copiar como Markdown", "Baixar .md", "Baixar pacote (.zip)",
		"Conferir e enviar a banco", "Por que esta severidade", "TI - Operacional em Produção", "Falta:", "Não se aplica:",
		"Falha mais recente", "Primeira falha", "Idempotency-Key b7d1c0de", "503 HTTP/1.1", "\"codigo\": \"SPI-503\"", "TLS 1.3 · TLS_AES_128_GCM_SHA256", "Brasil da configuração",
		"request.header.Authorization credential · authorization", "Espera 412 ms",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in: %s", want, got)
		}
	}
}

func TestATransportErrorIsNoAnswer(t *testing.T) {
	got := wordsOf(t, ask(openDesk(t, &memory{drafts: samples()}), "GET", "/drafts/d-tls0cert", "").Body.String())
	for _, want := range []string{"Não houve resposta Erro tls_certificate_error Etapa TLS Causa certificate has expired"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in: %s", want, got)
		}
	}
}

// TestHostileTextIsInert compares the elements of the hostile draft's pages with
// what our own pages may hold: everything else came from a stranger.
func TestHostileTextIsInert(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	for _, path := range []string{"/", "/drafts/d-h0st1le0", "/drafts/d-h0st1le0/export/banco", "/drafts/d-h0st1le0/receipts/r-9", "/?lang=en", "/failures/h0st1le0", "/failures/h0st1le0/body/response?as=raw", "/failures/h0st1le0/body/response?q=gnp"} {
		w := ask(h, "GET", path, "")
		page := w.Body.String()
		if w.Code != http.StatusOK || !strings.Contains(page, "gnp.exe") {
			t.Fatalf("%s: got %d without the hostile text: %s", path, w.Code, page)
		}
		for n := range parse(t, page).Descendants() {
			if n.Type == html.ElementNode {
				checkInert(t, path, n)
			}
		}
		if i := strings.IndexAny(page, "\x1b\u202e"); i >= 0 {
			t.Errorf("%s: a character acts at %q", path, page[i:min(i+20, len(page))])
		}
		if !utf8.ValidString(page) {
			t.Errorf("%s: the page is not UTF-8", path)
		}
	}
}

func checkInert(t *testing.T, path string, n *html.Node) {
	t.Helper()
	switch n.Data {
	case "style", "iframe", "object", "embed", "base":
		t.Errorf("%s: element %s", path, n.Data)
	case "script", "img":
		if !strings.HasPrefix(attr(n, "src"), "/assets/") && !(n.Data == "img" && strings.HasPrefix(attr(n, "src"), "/drafts/")) || n.FirstChild != nil {
			t.Errorf("%s: %s from %q", path, n.Data, attr(n, "src"))
		}
	case "form":
		if action := attr(n, "action"); action != "" && (!strings.HasPrefix(action, "/") || strings.HasPrefix(action, "//")) {
			t.Errorf("%s: a form to %q", path, attr(n, "action"))
		}
	}
	for _, a := range n.Attr {
		if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "href" && strings.Contains(strings.ToLower(a.Val), "script:") {
			t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
		}
	}
}

// TestPagesAreAccessible looks for what a page must have to be read aloud and
// used with the keyboard alone.
func TestPagesAreAccessible(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	for _, path := range []string{"/", "/login", "/drafts/d-k3f9qa2m", "/drafts/d-k3f9qa2m/export/banco", "/drafts/d-val1dade/receipts/r-0", "/drafts/none"} {
		ids, count := map[string]int{}, map[string]int{}
		doc := parse(t, ask(h, "GET", path, "").Body.String())
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			count[n.Data]++
			if id := attr(n, "id"); id != "" {
				ids[id]++
			}
			if n.Data == "button" && n.FirstChild == nil {
				t.Errorf("%s: a button without a name", path)
			}
			if n.Data == "pre" && attr(n, "class") == "body" && attr(n, "tabindex") != "0" {
				t.Errorf("%s: a scrolling block out of reach of the keyboard", path)
			}
		}
		for n := range doc.Descendants() {
			if to, local := strings.CutPrefix(attr(n, "href"), "#"); local && ids[to] == 0 {
				t.Errorf("%s: a link leads to %q, which is not there", path, to)
			}
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%s: %d elements are called %s", path, n, id)
			}
		}
		want := map[string]int{"main": 1, "title": 1}
		if diff := cmp.Diff(want, map[string]int{"main": count["main"], "title": count["title"]}); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

func TestPortalsShowTheLatestReceipt(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	for id, want := range map[string]string{
		"d-val1dade": "Enviar banco: Enviado · Chamado nº 4711 Baixar", "d-h0st1le0": "Enviar Conferir e enviar a banco banco: Não enviado",
	} {
		if got := wordsOf(t, ask(h, "GET", "/drafts/"+id, "").Body.String()); !strings.Contains(got, want) {
			t.Errorf("no %q in: %s", want, got)
		}
	}
}
