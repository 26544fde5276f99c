package export

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

// gitea is the part of Gitea that the recipe of the guide talks to, written from its published
// interface (https://docs.gitea.com/api/1.22/: issueCreateIssue, issueListIssues, issueGetIssue,
// issueCreateIssueAttachment, issueCreateComment).
type gitea struct {
	issues   []map[string]any
	comments []string
	// silent makes an issue and breaks off without an answer.
	silent bool
}

func (g *gitea) routes() http.Handler {
	const repository = "/api/v1/repos/loja/pix-e-boleto"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+repository, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]any{"full_name": "loja/pix-e-boleto"})
	})
	mux.HandleFunc("GET /api/v1/repos/loja/{repository}/issues", g.list)
	mux.HandleFunc("POST /api/v1/repos/loja/{repository}/issues", g.create)
	mux.HandleFunc("GET /api/v1/repos/loja/{repository}/issues/{index}", func(w http.ResponseWriter, r *http.Request) { answer(w, http.StatusOK, g.issue(r)) })
	mux.HandleFunc("POST /api/v1/repos/loja/{repository}/issues/{index}/assets", g.attach)
	mux.HandleFunc("POST /api/v1/repos/loja/{repository}/issues/{index}/comments", g.comment)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "token "+chamadosToken {
			answer(w, http.StatusUnauthorized, map[string]any{"message": "token is required"})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (g *gitea) issue(r *http.Request) map[string]any {
	index, err := strconv.Atoi(r.PathValue("index"))
	if err != nil || index < 1 || index > len(g.issues) {
		panic(http.ErrAbortHandler)
	}
	return g.issues[index-1]
}

func (g *gitea) list(w http.ResponseWriter, r *http.Request) {
	found := []map[string]any{}
	for _, issue := range g.issues {
		if strings.Contains(issue["body"].(string), r.URL.Query().Get("q")) && issue["state"] == r.URL.Query().Get("state") {
			found = append(found, issue)
		}
	}
	answer(w, http.StatusOK, found)
}

func (g *gitea) create(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Title, Body string }
	strict := json.NewDecoder(r.Body)
	strict.DisallowUnknownFields()
	if err := strict.Decode(&asked); err != nil || asked.Title == "" || r.PathValue("repository") != "pix-e-boleto" {
		answer(w, http.StatusUnprocessableEntity, map[string]any{"message": "[Title]: Required"})
		return
	}
	g.issues = append(g.issues, map[string]any{"number": len(g.issues) + 1, "title": asked.Title, "body": asked.Body, "state": "open", "assets": []any{}})
	if g.silent {
		panic(http.ErrAbortHandler)
	}
	answer(w, http.StatusCreated, g.issues[len(g.issues)-1])
}

func (g *gitea) attach(w http.ResponseWriter, r *http.Request) {
	file, _, err := r.FormFile("attachment")
	if err != nil {
		answer(w, http.StatusBadRequest, map[string]any{"message": err.Error()})
		return
	}
	data, err := io.ReadAll(file)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	issue, asset := g.issue(r), map[string]any{"name": r.URL.Query().Get("name"), "size": len(data)}
	issue["assets"] = append(issue["assets"].([]any), asset)
	answer(w, http.StatusCreated, asset)
}

func (g *gitea) comment(w http.ResponseWriter, r *http.Request) {
	var asked struct{ Body string }
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		panic(http.ErrAbortHandler)
	}
	g.comments = append(g.comments, asked.Body)
	answer(w, http.StatusCreated, map[string]any{"id": len(g.comments)})
}

// TestTheGuidesRecipeForAPublishedInterface takes the recipe out of the guide, in both languages,
// and goes the whole way with it.
func TestTheGuidesRecipeForAPublishedInterface(t *testing.T) {
	recipe := recipeOfTheGuide(t, "en", "gitea")
	if diff := cmp.Diff(string(recipe), string(recipeOfTheGuide(t, "pt-BR", "gitea"))); diff != "" {
		t.Errorf("the guides differ (-en +pt-BR):\n%s", diff)
	}
	portal := &gitea{}
	server := httptest.NewServer(portal.routes())
	defer server.Close()
	x := ownPortal(t, recipe, Portal{URL: server.URL, Set: map[string]string{"owner": "loja", "repository": "pix-e-boleto"}})
	checked, err := x.Check(t.Context(), "bank")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range checked {
		if step.Text != "" {
			t.Errorf("check: %+v", step)
		}
	}
	screenshot := File{Name: "ecrã & tela.png", Type: "image/png", Data: []byte("\x89PNG\x00"), Checked: true}
	parcel, _, err := x.Pack("bank", sample(), []File{screenshot})
	if err != nil {
		t.Fatal(err)
	}
	portal.silent = true
	result := goOn(t, x, parcel, Progress{}, false)
	if result.State != draft.ReceiptSent || result.URL != server.URL+"/loja/pix-e-boleto/issues/1" || result.Dropped != nil {
		t.Fatalf("after a lost answer: %+v", result)
	}
	assets := []any{}
	for _, file := range parcel.Files {
		assets = append(assets, map[string]any{"name": file.Name, "size": len(file.Data)})
	}
	want := []map[string]any{{"number": 1, "title": parcel.Text["title"], "body": parcel.Text["text"], "state": "open", "assets": assets}}
	if diff := cmp.Diff(want, portal.issues); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
	ticket := TicketRef{Portal: "bank", Ticket: result.Ticket(), Text: result.Captured}
	if err := x.Comment(t.Context(), ticket, "Mais 3 falhas.", false); err != nil || !cmp.Equal(portal.comments, []string{"Mais 3 falhas."}) {
		t.Errorf("comments %q, error %v", portal.comments, err)
	}
	portal.issues[0]["state"] = "closed"
	if state, err := x.Status(t.Context(), ticket); err != nil || !state.Closed || state.Word != "closed" {
		t.Errorf("state %+v, error %v", state, err)
	}
}
