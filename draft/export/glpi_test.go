package export

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"flagrante/draft"
)

// glpi follows https://github.com/glpi-project/glpi/blob/main/apirest.md.
func glpi() contract {
	return contract{
		recipe: "glpi", portal: Portal{URL: "/apirest.php", Set: map[string]string{"site": "https://glpi.banco.example"}, Secrets: map[string]Secret{"app_token": {Env: "APP"}}},
		ticket: "100", link: "https://glpi.banco.example/front/ticket.form.php?id=100", open: "2", closed: "6", muted: "urgency", told: "Urgency",
		fields: map[string]any{"name": "{title}", "content": "{text}", "type": 1.0, "urgency": 5.0},
		breaks: func(_ *draft.Draft, p *Portal) { p.Set["itil_category"] = "999" }, says: "You don't have permission to perform this action.",
		routes: func(v *vendor) http.Handler { return glpiDesk{v}.routes() },
	}
}

// glpiDesk is a GLPI. Its errors are lists: a code and a sentence.
type glpiDesk struct{ *vendor }

func (g glpiDesk) search(w http.ResponseWriter, r *http.Request) {
	g.query(r, map[string]string{
		"criteria[0][field]": "21", "criteria[0][searchtype]": "contains", "criteria[0][value]": "v1:3c1f",
		"criteria[1][link]": "AND", "criteria[1][field]": "12", "criteria[1][searchtype]": "equals", "criteria[1][value]": "notold", "forcedisplay[0]": "2",
	})
	body := map[string]any{"totalcount": len(g.tickets), "count": len(g.tickets)}
	rows := []any{}
	for _, t := range g.tickets {
		rows = append(rows, map[string]any{"2": t.id, "1": t.fields["name"]})
	}
	if len(rows) > 0 {
		body["data"] = rows
	}
	g.give(w, 200, body)
}

func (g glpiDesk) create(w http.ResponseWriter, r *http.Request) {
	input := g.member(r, g.object(r, "input"), "input", "name", "content", "type", "urgency", "itilcategories_id")
	if category, ok := input["itilcategories_id"]; ok {
		if number(category) != "999" {
			g.breach(r, "the category is %v", category)
		}
		g.give(w, 400, []any{"ERROR_GLPI_ADD", "You don't have permission to perform this action."})
		return
	}
	t := g.add(input)
	g.made(w, 201, map[string]any{"id": t.id, "message": ""})
}

func (g glpiDesk) document(w http.ResponseWriter, r *http.Request) {
	texts, files := g.form(r, "filename[0]")
	var manifest struct {
		Input struct {
			Name     string
			Filename []string `json:"_filename"`
			ItemType string   `json:"itemtype"`
			ItemsID  int      `json:"items_id"`
		}
	}
	if err := json.Unmarshal([]byte(texts["uploadManifest"]), &manifest); err != nil || len(files) != 1 {
		g.breach(r, "the manifest: %v, and %d files", err, len(files))
		return
	}
	if in := manifest.Input; in.ItemType != "Ticket" || len(in.Filename) != 1 || in.Filename[0] != files[0].name {
		g.breach(r, "the manifest is %+v", in)
	}
	t := g.of(fmt.Sprint(manifest.Input.ItemsID))
	t.files = append(t.files, files...)
	g.give(w, 201, map[string]any{"id": 1, "message": ""})
}

func (g glpiDesk) show(w http.ResponseWriter, r *http.Request) {
	t := g.of(r.PathValue("id"))
	if t == nil {
		g.give(w, 404, []any{"ERROR_ITEM_NOT_FOUND", "Item not found"})
		return
	}
	status, _ := strconv.Atoi(t.state)
	g.give(w, 200, map[string]any{
		"id": t.id, "name": t.fields["name"], "urgency": t.fields["urgency"], "status": status, "content": "&lt;p&gt;cleaned",
		"_documents": listed(t.files, "filename", ""),
	})
}

func (g glpiDesk) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /apirest.php/getMyEntities", func(w http.ResponseWriter, _ *http.Request) { g.give(w, 200, map[string]any{"myentities": []any{}}) })
	mux.HandleFunc("GET /apirest.php/search/Ticket", g.search)
	mux.HandleFunc("POST /apirest.php/Ticket", g.create)
	mux.HandleFunc("POST /apirest.php/Document", g.document)
	mux.HandleFunc("GET /apirest.php/Ticket/{id}", g.show)
	mux.HandleFunc("POST /apirest.php/ITILFollowup", func(w http.ResponseWriter, r *http.Request) {
		input := g.member(r, g.object(r, "input"), "input", "itemtype", "items_id", "content")
		t := g.of(number(input["items_id"]))
		t.comments = append(t.comments, fmt.Sprint(input["content"]))
		g.give(w, 201, map[string]any{"id": 1})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		signIn := strings.HasSuffix(r.URL.Path, "/initSession")
		switch {
		case r.Header.Get("App-Token") != "app-1":
			g.give(w, 400, []any{"ERROR_WRONG_APP_TOKEN_PARAMETER", "parameter app_token seems wrong"})
		case signIn && r.Header.Get("Authorization") == "user_token "+rightToken:
			g.give(w, 200, map[string]any{"session_token": "s-1"})
		case signIn:
			g.give(w, 401, []any{"ERROR_GLPI_LOGIN_USER_TOKEN", "parameter user_token seems invalid"})
		case r.Header.Get("Session-Token") != "s-1":
			g.give(w, 401, []any{"ERROR_SESSION_TOKEN_INVALID", "session_token seems invalid"})
		default:
			mux.ServeHTTP(w, r)
		}
	})
}
