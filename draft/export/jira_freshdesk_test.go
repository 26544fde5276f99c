package export

import (
	"fmt"
	"net/http"
	"strconv"

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
