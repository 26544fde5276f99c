package export

import (
	"fmt"
	"net/http"

	"flagrante/draft"
)

// movidesk follows https://atendimento.movidesk.com/kb/article/256/movidesk-ticket-api.
func movidesk() contract {
	return contract{
		recipe: "movidesk", portal: Portal{URL: "/public/v1", Set: map[string]string{"client": "cli-7", "site": "https://banco.movidesk.example"}},
		ticket: "100", link: "https://banco.movidesk.example/Ticket/Edit/100", open: "InAttendance", closed: "Resolved", muted: "subject", told: "Subject",
		fields: map[string]any{
			"type": 2.0, "subject": "{title}", "urgency": "Urgente", "createdBy": map[string]any{"id": "cli-7"}, "clients": []any{map[string]any{"id": "cli-7"}},
			"description": "{text}", "tags": []any{"v1:3c1f"},
		},
		breaks: func(_ *draft.Draft, p *Portal) { p.Set["ticket_category"] = "Nenhuma" }, says: "category 'Nenhuma'",
		routes: func(v *vendor) http.Handler { return movi{v}.routes() },
	}
}

// movi is a Movidesk.
type movi struct{ *vendor }

func (m movi) record(t *sold) map[string]any {
	return map[string]any{
		"id": t.id, "subject": t.fields["subject"], "urgency": t.fields["urgency"], "tags": t.fields["tags"], "baseStatus": t.state,
		"actions": []any{map[string]any{"id": 1, "attachments": listed(t.files, "fileName", "")}},
	}
}

func (m movi) read(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if id := query.Get("id"); id != "" {
		t := m.of(id)
		if t == nil {
			w.WriteHeader(404)
			return
		}
		m.give(w, 200, m.record(t))
		return
	}
	if query.Get("$select") == "" {
		m.breach(r, "a list needs $select")
	}
	if filter := query.Get("$filter"); filter != "" && filter != "clients/any(client: client/id eq 'cli-7')" {
		m.breach(r, "the filter is %s", filter)
	}
	list := []any{}
	for _, t := range m.tickets {
		list = append(list, m.record(t))
	}
	m.give(w, 200, list)
}

func (m movi) create(w http.ResponseWriter, r *http.Request) {
	got := m.object(r, "type", "subject", "category", "urgency", "createdBy", "clients", "actions", "tags")
	if category, ok := got["category"]; ok {
		m.give(w, 400, map[string]any{"message": fmt.Sprintf("There is no category '%v' for the type of the ticket", category)})
		return
	}
	actions, _ := got["actions"].([]any)
	action, _ := actions[0].(map[string]any)
	m.only(r, action, "type", "description")
	if action["type"] != 2.0 {
		m.breach(r, "the action has the type %v", action["type"])
	}
	delete(got, "actions")
	got["description"] = action["description"]
	t := m.add(got)
	t.state = "New"
	m.made(w, 200, map[string]any{"id": t.id})
}

func (m movi) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /public/v1/tickets", m.read)
	mux.HandleFunc("POST /public/v1/tickets", m.create)
	mux.HandleFunc("POST /public/v1/ticketFileUpload", func(w http.ResponseWriter, r *http.Request) {
		_, files := m.form(r, "file")
		t := m.of(r.URL.Query().Get("id"))
		if t == nil || r.URL.Query().Get("actionId") != "1" || len(files) != 1 {
			m.breach(r, "%d files", len(files))
			return
		}
		t.files = append(t.files, files...)
		m.give(w, 200, []any{map[string]any{"fileName": files[0].name}})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("token") != rightToken {
			m.give(w, 401, map[string]any{"message": "Token inválido"})
			return
		}
		mux.ServeHTTP(w, r)
	})
}
