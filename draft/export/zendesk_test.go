package export

import (
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
