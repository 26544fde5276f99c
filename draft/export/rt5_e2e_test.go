//go:build e2e

package export

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

// requestTracker is a real Request Tracker 5, and how its support agent reads it.
type requestTracker struct {
	url, tokenFile string
}

func startRequestTracker(t *testing.T) requestTracker {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(free.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	const script = "../../testdata/portal/rt5/rt5.sh"
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), script, "up", dir, port).CombinedOutput(); err != nil {
		t.Fatalf("start Request Tracker: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command(script, "down", dir).CombinedOutput(); err != nil {
			t.Errorf("stop Request Tracker: %v: %s", err, out)
		}
	})
	return requestTracker{url: "http://127.0.0.1:" + port, tokenFile: filepath.Join(dir, "token")}
}

func (rt requestTracker) portal() Portal {
	return Portal{Recipe: "rt5", URL: rt.url, TokenFile: rt.tokenFile, Requestor: "qa@integrator.example", AllowPrivate: true}
}

// get reads path as an agent, into a value of its own kind.
func (rt requestTracker) get(t *testing.T, path string, v any) {
	t.Helper()
	secret, err := os.ReadFile(rt.tokenFile)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, rt.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "token "+string(secret))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %d %v %s", path, resp.StatusCode, err, data)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}

func (rt requestTracker) tickets(t *testing.T) int {
	t.Helper()
	var list struct{ Items []any }
	rt.get(t, "/REST/2.0/tickets?per_page=100&query=id%3E0", &list)
	return len(list.Items)
}

// stored is a ticket as RT shows it.
type stored struct {
	Subject, Queue, Requestor, Content string
	Fields                             map[string]string
}

func (rt requestTracker) ticket(t *testing.T, id string) stored {
	t.Helper()
	var ticket struct {
		Subject      string
		Queue        struct{ Name string }
		Requestor    []struct{ ID string }
		CustomFields []struct {
			Name   string
			Values []string
		}
	}
	rt.get(t, "/REST/2.0/ticket/"+id+"?fields[Queue]=Name", &ticket)
	var parts struct {
		Items []struct{ Content, ContentType string }
	}
	rt.get(t, "/REST/2.0/ticket/"+id+"/attachments?fields=Content,ContentType", &parts)
	if len(ticket.Requestor) != 1 || len(parts.Items) != 1 || parts.Items[0].ContentType != "text/plain" {
		t.Fatalf("the ticket has the requestors %v and the parts %v", ticket.Requestor, parts.Items)
	}
	got := stored{ticket.Subject, ticket.Queue.Name, ticket.Requestor[0].ID, parts.Items[0].Content, map[string]string{}}
	for _, field := range ticket.CustomFields {
		got.Fields[field.Name] = strings.Join(field.Values, "|")
	}
	return got
}

func TestRequestTracker(t *testing.T) {
	rt := startRequestTracker(t)
	t.Run("stores what the preview showed", func(t *testing.T) { rt.stores(t) })
	t.Run("cuts no subject that was cut before", func(t *testing.T) { rt.longSubject(t) })
	t.Run("drops values that it does not list", func(t *testing.T) { rt.drops(t) })
	t.Run("refuses", func(t *testing.T) { rt.refuses(t) })
}

func (rt requestTracker) stores(t *testing.T) {
	x, _ := exporterOf(t, rt.portal())
	preview, err := x.Preview(t.Context(), "bank", sample())
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := x.Export(t.Context(), "bank", sample())
	if err != nil || receipt.State != draft.ReceiptSent || receipt.Error != "" || receipt.Dropped != nil {
		t.Fatalf("got %+v and the error %v", receipt, err)
	}
	if want := rt.url + "/Ticket/Display.html?id=" + receipt.Ticket; receipt.URL != want {
		t.Errorf("the link is %s, want %s", receipt.URL, want)
	}
	var shown struct{ Content string }
	if err := json.Unmarshal(preview.Body, &shown); err != nil {
		t.Fatal(err)
	}
	want := stored{
		Subject: "POST /v1/charges responde 500 “{secret} & <b>” X: y", Queue: "TI-Producao",
		Requestor: "qa@integrator.example", Content: shown.Content,
		Fields: map[string]string{
			"Categoria": "TI - Operacional em Produção", "Severidade": "Crítico", "Pais de origem": "BR", "Fingerprint": "v1:3c1f",
		},
	}
	if diff := cmp.Diff(want, rt.ticket(t, receipt.Ticket)); diff != "" {
		t.Errorf("ticket (-previewed +stored):\n%s", diff)
	}
}

func (rt requestTracker) longSubject(t *testing.T) {
	x, _ := exporterOf(t, rt.portal())
	d := sample()
	d.Title = strings.Repeat("ação ", 60)
	receipt, err := x.Export(t.Context(), "bank", d)
	if err != nil || receipt.State != draft.ReceiptSent || receipt.Dropped != nil {
		t.Fatalf("got %+v and the error %v", receipt, err)
	}
	got := rt.ticket(t, receipt.Ticket).Subject
	if kept, cut := strings.CutSuffix(got, "…"); !cut || len(got) > 200 || len(got) < 190 || !strings.HasPrefix(d.Title, kept) {
		t.Errorf("the subject is %q", got)
	}
}

func (rt requestTracker) drops(t *testing.T) {
	p := rt.portal()
	p.Values = map[string]Override{"severity": {Map: map[string]string{"critical": "Catastrófico"}}}
	p.Requestor = "not an address"
	x, _ := exporterOf(t, p)
	receipt, err := x.Export(t.Context(), "bank", sample())
	if err != nil || receipt.State != draft.ReceiptSent || receipt.Error != "" {
		t.Fatalf("got %+v and the error %v", receipt, err)
	}
	if diff := cmp.Diff([]string{"Requestor", "Severidade"}, receipt.Dropped); diff != "" {
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
			x, _ := exporterOf(t, p)
			receipt, err := x.Export(t.Context(), "bank", sample())
			if err != nil || receipt.State != draft.ReceiptFailed || !strings.Contains(receipt.Error, test.says) {
				t.Errorf("got %+v and the error %v", receipt, err)
			}
			if made := rt.tickets(t) - before; made != 0 {
				t.Errorf("%d tickets were made", made)
			}
		})
	}
}
