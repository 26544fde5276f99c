package export

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"flagrante/draft"
)

// jiraServiceManagement follows
// https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/.
func jiraServiceManagement() contract {
	return contract{
		recipe: "jira-service-management", ticket: "SUP-100", link: "/browse/SUP-100", open: "NEW", closed: "DONE", muted: "summary", told: "Summary",
		portal: Portal{Set: map[string]string{"user": "qa@integrator.example", "service_desk": "10", "request_type": "25", "severity_field": "priority"}},
		fields: map[string]any{
			"summary": "{title}", "description": "{{noformat}}\n{text}\n{{noformat}}", "priority": map[string]any{"name": "Highest"},
		},
		breaks: func(_ *draft.Draft, p *Portal) { p.Set["severity_field"] = "customfield_1" },
		says:   "Field 'customfield_1' cannot be set.",
		routes: func(v *vendor) http.Handler { return jira{v}.routes() },
	}
}

// jira is a Jira Service Management.
type jira struct{ *vendor }

func (j jira) issue(t *sold) map[string]any {
	fields := map[string]any{"attachment": listed(t.files, "filename", "size")}
	for name, value := range t.fields {
		fields[name] = value
	}
	return map[string]any{"id": fmt.Sprint(t.id), "key": fmt.Sprintf("SUP-%d", t.id), "fields": fields}
}

func (j jira) search(w http.ResponseWriter, r *http.Request) {
	j.query(r, map[string]string{
		"jql":    `statusCategory != Done AND description ~ "\"v1:3c1f\"" ORDER BY created DESC`,
		"fields": "description", "maxResults": "20",
	})
	list := []any{}
	for _, t := range j.tickets {
		list = append(list, j.issue(t))
	}
	j.give(w, 200, map[string]any{"issues": list, "isLast": true})
}

func (j jira) create(w http.ResponseWriter, r *http.Request) {
	got := j.object(r, "serviceDeskId", "requestTypeId", "requestFieldValues", "raiseOnBehalfOf")
	if got["serviceDeskId"] != "10" || got["requestTypeId"] != "25" {
		j.breach(r, "the desk %v and the type %v", got["serviceDeskId"], got["requestTypeId"])
	}
	fields, _ := got["requestFieldValues"].(map[string]any)
	for name := range fields {
		if name != "summary" && name != "description" && name != "priority" {
			j.give(w, 400, map[string]any{"errorMessage": "Field '" + name + "' cannot be set. It is not on the appropriate screen, or unknown."})
			return
		}
	}
	t := j.add(fields)
	j.made(w, 201, map[string]any{"issueId": fmt.Sprint(t.id), "issueKey": fmt.Sprintf("SUP-%d", t.id)})
}

func (j jira) temporary(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Atlassian-Token") != "no-check" {
		j.breach(r, "XSRF check failed")
	}
	texts, files := j.form(r, "file")
	if len(texts) > 0 || len(files) != 1 {
		j.breach(r, "%d texts and %d files", len(texts), len(files))
		return
	}
	j.give(w, 201, map[string]any{"temporaryAttachments": []any{map[string]any{"temporaryAttachmentId": j.upload(files[0]), "fileName": files[0].name}}})
}

func (j jira) attach(w http.ResponseWriter, r *http.Request) {
	got, t := j.object(r, "temporaryAttachmentIds", "public"), j.of(r.PathValue("key"))
	if got["public"] != true {
		j.breach(r, "public is %v", got["public"])
	}
	t.files = append(t.files, j.taken(r, got["temporaryAttachmentIds"])...)
	j.give(w, 201, map[string]any{"comment": map[string]any{}})
}

func (j jira) comment(w http.ResponseWriter, r *http.Request) {
	got, t := j.object(r, "body", "public"), j.of(r.PathValue("key"))
	t.comments = append(t.comments, fmt.Sprint(got["body"]))
	j.give(w, 201, map[string]any{"id": "1"})
}

func (j jira) routes() http.Handler {
	mux := http.NewServeMux()
	const root = "/rest/servicedeskapi"
	mux.HandleFunc("GET "+root+"/servicedesk/10/requesttype/25", func(w http.ResponseWriter, _ *http.Request) { j.give(w, 200, map[string]any{"id": "25"}) })
	mux.HandleFunc("GET /rest/api/2/search/jql", j.search)
	mux.HandleFunc("POST "+root+"/servicedesk/10/attachTemporaryFile", j.temporary)
	mux.HandleFunc("POST "+root+"/request", j.create)
	mux.HandleFunc("POST "+root+"/request/{key}/attachment", j.attach)
	mux.HandleFunc("POST "+root+"/request/{key}/comment", j.comment)
	mux.HandleFunc("GET /rest/api/2/issue/{key}", func(w http.ResponseWriter, r *http.Request) { j.give(w, 200, j.issue(j.of(r.PathValue("key")))) })
	mux.HandleFunc("GET "+root+"/request/{key}", func(w http.ResponseWriter, r *http.Request) {
		t := j.of(r.PathValue("key"))
		if t == nil {
			j.give(w, 404, map[string]any{"errorMessage": "Issue does not exist or you do not have permission to see it."})
			return
		}
		j.give(w, 200, map[string]any{"currentStatus": map[string]any{"status": "x", "statusCategory": t.state}})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "qa@integrator.example" || password != rightToken {
			j.give(w, 401, map[string]any{"errorMessage": "Client must be authenticated to access this resource."})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// freshdesk follows https://developers.freshdesk.com/api/#tickets.
func freshdesk() contract {
	return contract{
		recipe: "freshdesk", ticket: "100", link: "/a/tickets/100", open: "2", closed: "5", muted: "subject", told: "Subject",
		fields: map[string]any{
			"email": "{requestor}", "subject": "{title}", "description": "{text}", "priority": "4", "status": "2", "source": "2", "tags[]": "{fingerprint}",
		},
		breaks: untitled("priority"), says: "It should be one of these values: '1,2,3,4'",
		routes: func(v *vendor) http.Handler { return fresh{v}.routes() },
	}
}

// fresh is a Freshdesk.
type fresh struct{ *vendor }

func (f fresh) record(t *sold) map[string]any {
	status, _ := strconv.Atoi(t.state)
	priority, _ := strconv.Atoi(fmt.Sprint(t.fields["priority"]))
	return map[string]any{
		"id": t.id, "subject": t.fields["subject"], "description": "<div>cleaned</div>", "priority": priority, "status": status,
		"tags": []any{t.fields["tags[]"]}, "attachments": listed(t.files, "name", "size"),
	}
}

func (f fresh) create(w http.ResponseWriter, r *http.Request) {
	texts, files := f.form(r, "attachments[]")
	fields := map[string]any{}
	for name, value := range texts {
		fields[name] = value
	}
	f.only(r, fields, "email", "subject", "description", "priority", "status", "source", "tags[]")
	if n, err := strconv.Atoi(texts["priority"]); err != nil || n < 1 || n > 4 {
		f.give(w, 400, map[string]any{"description": "Validation failed", "errors": []any{
			map[string]any{"field": "priority", "message": "It should be one of these values: '1,2,3,4'", "code": "invalid_value"},
		}})
		return
	}
	t := f.add(fields, files...)
	t.state = "2"
	f.made(w, 201, f.record(t))
}

func (f fresh) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v2/tickets", func(w http.ResponseWriter, _ *http.Request) { f.give(w, 200, []any{}) })
	mux.HandleFunc("GET /api/v2/search/tickets", func(w http.ResponseWriter, r *http.Request) {
		f.query(r, map[string]string{"query": `"tag:'v1:3c1f'"`})
		list := []any{}
		for _, t := range f.tickets {
			list = append(list, f.record(t))
		}
		f.give(w, 200, map[string]any{"total": len(list), "results": list})
	})
	mux.HandleFunc("POST /api/v2/tickets", f.create)
	mux.HandleFunc("GET /api/v2/tickets/{id}", func(w http.ResponseWriter, r *http.Request) {
		t := f.of(r.PathValue("id"))
		if t == nil {
			// The contract gives a 404 no body.
			w.WriteHeader(404)
			return
		}
		f.give(w, 200, f.record(t))
	})
	mux.HandleFunc("POST /api/v2/tickets/{id}/notes", func(w http.ResponseWriter, r *http.Request) {
		got, t := f.object(r, "body", "private"), f.of(r.PathValue("id"))
		if got["private"] != false {
			f.breach(r, "private is %v", got["private"])
		}
		t.comments = append(t.comments, fmt.Sprint(got["body"]))
		f.give(w, 201, map[string]any{"id": 1})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if key, _, ok := r.BasicAuth(); !ok || key != rightToken {
			f.give(w, 401, map[string]any{"code": "invalid_credentials", "message": "You have to be logged in to perform this action."})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

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
