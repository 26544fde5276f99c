package export

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"flagrante/draft"
)

// contracts lists the portals whose recipes come along, but for those that are tried
// against real ones.
func contracts() []contract {
	return []contract{
		zendeskTickets(), zendeskRequests(), jiraServiceManagement(), freshdesk(), movidesk(), glpi(), zammad(), serviceNow(),
		osTicket(), gitHubIssues(), gitLabIssues(), webhook(),
	}
}

// untitled takes the title of what a vendor gets.
func untitled(recipe string) func(*draft.Draft, *Portal) {
	return func(_ *draft.Draft, p *Portal) { p.Values = map[string]Override{recipe: {Fixed: "x"}} }
}

// zendeskDesk is what both interfaces of Zendesk have in common.
type zendeskDesk struct {
	*vendor
	user string
}

// signedIn checks Basic with an API token, as
// https://developer.zendesk.com/api-reference/introduction/security-and-auth/ has it.
func (z zendeskDesk) signedIn(w http.ResponseWriter, r *http.Request) bool {
	user, password, ok := r.BasicAuth()
	if !ok || user != z.user+"/token" {
		z.breach(r, "signed in as %q", user)
	}
	if password != rightToken {
		z.give(w, http.StatusUnauthorized, map[string]any{"error": "Couldn't authenticate you"})
		return false
	}
	return true
}

// invalid is the answer to a record that is not valid.
func (z zendeskDesk) invalid(w http.ResponseWriter, text string) {
	z.give(w, http.StatusUnprocessableEntity, map[string]any{
		"error": "RecordInvalid", "description": "Record validation errors",
		"details": map[string]any{"base": []any{map[string]any{"description": text, "error": "InvalidValue"}}},
	})
}

func (z zendeskDesk) wrong(w http.ResponseWriter, record map[string]any) bool {
	switch priority := record["priority"]; priority {
	case "urgent", "high", "normal", "low":
		return false
	default:
		z.invalid(w, fmt.Sprintf("Priority: %v is not valid", priority))
		return true
	}
}

func (z zendeskDesk) uploads(w http.ResponseWriter, r *http.Request) {
	token := z.upload(z.raw(r, r.URL.Query().Get("filename")))
	z.give(w, http.StatusCreated, map[string]any{"upload": map[string]any{"token": token, "attachment": map[string]any{}, "attachments": []any{}}})
}

// routes serves one of the two under its name, whose records it shows with show.
func (z zendeskDesk) routes(kind string, create http.HandlerFunc, search func(w http.ResponseWriter, r *http.Request)) http.Handler {
	mux := http.NewServeMux()
	root := "/api/v2/" + kind + "s"
	mux.HandleFunc("GET /api/v2/users/me.json", func(w http.ResponseWriter, _ *http.Request) {
		z.give(w, 200, map[string]any{"user": map[string]any{"id": 1}})
	})
	mux.HandleFunc("POST /api/v2/uploads.json", z.uploads)
	mux.HandleFunc("POST "+root+".json", create)
	mux.HandleFunc("GET "+root+".json", search)
	mux.HandleFunc("GET "+root+"/search.json", search)
	mux.HandleFunc("GET "+root+"/{id}", func(w http.ResponseWriter, r *http.Request) {
		if t := z.known(w, r); t != nil {
			z.give(w, 200, map[string]any{kind: z.record(t)})
		}
	})
	mux.HandleFunc("GET "+root+"/{id}/comments.json", func(w http.ResponseWriter, r *http.Request) {
		if t := z.of(r.PathValue("id")); t != nil {
			z.give(w, 200, map[string]any{"comments": []any{map[string]any{"attachments": listed(t.files, "file_name", "size")}}})
		}
	})
	mux.HandleFunc("PUT "+root+"/{id}", func(w http.ResponseWriter, r *http.Request) { z.change(w, r, kind) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if z.signedIn(w, r) {
			mux.ServeHTTP(w, r)
		}
	})
}

func (z zendeskDesk) known(w http.ResponseWriter, r *http.Request) *sold {
	id, found := strings.CutSuffix(r.PathValue("id"), ".json")
	t := z.of(id)
	if t == nil || !found {
		z.give(w, http.StatusNotFound, map[string]any{"error": "RecordNotFound", "description": "Not found"})
		return nil
	}
	return t
}

func (z zendeskDesk) record(t *sold) map[string]any {
	record := map[string]any{"id": t.id, "status": t.state}
	for name, value := range t.fields {
		record[name] = value
	}
	return record
}

func (z zendeskDesk) change(w http.ResponseWriter, r *http.Request, kind string) {
	t := z.known(w, r)
	if t == nil {
		return
	}
	record := z.member(r, z.object(r, kind), kind, "comment", "status")
	comment := z.member(r, record, "comment", "body", "public")
	t.comments = append(t.comments, fmt.Sprint(comment["body"]))
	if status, ok := record["status"].(string); ok {
		t.state = status
	}
	z.give(w, 200, map[string]any{kind: z.record(t)})
}

func (z zendeskDesk) listed(kind string, fits func(*sold) bool) map[string]any {
	list := []any{}
	for _, t := range z.tickets {
		if fits(t) {
			list = append(list, z.record(t))
		}
	}
	return map[string]any{kind: list, "count": len(list), "next_page": nil}
}

func zendeskTickets() contract {
	return contract{
		recipe: "zendesk-tickets", portal: Portal{Set: map[string]string{"user": "agente@banco.example"}},
		ticket: "100", link: "/agent/tickets/100", open: "open", closed: "solved", muted: "external_id", told: "External ID",
		fields: map[string]any{"subject": "{title}", "description": "{text}", "priority": "urgent", "external_id": "{fingerprint}"},
		breaks: untitled("priority"), says: "Priority: x is not valid",
		routes: func(v *vendor) http.Handler {
			z := zendeskDesk{v, "agente@banco.example"}
			return z.routes("ticket", func(w http.ResponseWriter, r *http.Request) {
				ticket := z.member(r, z.object(r, "ticket"), "ticket", "subject", "comment", "requester", "priority", "external_id")
				comment := z.member(r, ticket, "comment", "body", "uploads")
				if requester := z.member(r, ticket, "requester", "name", "email"); requester["email"] != "qa@integrator.example" || requester["name"] == nil {
					z.breach(r, "the requester is %v", requester)
				}
				if z.wrong(w, ticket) {
					return
				}
				t := z.add(map[string]any{
					"subject": ticket["subject"], "description": comment["body"], "priority": ticket["priority"], "external_id": ticket["external_id"],
				}, z.taken(r, comment["uploads"])...)
				z.made(w, 201, map[string]any{"ticket": z.record(t), "audit": map[string]any{}})
			}, func(w http.ResponseWriter, r *http.Request) {
				id := r.URL.Query().Get("external_id")
				z.query(r, map[string]string{"external_id": "v1:3c1f"})
				z.give(w, 200, z.listed("tickets", func(t *sold) bool { return t.fields["external_id"] == id }))
			})
		},
	}
}

func zendeskRequests() contract {
	return contract{
		recipe: "zendesk-requests", ticket: "100", link: "/hc/requests/100", open: "open", closed: "closed", muted: "subject", told: "Subject",
		fields: map[string]any{"subject": "{title}", "description": "{text}", "priority": "urgent"},
		breaks: untitled("priority"), says: "Priority: x is not valid",
		routes: func(v *vendor) http.Handler {
			z := zendeskDesk{v, "qa@integrator.example"}
			return z.routes("request", func(w http.ResponseWriter, r *http.Request) {
				request := z.member(r, z.object(r, "request"), "request", "subject", "comment", "priority")
				comment := z.member(r, request, "comment", "body", "uploads")
				if z.wrong(w, request) {
					return
				}
				t := z.add(map[string]any{"subject": request["subject"], "description": comment["body"], "priority": request["priority"]}, z.taken(r, comment["uploads"])...)
				z.made(w, 201, map[string]any{"request": z.record(t)})
			}, func(w http.ResponseWriter, r *http.Request) {
				word := r.URL.Query().Get("query")
				z.give(w, 200, z.listed("requests", func(t *sold) bool { return strings.Contains(fmt.Sprint(t.fields["description"]), word) }))
			})
		},
	}
}

// serviceNow follows
// https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html.
func serviceNow() contract {
	return contract{
		recipe: "servicenow", portal: Portal{Set: map[string]string{"user": "integracao"}},
		ticket: "INC0100", link: "/nav_to.do?uri=incident.do%3Fsys_id%3Dsys100", open: "2", closed: "6", muted: "correlation_id", told: "Correlation ID",
		fields: map[string]any{
			"short_description": "{title}", "description": "{text}", "urgency": "1", "impact": "1", "caller_id": "{requestor}",
			"correlation_id": "{fingerprint}", "correlation_display": "flagrante",
		},
		breaks: func(_ *draft.Draft, p *Portal) { p.Set["table"] = "incidente" }, says: "Invalid table incidente",
		routes: func(v *vendor) http.Handler { return now{v}.routes() },
	}
}

// now is a ServiceNow.
type now struct{ *vendor }

func (n now) fail(w http.ResponseWriter, status int, message string, detail any) {
	n.give(w, status, map[string]any{"error": map[string]any{"message": message, "detail": detail}, "status": "failure"})
}

func (n now) result(w http.ResponseWriter, status int, result any) {
	n.give(w, status, map[string]any{"result": result})
}

func (n now) record(t *sold) map[string]any {
	record := map[string]any{"sys_id": fmt.Sprintf("sys%d", t.id), "number": fmt.Sprintf("INC0%d", t.id), "state": t.state}
	for name, value := range t.fields {
		record[name] = value
	}
	return record
}

// find knows the two queries that the recipe asks.
func (n now) find(w http.ResponseWriter, r *http.Request) {
	list, query := []any{}, r.URL.Query().Get("sysparm_query")
	for _, t := range n.tickets {
		record := n.record(t)
		if query == fmt.Sprintf("correlation_id=%v^active=true", t.fields["correlation_id"]) || query == fmt.Sprint("number=", record["number"]) {
			list = append(list, record)
		}
	}
	n.result(w, 200, list)
}

func (n now) create(w http.ResponseWriter, r *http.Request) {
	// A member that the table does not have would be dropped with a 201.
	got := n.object(r, "short_description", "description", "urgency", "impact", "caller_id", "correlation_id", "correlation_display")
	t := n.add(got)
	if n.lose {
		n.made(w, 0, nil)
	}
	n.result(w, 201, n.record(t))
}

func (n now) attach(w http.ResponseWriter, r *http.Request) {
	t, query := n.of(strings.TrimPrefix(r.URL.Query().Get("table_sys_id"), "sys")), r.URL.Query()
	if t == nil || query.Get("table_name") != "incident" {
		n.fail(w, 404, "Record doesn't exist or ACL restricts the record retrieval", nil)
		return
	}
	t.files = append(t.files, n.raw(r, query.Get("file_name")))
	n.result(w, 201, map[string]any{"sys_id": "a1"})
}

func (n now) change(w http.ResponseWriter, r *http.Request) {
	got, t := n.object(r, "comments", "state"), n.of(strings.TrimPrefix(r.PathValue("id"), "sys"))
	t.comments = append(t.comments, fmt.Sprint(got["comments"]))
	if state, ok := got["state"].(string); ok {
		t.state = state
	}
	n.result(w, 200, n.record(t))
}

func (n now) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/now/table/incident", n.find)
	mux.HandleFunc("POST /api/now/table/incident", n.create)
	mux.HandleFunc("GET /api/now/table/incident/{id}", func(w http.ResponseWriter, r *http.Request) {
		n.result(w, 200, n.record(n.of(strings.TrimPrefix(r.PathValue("id"), "sys"))))
	})
	mux.HandleFunc("PATCH /api/now/table/incident/{id}", n.change)
	mux.HandleFunc("POST /api/now/attachment/file", n.attach)
	mux.HandleFunc("GET /api/now/attachment", func(w http.ResponseWriter, r *http.Request) {
		t := n.of(strings.TrimPrefix(r.URL.Query().Get("sysparm_query"), "table_sys_id=sys"))
		list := []any{}
		for _, f := range t.files {
			// Sizes are texts here.
			list = append(list, map[string]any{"file_name": f.name, "size_bytes": fmt.Sprint(len(f.data)), "content_type": f.kind})
		}
		n.result(w, 200, list)
	})
	mux.HandleFunc("/api/now/table/{table}", func(w http.ResponseWriter, r *http.Request) {
		n.fail(w, 400, "Invalid table "+r.PathValue("table"), nil)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "integracao" || password != rightToken {
			n.fail(w, 401, "User Not Authenticated", "Required to provide Auth information")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// number writes a JSON number as text.
func number(value any) string {
	if n, ok := value.(float64); ok {
		return json.Number(fmt.Sprintf("%g", n)).String()
	}
	return fmt.Sprintf("no number: %v", value)
}
