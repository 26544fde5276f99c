package desk

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"flagrante/draft"
	"flagrante/draft/desk/page"
)

func TestListShowsEachDraft(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	got := wordsOf(t, ask(h, "GET", "/", "").Body.String())
	for _, want := range []string{
		"chamadas 312 falhas 0", "Alto POST /pix/v2/cob responde 503: SPI-503", "Produção api.banco.example Falhas 1.284 há 1 min Faltam 2 itens Novo",
		"Crítico GET /v2/dict/entries", "há 9 min", "Homologação", "Enviado", "Completo", "há 5 dias",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in: %s", want, got)
		}
	}
	got = wordsOf(t, ask(h, "GET", "/?lang=en", "").Body.String())
	for _, want := range []string{"calls 312 failures 0", "High POST /pix/v2/cob", "Production api.banco.example Failures 1,284 1 min ago 2 items missing New", "Critical"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in: %s", want, got)
		}
	}
}

func TestEmptyListSaysWhatPassed(t *testing.T) {
	got := wordsOf(t, ask(openDesk(t, &memory{}), "GET", "/", "").Body.String())
	for _, want := range []string{
		"312 chamadas passaram, 0 falhas", "http://127.0.0.1:8790", "/home/ana maria/ca.pem", "NODE_EXTRA_CA_CERTS='/home/ana maria/ca.pem'",
		"curl --proxy http://127.0.0.1:8790 --cacert '/home/ana maria/ca.pem' https://",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in: %s", want, got)
		}
	}
}

func TestOlderLinkLeadsThroughAllDrafts(t *testing.T) {
	var all []draft.Draft
	for i := range 2*page.ListLimit + 1 {
		d := refusedPix()
		d.ID = fmt.Sprintf("d-%03d", i)
		all = append(all, d)
	}
	h := openDesk(t, &memory{drafts: all})
	var sizes []int
	for link := "/"; link != ""; {
		doc := parse(t, ask(h, "GET", link, "").Body.String())
		link = ""
		drafts := 0
		for n := range doc.Descendants() {
			if n.Type == html.ElementNode && n.Data == "a" && strings.HasPrefix(attr(n, "href"), "/drafts/") {
				drafts++
			}
			if attr(n, "rel") == "next" {
				link = attr(n, "href")
			}
		}
		sizes = append(sizes, drafts)
	}
	if diff := cmp.Diff([]int{page.ListLimit, page.ListLimit, 1}, sizes); diff != "" {
		t.Errorf("pages: %s", diff)
	}
}

func TestAddressesWithoutAnIDLeadToTheirList(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	for address, want := range map[string]string{"/drafts": "/", "/drafts?q=a%20b&lang=en": "/?q=a%20b&lang=en", "/failures?q=x": "/traffic?q=x"} {
		w := ask(h, "GET", address, "")
		if got := w.Header().Get("Location"); w.Code != http.StatusSeeOther || got != want {
			t.Errorf("%s: %d to %s, want %s", address, w.Code, got, want)
		}
		if list := ask(h, "GET", want, ""); list.Code != http.StatusOK {
			t.Errorf("%s: %d", want, list.Code)
		}
	}
}
