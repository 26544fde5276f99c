package desk

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
	"flagrante/draft/desk/users"
)

func TestTheSetupShowsTheInstallation(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()}, distrusting(new([]string)))
	got := wordsOf(t, ask(h, "GET", "/setup?lang=en", "").Body.String())
	for _, want := range []string{
		"/home/ana maria/ca.pem", "Any command", "flagrante run -- npm start", "banco", "Test the connection", "Everything works", "1,284, the oldest 2 days ago",
		"Critical", "TI - Integração", "an app turned our certificate down", "No call over TLS was read since the start.", "Logged in as api",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in: %s", want, got)
		}
	}
}

func TestAPortalIsTested(t *testing.T) {
	h := openDesk(t, &memory{})
	w := ask(h, "POST", "/setup/portals/banco/check?lang=en", "")
	if got := wordsOf(t, w.Body.String()); !strings.Contains(got, "banco : it can't be used as it is secrets: ok auth: 401 <b>Unauthorized</b>") {
		t.Errorf("got %d: %s", w.Code, got)
	}
	want := `{"portal":"banco","good":false,"steps":[{"do":"secrets"},{"do":"auth","text":"401 \u003cb\u003eUnauthorized\u003c/b\u003e"}]}`
	if got := strings.TrimSpace(ask(h, "POST", "/api/v1/portals/banco/check", "").Body.String()); got != want {
		t.Errorf("got %s", got)
	}
	if got := ask(h, "POST", "/api/v1/portals/none/check", "").Code; got != http.StatusNotFound {
		t.Errorf("no such portal: %d", got)
	}
}

func TestRulesAreTried(t *testing.T) {
	h := openDesk(t, &memory{})
	entry := `{"startedDateTime":"2026-11-23T15:00:00Z","time":1,"request":{"method":"POST","url":"https://api.bank.example/v1/x","httpVersion":"HTTP/1.1","headers":[],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0},` +
		`"response":{"status":503,"statusText":"","httpVersion":"HTTP/1.1","headers":[],"cookies":[],"content":{"size":0,"mimeType":"text/plain"},"redirectURL":"","headersSize":-1,"bodySize":0},"cache":{},"timings":{"send":0,"wait":1,"receive":0}}`
	for text, want := range map[string]string{
		entry: "POST https://api.bank.example/v1/x Failure: HTTP error",
		`{"log":{"entries":[` + entry + `,` + entry + `]}}`: "Failure: HTTP error",
		`{"status":503,"body":{"erro":"x"}}`:                "GET https://api.example.com/ Failure: HTTP error",
		`{"url":"https://a.example/","status":200}`:         "GET https://a.example/ No failure Rules that were tried 1 a status",
		`<script>alert(1)</script>`:                         "This is no call that can be judged",
		`{}`:                                                "This is no call that can be judged",
		`{"log":{"entries":[{}]}}`:                          "This is no call that can be judged",
	} {
		got := wordsOf(t, ask(h, "POST", "/setup/rules/try?lang=en", url.Values{"text": {text}}.Encode()).Body.String())
		if !strings.Contains(got, want) {
			t.Errorf("%.60s: no %q in %s", text, want, got)
		}
	}
	w := ask(h, "POST", "/api/v1/rules/try", `{"text":"{\"status\":200}"}`, "Content-Type", "application/json")
	if got := w.Body.String(); !strings.HasPrefix(got, `{"calls":[{"method":"GET","url":"https://api.example.com/","failing":false`) {
		t.Errorf("got %d %s", w.Code, got)
	}
	if got := ask(h, "POST", "/api/v1/rules/try", `{"text":"x"}`, "Content-Type", "application/json").Code; got != http.StatusUnprocessableEntity {
		t.Errorf("nonsense: %d", got)
	}
}

func TestMasksAreTried(t *testing.T) {
	h := openDesk(t, &memory{})
	got := wordsOf(t, ask(h, "POST", "/setup/masks/try?lang=en", "text=a+secret+word").Body.String())
	if !strings.Contains(got, "a <token> word input : token (looks)") {
		t.Errorf("got %s", got)
	}
	want := `{"masked":"nothing","redactions":[]}`
	if got := strings.TrimSpace(ask(h, "POST", "/api/v1/masks/try", `{"text":"nothing"}`, "Content-Type", "application/json").Body.String()); got != want {
		t.Errorf("got %s", got)
	}
}

func TestTrustIsToldByTheCalls(t *testing.T) {
	var strip live.Strip
	var forgotten []string
	h := openDesk(t, &memory{}, distrusting(&forgotten), func(o *service.Options) { o.Strip = &strip })
	trust := func(since time.Time) string {
		return strings.TrimSpace(ask(h, "GET", "/api/v1/trust?since="+url.QueryEscape(since.Format(time.RFC3339)), "").Body.String())
	}
	if got := trust(noon); got != `{"calls":0,"read":null,"refused":null}` {
		t.Errorf("before any call: %s", got)
	}
	strip.Add(live.Call{At: noon.Add(time.Second), Host: "plain.example", Status: 200})
	if got := trust(noon); got != `{"calls":1,"read":null,"refused":null}` {
		t.Errorf("after a plain call: %s", got)
	}
	strip.Add(live.Call{At: noon.Add(2 * time.Second), Host: "broken.example", Encrypted: true})
	strip.Add(live.Call{At: noon.Add(3 * time.Second), Host: "api.bank.example", Encrypted: true, Status: 503})
	if got := trust(noon); got != `{"calls":3,"read":{"host":"api.bank.example","at":"2026-11-23T15:00:03Z"},"refused":null}` {
		t.Errorf("after a call over TLS: %s", got)
	}
	if got := trust(noon.Add(time.Minute)); !strings.HasPrefix(got, `{"calls":0,"read":null`) {
		t.Errorf("later: %s", got)
	}
	if got := trust(noon.Add(-time.Hour)); !strings.Contains(got, `"refused":{"host":`) {
		t.Errorf("an hour ago: %s", got)
	}
	if got := ask(h, "GET", "/api/v1/trust?since=yesterday", "").Code; got != http.StatusBadRequest {
		t.Errorf("no time: %d", got)
	}
}

// A test begins with all hosts intercepted again, where the visitor may decide that.
func TestATestOfTrustForgetsWhatWasTurnedDown(t *testing.T) {
	var forgotten []string
	all := team(t)
	h := stored(t, withTeam(all), distrusting(&forgotten))
	for _, step := range []struct {
		role users.Role
		want []string
	}{{users.Viewer, nil}, {users.Reviewer, nil}, {users.Admin, []string{"api.banco.example:443", "pix<b>.banco.example:8443"}}} {
		r := httptest.NewRequest("POST", "/api/v1/trust", nil)
		r.Host = "localhost"
		r.Header.Set("Cookie", logIn(t, h, step.role.String()))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		slices.Sort(forgotten)
		if diff := cmp.Diff(step.want, forgotten); diff != "" || w.Body.String() != `{"since":"2026-11-23T15:00:00Z"}`+"\n" {
			t.Errorf("%s: %s%s", step.role, diff, w.Body)
		}
	}
}
