package desk

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/desk/service"
)

// answer is what the API gives, as far as the tests look.
type answer struct {
	ID       string
	DraftID  string `json:"draft_id"`
	Drafts   []struct{ ID string }
	Failures []struct {
		ID      string
		DraftID string `json:"draft_id"`
	}
	Next          string
	State, Ticket string
	Error, Hint   string
}

func askAPI(t *testing.T, h http.Handler, method, target string, status int) answer {
	t.Helper()
	w := ask(h, method, target, "")
	if w.Code != status || w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
		t.Fatalf("%s %s: got %d %s: %s", method, target, w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%s: %v in %s", target, err, w.Body)
	}
	return a
}

func TestAPIPagesThroughDrafts(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	var got []string
	for after := ""; ; {
		a := askAPI(t, h, "GET", "/api/v1/drafts?limit=2&after="+after, 200)
		for _, d := range a.Drafts {
			got = append(got, d.ID)
		}
		if after = a.Next; after == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{"d-k3f9qa2m", "d-tls0cert", "d-val1dade", "d-auth0401", "d-h0st1le0"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPIListsAreNeverNull(t *testing.T) {
	h := openDesk(t, &memory{})
	for path, want := range map[string]string{"/api/v1/drafts": `{"drafts":[],"next":""}`, "/api/v1/failures": `{"failures":[],"next":""}`} {
		if got := strings.TrimSpace(ask(h, "GET", path, "").Body.String()); got != want {
			t.Errorf("%s gave %s", path, got)
		}
	}
}

func TestAPIRefusesLimits(t *testing.T) {
	h := openDesk(t, &memory{})
	for _, limit := range []string{"0", "-1", "501", "x", "1e2"} {
		if a := askAPI(t, h, "GET", "/api/v1/drafts?limit="+limit, 400); a.Error == "" || !strings.Contains(a.Hint, "500") {
			t.Errorf("limit %s: %+v", limit, a)
		}
	}
}

func TestAPIGivesOne(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	if a := askAPI(t, h, "GET", "/api/v1/drafts/d-k3f9qa2m", 200); a.ID != "d-k3f9qa2m" {
		t.Errorf("draft %+v", a)
	}
	if a := askAPI(t, h, "GET", "/api/v1/failures/k3f9qa2m", 200); a.ID != "k3f9qa2m" || a.DraftID != "d-of-k3f9qa2m" {
		t.Errorf("failure %+v", a)
	}
	if a := askAPI(t, h, "GET", "/api/v1/failures?limit=1", 200); len(a.Failures) != 1 || a.Failures[0].DraftID != "d-of-k3f9qa2m" || a.Next != "k3f9qa2m" {
		t.Errorf("failures %+v", a)
	}
}

func TestAPIExports(t *testing.T) {
	m := &memory{drafts: samples(), outcome: draft.Receipt{Ticket: "4713"}}
	if a := askAPI(t, openDesk(t, m), "POST", "/api/v1"+parcelPath, 200); a.State != "sent" || a.Ticket != "4713" || a.DraftID != "d-k3f9qa2m" {
		t.Errorf("receipt %+v", a)
	}
}

func TestAPIStatus(t *testing.T) {
	h := openDesk(t, &memory{}, func(o *service.Options) {
		o.Status = func() service.Status { return service.Status{Calls: 5, Failures: 2, Dropped: 1} }
	})
	got := strings.TrimSpace(ask(h, "GET", "/api/v1/status", "").Body.String())
	if want := `{"calls":5,"failures":2,"dropped":1,"waiting":0,"skipped":0,"unindexed":0,"version":"1.2.3"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
