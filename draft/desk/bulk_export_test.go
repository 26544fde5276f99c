package desk

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
)

// ticked is the query of a form in which drafts are ticked.
func ticked(ids ...string) string { return url.Values{"draft": ids}.Encode() }

func TestSeveralDraftsAreSentAsTheirPreviewsShow(t *testing.T) {
	m := &memory{drafts: samples(), outcome: draft.Receipt{Ticket: "4712", URL: "https://suporte.banco.example/4712"}}
	h := openDesk(t, m)
	// The third was sent already, which its own page tells, too.
	query := ticked("d-k3f9qa2m", "d-tls0cert", "d-val1dade")
	page := ask(h, "GET", "/export/banco?"+query, "").Body.String()
	if got := wordsOf(t, page); !strings.Contains(got, "2 rascunhos podem ser enviados") || !strings.Contains(got, "Já foi enviado para lá") || strings.Count(page, `"Subject"`)+strings.Count(page, "&#34;Subject&#34;") != 3 {
		t.Errorf("the page says %s", got)
	}
	form := formOf(t, h, "/export/banco?"+query, "/export/banco")
	// One fails once more meanwhile. It is sent as it was seen.
	m.touch(0)
	form["draft"] = []string{"d-k3f9qa2m", "d-tls0cert"}
	w := ask(h, "POST", "/export/banco", form.Encode())
	if w.Code != http.StatusSeeOther {
		t.Fatalf("got %d: %s", w.Code, w.Body)
	}
	if len(m.sent) != 2 || m.sent[0].Evidence.Group.Count != samples()[0].Evidence.Group.Count {
		t.Errorf("sent %d", len(m.sent))
	}
	got := wordsOf(t, ask(h, "GET", w.Header().Get("Location"), "").Body.String())
	if strings.Count(got, "Chamado nº 4712") != 2 {
		t.Errorf("then it says %s", got)
	}
}

func TestWhatChangedSinceItsPreviewIsLeft(t *testing.T) {
	m := &memory{drafts: samples()}
	h := openDesk(t, m)
	w := ask(h, "POST", "/api/v1/export/banco", `{"drafts":[{"id":"d-tls0cert","digest":"of another"},{"id":"d-none000000","digest":"x"}]}`, "Content-Type", "application/json", "Accept-Language", "en")
	var got struct{ Results []service.OrderResult }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := []service.OrderResult{{ID: "d-tls0cert", Error: "Somebody else changed the draft."}, {ID: "d-none000000", Error: "Not found."}}
	if diff := cmp.Diff(want, got.Results); diff != "" || len(m.sent) > 0 {
		t.Errorf("sent %d: %s", len(m.sent), diff)
	}
	for _, form := range []string{"draft=d-tls0cert", "", ticked(strings.Split(strings.Repeat("d-tls0cert ", service.MaxParcels+1), " ")...)} {
		if w := ask(h, "POST", "/export/banco", form); w.Code != http.StatusBadRequest || len(m.sent) > 0 {
			t.Errorf("%.40s: got %d", form, w.Code)
		}
	}
}

func TestMoreThanGoAtOnceAreCounted(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	ids := make([]string, service.MaxParcels+2)
	for i := range ids {
		ids[i] = "d-tls0cert"
	}
	if got := wordsOf(t, ask(h, "GET", "/export/banco?"+ticked(ids...), "").Body.String()); !strings.Contains(got, "Foram marcados 2 a mais") {
		t.Errorf("it says %s", got)
	}
}

func TestBundlesComeInOneArchive(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	w := ask(h, "GET", "/bundles.zip?"+ticked("d-tls0cert", "d-k3f9qa2m", "d-tls0cert"), "")
	if got := w.Header().Get("Content-Disposition"); got != "attachment; filename=flagrante-20261123-1200.zip" {
		t.Errorf("it is %s", got)
	}
	archive, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, file := range archive.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		got[file.Name] = string(data)
	}
	if diff := cmp.Diff(map[string]string{"flagrante-d-k3f9qa2m.zip": "PK d-k3f9qa2m", "flagrante-d-tls0cert.zip": "PK d-tls0cert"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestBundlesThatAreTooLargeTogetherAreRefused(t *testing.T) {
	o := optionsOf(t, &memory{drafts: samples()})
	d := &service.Service{Options: o}
	for name, c := range map[string]struct {
		most int
		want error
	}{
		"two that fit": {most: 4096},
		"one too many": {most: 20, want: door.ErrLargeBundles},
	} {
		if _, err := d.Archive(t.Context(), []string{"d-tls0cert", "d-k3f9qa2m"}, c.most); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}
