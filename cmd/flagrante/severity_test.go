package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/flagrante/internal/world/worldtest"
)

// tape is a recording in the making.
type tape struct {
	host    string
	entries []map[string]any
}

// played is what became of one call: a status with a body, or an error.
type played struct {
	status int
	body   string
	err    string
	wait   int
}

// call adds a call three seconds after the one before. Each is another business:
// its own id, and its own body.
func (r *tape) call(endpoint string, p played) {
	n := len(r.entries)
	if p.wait == 0 {
		p.wait = 200
	}
	response := map[string]any{
		"status": p.status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": []any{}, "redirectURL": "", "headersSize": -1, "bodySize": len(p.body),
		"headers": []any{map[string]any{"name": "Content-Type", "value": "application/json"}},
		"content": map[string]any{"size": len(p.body), "mimeType": "application/json", "text": p.body},
	}
	if p.err != "" {
		response["_error"] = p.err
	}
	r.entries = append(r.entries, map[string]any{
		"startedDateTime": time.Date(2026, 11, 20, 12, 0, 3*n, 0, time.UTC).Format(time.RFC3339), "time": p.wait,
		"request": map[string]any{
			"method": "POST", "url": "https://" + r.host + endpoint, "httpVersion": "HTTP/1.1", "cookies": []any{}, "queryString": []any{}, "headersSize": -1, "bodySize": 12,
			"headers":  []any{map[string]any{"name": "Authorization", "value": "Bearer 3f9a0c2b7d"}},
			"postData": map[string]any{"mimeType": "application/json", "text": fmt.Sprintf(`{"valor":%d}`, 1000+n)},
		},
		"response": response, "cache": map[string]any{},
		"timings": map[string]any{"send": 1, "wait": p.wait - 2, "receive": 1},
	})
}

// each makes n calls to each of the endpoints in turn.
func (r *tape) each(n int, p played, endpoints ...string) *tape {
	for range n {
		for _, e := range endpoints {
			r.call(e, p)
		}
	}
	return r
}

// mix makes n calls, of which every third is p.
func (r *tape) mix(n int, p played, endpoint string) *tape {
	for i := range n {
		if i%3 == 1 {
			r.call(endpoint, p)
		} else {
			r.call(endpoint, fine)
		}
	}
	return r
}

// severities imports recordings, and returns what is suggested for each host, each once,
// with the sides.
func severities(t *testing.T, tapes []*tape) map[string][]string {
	t.Helper()
	data, recordings := t.TempDir(), []string{"import"}
	for _, r := range tapes {
		recordings = append(recordings, r.file(t, t.TempDir()))
	}
	var out, errs bytes.Buffer
	w := worldtest.New()
	w.Out, w.Err = &out, &errs
	for _, args := range [][]string{recordings, {"drafts", "--json", "--limit", "1000"}} {
		out.Reset()
		if code := run(t.Context(), append([]string{"--data", data}, args...), w); code != exitOK {
			t.Fatalf("%v: %s", args, errs.String())
		}
	}
	var drafts []struct{ Host, Severity, Side string }
	if err := json.Unmarshal(out.Bytes(), &drafts); err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, d := range drafts {
		found[d.Host] = append(found[d.Host], d.Severity+" "+d.Side)
	}
	for host, said := range found {
		slices.Sort(said)
		found[host] = slices.Compact(said)
	}
	return found
}

// file writes the recording to a folder.
func (r *tape) file(t *testing.T, dir string) string {
	t.Helper()
	file := filepath.Join(dir, "calls.har")
	data, err := json.Marshal(map[string]any{"log": map[string]any{"version": "1.2", "creator": map[string]any{"name": "test", "version": "1"}, "entries": r.entries}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Values that tests begin with.
const (
	pix, boleto, saldo, ted = "/v1/pix", "/v1/boletos", "/v1/saldo", "/v1/ted"
	production, sandbox     = "api.banco.com.br", "sandbox.banco.com.br"
)

var (
	fine    = played{status: 200, body: `{"id":"a"}`}
	down    = played{status: 503, body: `{"title":"Serviço fora","status":503}`}
	expired = played{status: 401, body: `{"error":"invalid_token"}`}
	late    = played{err: "net::ERR_TIMED_OUT", wait: 30000}
	dns     = played{err: "net::ERR_NAME_NOT_RESOLVED"}
	refused = played{err: "net::ERR_CONNECTION_REFUSED"}
	badDate = played{err: "net::ERR_CERT_DATE_INVALID"}
	wrong   = played{status: 422, body: `{"title":"cpf inválido"}`}
	trace   = played{status: 500, body: `{"t":"X\n\tat br.com.banco.Pix.pay(Pix.java:3)"}`}
	hidden  = played{status: 200, body: `{"erro":true,"mensagem":"Falha ao processar"}`}
	many    = played{status: 429, body: `{"title":"limite"}`}
)

// What is suggested for recorded traffic, argued from the guide: critical is for
// systems that stand still, lost data and broken security; high for many functions
// or users; medium for what can be worked around; low for what can wait.
func TestSeverityOfRecordings(t *testing.T) {
	var tapes []*tape
	// Each recording is of a host of its own.
	on := func(host string) *tape {
		tapes = append(tapes, &tape{host: strings.Replace(host, "banco", fmt.Sprintf("banco%d", len(tapes)), 1)})
		return tapes[len(tapes)-1]
	}
	tests := []struct {
		name string
		tape *tape
		want string
	}{
		{"nothing works, from the start", on(production).each(4, down, pix, boleto, saldo, ted), "critical vendor"},
		{"nothing works, one call each", on(production).each(1, down, pix, boleto, saldo, ted), "critical vendor"},
		{"nothing works any more", on(production).each(10, fine, pix, boleto, saldo, ted).each(4, down, pix, boleto, saldo, ted), "critical vendor"},
		{"one endpoint after the other", on(production).each(5, down, pix).each(5, late, boleto).each(5, played{status: 500, body: "{}"}, saldo), "critical vendor"},
		{"nothing but the log-in works", on(production).each(4, fine, "/oauth/token").each(4, down, pix, boleto, saldo, ted), "critical vendor"},
		{"the sandbox is down", on(sandbox).each(4, down, pix, boleto, saldo, ted), "high vendor"},
		{"no name", on(production).each(3, dns, pix, boleto, saldo), "critical network"},
		{"the sandbox refuses connections", on(sandbox).each(3, refused, pix, boleto), "high network"},
		{"one endpoint of the sandbox is down", on(sandbox).each(8, down, pix).each(20, fine, boleto, saldo), "medium vendor"},
		{"one endpoint is down", on(production).each(8, down, pix).each(20, fine, boleto, saldo), "high vendor"},
		{"one failure in two hundred", on(production).each(150, fine, pix).each(1, down, pix).each(49, fine, pix), "low vendor"},
		{"a third fails", on(production).mix(60, down, pix), "medium vendor"},
		{"three endpoints fail a third of the time", on(production).mix(30, down, pix).mix(30, down, boleto).mix(30, down, saldo), "high vendor"},
		{"refused after it worked", on(production).each(10, fine, pix).each(6, expired, pix), "high unknown"},
		{"refused from the first call", on(production).each(6, expired, pix), "medium request"},
		{"too many calls", on(production).each(20, fine, pix).each(15, many, pix), "medium request"},
		{"one wrong request", on(production).each(20, fine, pix).each(1, wrong, pix).each(9, fine, pix), "low request"},
		{"everything is refused as wrong", on(production).each(100, wrong, pix), "low request"},
		{"everything is refused as wrong that was fine before", on(production).each(5, fine, pix).each(100, wrong, pix), "medium request"},
		{"expired certificate", on(production).each(2, badDate, pix), "critical vendor"},
		{"expired certificate of the sandbox", on(sandbox).each(2, badDate, pix), "high vendor"},
		{"timeouts far over the usual", on(production).mix(45, late, pix), "high vendor"},
		{"a stack trace", on(production).each(30, fine, pix).each(1, trace, pix), "critical vendor"},
		{"a stack trace in one of many", on(production).mix(12, played{status: 500, body: "{}"}, pix).each(1, trace, pix).mix(12, played{status: 500, body: "{}"}, pix), "critical vendor"},
		{"an error inside of each 200", on(production).each(15, hidden, pix).each(15, fine, boleto), "high vendor"},
	}
	said := severities(t, tapes)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff([]string{tt.want}, said[tt.tape.host]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
