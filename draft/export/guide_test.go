package export

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

// ownPortal returns an Exporter whose portal "bank" uses a recipe that somebody wrote.
func ownPortal(t *testing.T, recipe []byte, p Portal) *Exporter {
	t.Helper()
	r, err := ParseRecipe("own.yaml", recipe)
	if err != nil {
		t.Fatal(err)
	}
	p.Recipe, p.AllowPrivate, p.TokenEnv = r.Name, true, "CHAMADOS_TOKEN"
	secrets := map[string]string{
		"CHAMADOS_TOKEN": chamadosToken, "APP_TOKEN": appToken, "CERTIFICATE_PASSWORD": certificatePassword, "SIGNING_KEY": signingKey,
	}
	x, err := New(Options{
		Portals: map[string]Portal{"bank": p}, Recipes: map[string]*Recipe{r.Name: r}, Text: writing(t), Gate: lastGate(),
		Secrets: Sources{Env: func(name string) (string, bool) { value, ok := secrets[name]; return value, ok }},
		Now:     func() time.Time { return time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// invented starts the portal of chamados.yaml.
func invented(t *testing.T) (*chamados, *Exporter) {
	t.Helper()
	recipe, err := os.ReadFile("../../testdata/portal/own/chamados.yaml")
	if err != nil {
		t.Fatal(err)
	}
	portal := &chamados{now: time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC).Unix(), files: map[string]map[string]any{}}
	server := httptest.NewServer(portal.routes())
	t.Cleanup(server.Close)
	return portal, ownPortal(t, recipe, Portal{
		URL: server.URL, Set: map[string]string{"project": "pix e câmbio"},
		Secrets: map[string]Secret{
			"app_token": {Env: "APP_TOKEN"}, "certificate_password": {Env: "CERTIFICATE_PASSWORD"}, "signing_key": {Env: "SIGNING_KEY"},
		},
	})
}

func TestAnOwnRecipeAgainstItsPortal(t *testing.T) {
	portal, x := invented(t)
	checked, err := x.Check(t.Context(), "bank")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range checked {
		if step.Text != "" {
			t.Errorf("check: %+v", step)
		}
	}

	screenshot := File{Name: "ecrã.png", Type: "image/png", Data: []byte("\x89PNG\x00"), Checked: true}
	parcel, _, err := x.Pack("bank", sample(), []File{screenshot})
	if err != nil {
		t.Fatal(err)
	}
	result := goOn(t, x, parcel, Progress{}, false)
	if result.State != draft.ReceiptSent || result.Ticket() != "100" || result.Dropped != nil || result.Notes != nil || result.Found {
		t.Fatalf("got %+v", result)
	}
	files := []any{}
	for _, file := range parcel.Files {
		files = append(files, map[string]any{"nome": file.Name, "tamanho": len(file.Data)})
	}
	want := []map[string]any{{
		"titulo": parcel.Text["title"], "descricao": parcel.Text["text"], "urgencia": 1.0, "referencia": "v1:3c1f",
		"arquivos": files, "numero": 100, "situacao": "aberto",
	}}
	if diff := cmp.Diff(want, portal.tickets); diff != "" {
		t.Errorf("tickets (-want +got):\n%s", diff)
	}
	if len(files) != 2 || portal.refused != nil {
		t.Errorf("%d files, and the portal refused %q", len(files), portal.refused)
	}

	ticket := TicketRef{Portal: "bank", Ticket: "100"}
	if err := x.Comment(t.Context(), ticket, "mais 3 falhas", false); err != nil {
		t.Error(err)
	}
	portal.tickets[0]["situacao"] = "resolvido"
	state, err := x.Status(t.Context(), ticket)
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(TicketState{Word: "resolvido", Closed: true, Ticket: ticket.Ticket, Text: map[string]string{}}, state); diff != "" {
		t.Errorf("state (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"mais 3 falhas"}, portal.notes); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
}

func TestAnOwnRecipeMakesOneTicketWhenTheAnswerIsLost(t *testing.T) {
	portal, x := invented(t)
	portal.down = 1
	result := deliver(t, x, sample())
	if result.State != draft.ReceiptSent || result.Ticket() != "100" || len(portal.tickets) != 1 {
		t.Errorf("got %+v and %d tickets", result, len(portal.tickets))
	}
}

func TestAnOwnRecipeReadsARefusalInAnAnswerOf200(t *testing.T) {
	portal, x := invented(t)
	x.portals["bank"].Set["project"] = "outro"
	result := deliver(t, x, sample())
	if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, "campos inválidos") || len(portal.tickets) != 0 {
		t.Errorf("got %+v and %d tickets", result, len(portal.tickets))
	}
}

// TestTheGuidesRecipeMakesATicket takes the recipe out of the guide's own text.
func TestTheGuidesRecipeMakesATicket(t *testing.T) {
	for _, lang := range []string{"en", "pt-BR"} {
		t.Run(lang, func(t *testing.T) {
			var got map[string]any
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost || r.URL.Path != "/api/chamados" || r.Header.Get("Authorization") != "Bearer "+chamadosToken {
					refuse(w, http.StatusForbidden, "não")
					return
				}
				if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
					refuse(w, http.StatusBadRequest, err.Error())
					return
				}
				answer(w, http.StatusCreated, map[string]any{"numero": 7})
			}))
			defer server.Close()
			x := ownPortal(t, recipeOfTheGuide(t, lang, "chamados"), Portal{URL: server.URL})
			parcel, _, err := x.Pack("bank", sample(), nil)
			if err != nil {
				t.Fatal(err)
			}
			result := goOn(t, x, parcel, Progress{}, false)
			if result.State != draft.ReceiptSent || result.URL != server.URL+"/chamados/7" {
				t.Errorf("got %+v", result)
			}
			want := map[string]any{"titulo": parcel.Text["title"], "descricao": parcel.Text["text"]}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("ticket (-want +got):\n%s", diff)
			}
		})
	}
}

// recipeOfTheGuide returns the block of the guide that is a whole recipe of that name.
func recipeOfTheGuide(t *testing.T, lang, name string) []byte {
	t.Helper()
	guide, err := os.ReadFile("../../docs/guide/recipes." + lang + ".md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(guide), "```yaml\nname: "+name+"\n")
	block, _, ended := strings.Cut(rest, "```")
	if !found || !ended {
		t.Fatal("the guide has no recipe that begins with its name")
	}
	return []byte("name: " + name + "\n" + block)
}
