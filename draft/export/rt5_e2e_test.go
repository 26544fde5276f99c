//go:build e2e

package export

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/export/portaltest"
)

// requestTracker is a real Request Tracker 5 with the tests on it.
type requestTracker struct{ portaltest.RT }

func (rt requestTracker) portal() Portal {
	return Portal{Recipe: "rt5", URL: rt.URL, TokenFile: rt.TokenFile, Requestor: "qa@integrator.example", AllowPrivate: true}
}

func (rt requestTracker) tickets(t *testing.T) int { return len(rt.Tickets(t, "id > 0")) }

func TestRequestTracker(t *testing.T) {
	rt := requestTracker{portaltest.StartRT(t)}
	t.Run("stores what the preview showed", func(t *testing.T) { rt.stores(t) })
	t.Run("shows the ticket that is there", func(t *testing.T) { rt.finds(t) })
	t.Run("cuts no subject that was cut before", func(t *testing.T) { rt.longSubject(t) })
	t.Run("drops values that it does not list", func(t *testing.T) { rt.drops(t) })
	t.Run("refuses", func(t *testing.T) { rt.refuses(t) })
}

// draftOf is the sample with a fingerprint of its own, for RT is searched for it.
func draftOf(fingerprint string) draft.Draft {
	d := sample()
	d.Fingerprint, d.Evidence.Group.Fingerprint = fingerprint, fingerprint
	return d
}

// sent fails the test unless the whole draft arrived.
func sent(t *testing.T, r Result) {
	t.Helper()
	if r.State != draft.ReceiptSent || r.Text != "" || r.Dropped != nil || r.Notes != nil || r.Found {
		t.Fatalf("got %+v", r)
	}
}

func (rt requestTracker) stores(t *testing.T) {
	x, d := exporterOf(t, rt.portal()), draftOf("v1:stores")
	screenshot := File{Name: "ecrã “1”.png", Type: "image/png", Data: []byte("\x89PNG\r\n\x1a\n\x00\xff"), Checked: true}
	parcel, preview, err := x.Pack("bank", d, []File{screenshot})
	if err != nil {
		t.Fatal(err)
	}
	result := goOn(t, x, parcel, Progress{}, false)
	sent(t, result)
	if want := rt.URL + "/Ticket/Display.html?id=" + result.Ticket(); result.URL != want {
		t.Errorf("the link is %s, want %s", result.URL, want)
	}
	var shown struct{ Content string }
	if err := json.Unmarshal(preview.Body, &shown); err != nil {
		t.Fatal(err)
	}
	want := portaltest.Stored{
		Subject: "POST /v1/charges responde 500 “{secret} & <b>” X: y", Queue: "TI-Producao",
		Requestor: "qa@integrator.example", Content: shown.Content,
		Fields: map[string]string{
			"Categoria": "TI - Operacional em Produção", "Severidade": "Crítico", "Pais de origem": "BR", "Fingerprint": "v1:stores",
		},
		Files: map[string]string{},
	}
	for _, file := range parcel.Files {
		want.Files[file.Name] = string(file.Data)
		// A comment with its name carries it.
		want.Comments = append(want.Comments, file.Name)
	}
	if diff := cmp.Diff(want, rt.Ticket(t, result.Ticket())); diff != "" {
		t.Errorf("ticket (-previewed +stored):\n%s", diff)
	}
}

// finds shows that a draft whose ticket is there makes no other one.
func (rt requestTracker) finds(t *testing.T) {
	x := exporterOf(t, rt.portal())
	first := deliver(t, x, draftOf("v1:finds"))
	sent(t, first)
	before := rt.tickets(t)
	second := deliver(t, x, draftOf("v1:finds"))
	if second.State != draft.ReceiptSent || !second.Found || second.Ticket() != first.Ticket() || rt.tickets(t) != before {
		t.Errorf("after the ticket %s: %+v, and %d tickets more", first.Ticket(), second, rt.tickets(t)-before)
	}
}

func (rt requestTracker) longSubject(t *testing.T) {
	x, d := exporterOf(t, rt.portal()), draftOf("v1:long")
	d.Title = strings.Repeat("ação ", 60)
	result := deliver(t, x, d)
	sent(t, result)
	got := rt.Ticket(t, result.Ticket()).Subject
	if kept, cut := strings.CutSuffix(got, "…"); !cut || len(got) > 200 || len(got) < 190 || !strings.HasPrefix(d.Title, kept) {
		t.Errorf("the subject is %q", got)
	}
}

func (rt requestTracker) drops(t *testing.T) {
	p := rt.portal()
	p.Values = map[string]Override{"severity": {Map: map[string]string{"critical": "Catastrófico"}}}
	p.Requestor = "not an address"
	result := deliver(t, exporterOf(t, p), draftOf("v1:drops"))
	if result.State != draft.ReceiptSent || result.Text != "" {
		t.Fatalf("got %+v", result)
	}
	if diff := cmp.Diff([]string{"Requestor", "Severidade"}, result.Dropped); diff != "" {
		t.Errorf("dropped (-want +got):\n%s", diff)
	}
}

func (rt requestTracker) refuses(t *testing.T) {
	wrongToken := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(wrongToken, []byte("1-14-wrong"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		change func(*Portal)
		says   string
	}{
		{"a wrong token", func(p *Portal) { p.TokenFile = wrongToken }, "refused the token (401)"},
		{"a wrong queue", func(p *Portal) { p.Values = map[string]Override{"queue": {Fixed: "Nenhuma"}} }, `the queue "Nenhuma" exists`},
		{"an address that is not its interface", func(p *Portal) { p.URL += "/Ticket" }, "check"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := rt.tickets(t)
			p := rt.portal()
			test.change(&p)
			result := deliver(t, exporterOf(t, p), draftOf("v1:refuses"))
			if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, test.says) {
				t.Errorf("got %+v", result)
			}
			if made := rt.tickets(t) - before; made != 0 {
				t.Errorf("%d tickets were made", made)
			}
		})
	}
}
