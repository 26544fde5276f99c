package export

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"flagrante/draft"
)

// zammad follows https://docs.zammad.org/en/latest/api/ticket/index.html.
func zammad() contract {
	return contract{
		recipe: "zammad", portal: Portal{Set: map[string]string{"group": "2nd Level"}}, ticket: "100", link: "/#ticket/zoom/100",
		open: "open", closed: "closed", muted: "priority", told: "Priority",
		fields: map[string]any{
			"title": "{title}", "group": "2nd Level", "customer_id": "guess:{requestor}", "priority": "3 high", "tags": "{fingerprint}", "body": "{text}",
		},
		breaks: func(_ *draft.Draft, p *Portal) { p.Set["group"] = "Nenhum" }, says: `No lookup value found for 'group': "Nenhum"`,
		routes: func(v *vendor) http.Handler { return zam{v}.routes() },
	}
}

// zam is a Zammad.
type zam struct{ *vendor }

func (z zam) record(t *sold) map[string]any {
	return map[string]any{"id": t.id, "title": t.fields["title"], "group": t.fields["group"], "priority": t.fields["priority"], "state": t.state}
}

func (z zam) create(w http.ResponseWriter, r *http.Request) {
	got := z.object(r, "title", "group", "customer_id", "priority", "tags", "article")
	article := z.member(r, got, "article", "subject", "body", "content_type", "type", "internal", "attachments")
	if got["group"] != "2nd Level" {
		text := fmt.Sprintf("No lookup value found for 'group': %q", got["group"])
		z.give(w, 422, map[string]any{"error": text, "error_human": text})
		return
	}
	if article["type"] != "note" || article["internal"] != false || article["content_type"] != "text/plain" {
		z.breach(r, "the article is of the kind %v %v %v", article["type"], article["internal"], article["content_type"])
	}
	files := []kept{}
	list, _ := article["attachments"].([]any)
	for _, item := range list {
		f, _ := item.(map[string]any)
		z.only(r, f, "filename", "data", "mime-type")
		files = append(files, z.unpacked(r, fmt.Sprint(f["filename"]), fmt.Sprint(f["mime-type"]), fmt.Sprint(f["data"])))
	}
	delete(got, "article")
	got["body"] = article["body"]
	t := z.add(got, files...)
	z.made(w, 201, map[string]any{"id": t.id, "number": fmt.Sprint(22000 + t.id)})
}

func (z zam) change(w http.ResponseWriter, r *http.Request) {
	got, t := z.object(r, "state", "article"), z.of(r.PathValue("id"))
	article := z.member(r, got, "article", "body", "content_type", "type", "internal")
	t.comments, t.state = append(t.comments, fmt.Sprint(article["body"])), fmt.Sprint(got["state"])
	z.give(w, 200, z.record(t))
}

func (z zam) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/v1/users/me", func(w http.ResponseWriter, _ *http.Request) { z.give(w, 200, map[string]any{"id": 3}) })
	mux.HandleFunc("GET /api/v1/tickets/search", func(w http.ResponseWriter, r *http.Request) {
		z.query(r, map[string]string{"query": `tags:"v1:3c1f"`, "expand": "true", "limit": "10"})
		list := []any{}
		for _, t := range z.tickets {
			list = append(list, z.record(t))
		}
		z.give(w, 200, list)
	})
	mux.HandleFunc("POST /api/v1/tickets", z.create)
	mux.HandleFunc("PUT /api/v1/tickets/{id}", z.change)
	mux.HandleFunc("GET /api/v1/tickets/{id}", func(w http.ResponseWriter, r *http.Request) {
		t := z.of(r.PathValue("id"))
		if t == nil {
			z.give(w, 404, map[string]any{"error": "Couldn't find Ticket with 'id'=999"})
			return
		}
		z.give(w, 200, z.record(t))
	})
	mux.HandleFunc("GET /api/v1/ticket_articles/by_ticket/{id}", func(w http.ResponseWriter, r *http.Request) {
		t := z.of(r.PathValue("id"))
		z.give(w, 200, []any{map[string]any{"body": t.fields["body"], "attachments": listed(t.files, "filename", "size")}})
	})
	mux.HandleFunc("POST /api/v1/ticket_articles", func(w http.ResponseWriter, r *http.Request) {
		got := z.object(r, "ticket_id", "body", "content_type", "type", "internal")
		t := z.of(number(got["ticket_id"]))
		t.comments = append(t.comments, fmt.Sprint(got["body"]))
		z.give(w, 201, map[string]any{"id": 1})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Token token="+rightToken {
			z.give(w, 401, map[string]any{"error": "Invalid token!"})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// osTicket follows
// https://docs.osticket.com/en/latest/Developer%20Documentation/API/Tickets.html.
func osTicket() contract {
	return contract{
		recipe: "osticket", ticket: "100", link: "/scp/tickets.php?a=search&query=100", unread: true, deaf: true,
		fields: map[string]any{
			"alert": true, "autorespond": true, "source": "API", "name": "{requestor}", "email": "{requestor}", "subject": "{title}", "message": "{text}", "priority": "4",
		},
		breaks: func(_ *draft.Draft, p *Portal) { p.Requestor = "ninguem" }, says: "did not accept it (400)",
		routes: func(v *vendor) http.Handler {
			mux := http.NewServeMux()
			mux.HandleFunc("POST /api/tickets.json", func(w http.ResponseWriter, r *http.Request) { osDesk{v}.create(w, r) })
			return mux
		},
	}
}

// osDesk is an osTicket. It answers in text.
type osDesk struct{ *vendor }

func (o osDesk) say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.WriteHeader(status)
	if _, err := io.WriteString(w, text); err != nil {
		panic(http.ErrAbortHandler)
	}
}

func (o osDesk) create(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-API-Key") != rightToken {
		o.say(w, 401, "Valid API key required")
		return
	}
	got := o.object(r, "alert", "autorespond", "source", "name", "email", "subject", "message", "priority", "topicId", "attachments")
	if !strings.Contains(fmt.Sprint(got["email"]), "@") {
		o.say(w, 400, "Unable to create new ticket: validation errors:\nemail: Valid email required")
		return
	}
	files := []kept{}
	list, _ := got["attachments"].([]any)
	for _, item := range list {
		object, _ := item.(map[string]any)
		for name, data := range object {
			kind, text, ok := strings.Cut(strings.TrimPrefix(fmt.Sprint(data), "data:"), ";base64,")
			if !ok || len(object) != 1 {
				o.breach(r, "the attachment is %v", object)
			}
			files = append(files, o.unpacked(r, name, kind, text))
		}
	}
	delete(got, "attachments")
	t := o.add(got, files...)
	if o.lose {
		o.made(w, 0, nil)
	}
	o.say(w, 201, fmt.Sprint(t.id))
}

// gitHubIssues follows https://docs.github.com/en/rest/issues/issues.
func gitHubIssues() contract {
	return contract{
		recipe: "github-issues", portal: Portal{Set: map[string]string{"owner": "banco", "repository": "suporte"}},
		ticket: "100", link: "https://github.com/banco/suporte/issues/100", open: "open", closed: "closed", muted: "labels", told: "Label",
		dropped: []string{"ecrã “1”.png: the portal takes no attachments"},
		fields:  map[string]any{"title": "{title}", "body": "{text}", "labels": []any{"severity: critical"}},
		breaks:  func(_ *draft.Draft, p *Portal) { p.Set["repository"] = "outro" }, says: `GitHub shows no repository "banco/outro"`,
		routes: func(v *vendor) http.Handler { return hub{v}.routes() },
	}
}

// hub is a GitHub.
type hub struct{ *vendor }

func (h hub) record(t *sold) map[string]any {
	labels := []any{}
	names, _ := t.fields["labels"].([]any)
	for _, name := range names {
		labels = append(labels, map[string]any{"name": name})
	}
	return map[string]any{"number": t.id, "id": 9_000_000 + t.id, "title": t.fields["title"], "body": t.fields["body"], "labels": labels, "state": t.state}
}

func (h hub) routes() http.Handler {
	mux := http.NewServeMux()
	const root = "/repos/banco/suporte"
	mux.HandleFunc("GET "+root, func(w http.ResponseWriter, _ *http.Request) { h.give(w, 200, map[string]any{"id": 1}) })
	mux.HandleFunc("GET "+root+"/issues", func(w http.ResponseWriter, r *http.Request) {
		h.query(r, map[string]string{"state": "open", "sort": "created", "direction": "desc", "per_page": "100"})
		list := []any{map[string]any{"number": 7, "body": nil, "pull_request": map[string]any{}}}
		for _, t := range h.tickets {
			list = append(list, h.record(t))
		}
		h.give(w, 200, list)
	})
	mux.HandleFunc("POST "+root+"/issues", func(w http.ResponseWriter, r *http.Request) {
		t := h.add(h.object(r, "title", "body", "labels"))
		t.state = "open"
		h.made(w, 201, h.record(t))
	})
	mux.HandleFunc("GET "+root+"/issues/{id}", func(w http.ResponseWriter, r *http.Request) {
		if t := h.of(r.PathValue("id")); t != nil {
			h.give(w, 200, h.record(t))
			return
		}
		h.give(w, 404, map[string]any{"message": "Not Found"})
	})
	mux.HandleFunc("POST "+root+"/issues/{id}/comments", func(w http.ResponseWriter, r *http.Request) {
		t := h.of(r.PathValue("id"))
		t.comments = append(t.comments, fmt.Sprint(h.object(r, "body")["body"]))
		h.give(w, 201, map[string]any{"id": 1})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { h.give(w, 404, map[string]any{"message": "Not Found"}) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept") != "application/vnd.github+json" || r.Header.Get("X-GitHub-Api-Version") == "" || r.Header.Get("User-Agent") == "" {
			h.breach(r, "the header is %v", r.Header)
		}
		if r.Header.Get("Authorization") != "Bearer "+rightToken {
			h.give(w, 401, map[string]any{"message": "Bad credentials"})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// gitLabIssues follows https://docs.gitlab.com/api/issues/. Its files are links in the
// description.
func gitLabIssues() contract {
	return contract{
		recipe: "gitlab-issues", portal: Portal{Set: map[string]string{"project": "banco/suporte"}},
		ticket: "100", link: "/banco/suporte/-/issues/100", open: "opened", closed: "closed", muted: "labels", told: "Label",
		fields: map[string]any{"title": "{title}", "text": "{text}", "labels": "severity::critical", "confidential": true},
		breaks: func(_ *draft.Draft, p *Portal) { p.Set["project"] = "banco/outro" }, says: `GitLab shows no project "banco/outro"`,
		routes: func(v *vendor) http.Handler { return lab{v}.routes() },
	}
}

// lab is a GitLab.
type lab struct{ *vendor }

func (l lab) record(t *sold) map[string]any {
	labels := []any{}
	if label, ok := t.fields["labels"]; ok {
		labels = append(labels, label)
	}
	links := ""
	for i := range t.files {
		links += fmt.Sprintf(" ![f](/uploads/up%d/f)", i+1)
	}
	return map[string]any{
		"iid": t.id, "id": 80_000 + t.id, "title": t.fields["title"], "description": fmt.Sprint(t.fields["text"], "\n\n", strings.TrimSpace(links)),
		"labels": labels, "confidential": t.fields["confidential"], "state": t.state,
	}
}

func (l lab) create(w http.ResponseWriter, r *http.Request) {
	got := l.object(r, "title", "description", "labels", "confidential")
	text, links, _ := strings.Cut(fmt.Sprint(got["description"]), "\n\n![")
	files := []kept{}
	for token := range strings.SplitSeq(links, "](/uploads/") {
		if token, _, ok := strings.Cut(token, "/f)"); ok {
			files = append(files, l.uploads[token])
		}
	}
	delete(got, "description")
	got["text"] = text
	t := l.add(got, files...)
	t.state = "opened"
	l.made(w, 201, l.record(t))
}

func (l lab) routes() http.Handler {
	mux := http.NewServeMux()
	// The path of a project is one segment: its slash is written %2F.
	const root = "/api/v4/projects/banco%2Fsuporte"
	mux.HandleFunc("GET "+root, func(w http.ResponseWriter, _ *http.Request) { l.give(w, 200, map[string]any{"id": 1}) })
	mux.HandleFunc("GET "+root+"/issues", func(w http.ResponseWriter, r *http.Request) {
		l.query(r, map[string]string{"state": "opened", "search": "v1:3c1f", "in": "description"})
		list := []any{}
		for _, t := range l.tickets {
			list = append(list, l.record(t))
		}
		l.give(w, 200, list)
	})
	mux.HandleFunc("POST "+root+"/uploads", func(w http.ResponseWriter, r *http.Request) {
		_, files := l.form(r, "file")
		if len(files) != 1 {
			l.breach(r, "%d files", len(files))
			return
		}
		l.give(w, 201, map[string]any{"markdown": "![f](/uploads/" + l.upload(files[0]) + "/f)", "url": "/uploads/x", "alt": "f"})
	})
	mux.HandleFunc("POST "+root+"/issues", l.create)
	mux.HandleFunc("GET "+root+"/issues/{id}", func(w http.ResponseWriter, r *http.Request) {
		if t := l.of(r.PathValue("id")); t != nil {
			l.give(w, 200, l.record(t))
			return
		}
		l.give(w, 404, map[string]any{"message": "404 Not found"})
	})
	mux.HandleFunc("POST "+root+"/issues/{id}/notes", func(w http.ResponseWriter, r *http.Request) {
		t := l.of(r.PathValue("id"))
		t.comments = append(t.comments, fmt.Sprint(l.object(r, "body")["body"]))
		l.give(w, 201, map[string]any{"id": 1})
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		l.give(w, 404, map[string]any{"message": "404 Project Not Found"})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("PRIVATE-TOKEN") != rightToken {
			l.give(w, 401, map[string]any{"message": "401 Unauthorized"})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// webhook follows
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
func webhook() contract {
	return contract{
		recipe: "webhook", portal: Portal{URL: "/gancho"}, ticket: "T-100", unread: true, deaf: true,
		fields: map[string]any{
			"draft": "{draft_id}", "title": "{title}", "text": "{text}", "category": "{category}", "severity": "critical", "environment": "production",
			"endpoint": "{endpoint}", "status": 500.0, "vendor_code": "E-77", "country": "BR", "fingerprint": "{fingerprint}", "count": 3.0,
			"first_seen": "{first_seen}", "last_seen": "{last_seen}", "request_ids": []any{"req-1"}, "requestor": "{requestor}",
		},
		breaks: func(_ *draft.Draft, p *Portal) { p.URL += "/outro" }, says: "the portal has nothing there (404)",
		routes: func(v *vendor) http.Handler {
			mux := http.NewServeMux()
			mux.HandleFunc("POST /gancho", func(w http.ResponseWriter, r *http.Request) { hook{v}.receive(w, r) })
			return mux
		},
	}
}

// hook is a receiver of webhooks.
type hook struct{ *vendor }

func (h hook) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(rightToken, "whsec_"))
	if err != nil {
		panic(err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.Header.Get("webhook-signature") != want {
		h.give(w, 401, map[string]any{"message": "the signature does not match"})
		return
	}
	if r.Header.Get("webhook-timestamp") != "1795442400" || r.Header.Get("webhook-id") != "d-k3f9qa2m" || r.Header.Get("Content-Type") != "application/json" {
		h.breach(r, "the header is %v", r.Header)
	}
	var event map[string]any
	if err := json.Unmarshal(body, &event); err != nil || event["type"] != "ticket.created" || event["timestamp"] == nil {
		h.breach(r, "the event is %v, %v", event["type"], err)
	}
	h.only(r, event, "type", "timestamp", "data")
	data, _ := event["data"].(map[string]any)
	files := []kept{}
	list, _ := data["files"].([]any)
	for _, item := range list {
		f, _ := item.(map[string]any)
		file := h.unpacked(r, fmt.Sprint(f["name"]), fmt.Sprint(f["type"]), fmt.Sprint(f["data"]))
		if number(f["size"]) != fmt.Sprint(len(file.data)) {
			h.breach(r, "the file %s has %v bytes", file.name, f["size"])
		}
		files = append(files, file)
	}
	delete(data, "files")
	t := h.add(data, files...)
	h.made(w, 200, map[string]any{"id": fmt.Sprintf("T-%d", t.id)})
}
