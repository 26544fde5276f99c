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
	Fields, Files                      map[string]string
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
	if len(ticket.Requestor) != 1 {
		t.Fatalf("the ticket has the requestors %v", ticket.Requestor)
	}
	got := stored{Subject: ticket.Subject, Queue: ticket.Queue.Name, Requestor: ticket.Requestor[0].ID, Fields: map[string]string{}}
	got.Content, got.Files = rt.parts(t, id)
	for _, field := range ticket.CustomFields {
		got.Fields[field.Name] = strings.Join(field.Values, "|")
	}
	return got
}

// parts returns the text with which a ticket was made, and the files of its comments.
func (rt requestTracker) parts(t *testing.T, id string) (content string, files map[string]string) {
	t.Helper()
	var parts struct {
		Items []struct {
			Content, ContentType, Filename string
		}
	}
	rt.get(t, "/REST/2.0/ticket/"+id+"/attachments?fields=Content,ContentType,Filename&per_page=100", &parts)
	files = map[string]string{}
	for i, part := range parts.Items {
		switch {
		case i == 0 && part.ContentType == "text/plain" && part.Filename == "":
			content = part.Content
		case part.Filename != "":
			files[part.Filename] = octets(part.ContentType, part.Content)
		}
	}
	return content, files
}

// octets returns the bytes of a file. RT writes those that are no text as code points
// up to U+00FF.
func octets(mediaType, content string) string {
	if !strings.HasPrefix(mediaType, "image/") {
		return content
	}
	var out []byte
	for _, r := range content {
		out = append(out, byte(r))
	}
	return string(out)
}

func TestRequestTracker(t *testing.T) {
	rt := startRequestTracker(t)
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
	if want := rt.url + "/Ticket/Display.html?id=" + result.Ticket(); result.URL != want {
		t.Errorf("the link is %s, want %s", result.URL, want)
	}
	var shown struct{ Content string }
	if err := json.Unmarshal(preview.Body, &shown); err != nil {
		t.Fatal(err)
	}
	want := stored{
		Subject: "POST /v1/charges responde 500 “{secret} & <b>” X: y", Queue: "TI-Producao",
		Requestor: "qa@integrator.example", Content: shown.Content,
		Fields: map[string]string{
			"Categoria": "TI - Operacional em Produção", "Severidade": "Crítico", "Pais de origem": "BR", "Fingerprint": "v1:stores",
		},
		Files: map[string]string{},
	}
	for _, file := range parcel.Files {
		want.Files[file.Name] = string(file.Data)
	}
	if diff := cmp.Diff(want, rt.ticket(t, result.Ticket())); diff != "" {
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
	got := rt.ticket(t, result.Ticket()).Subject
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
