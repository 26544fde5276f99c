package export

import (
	"fmt"
	"net/http"
	"strings"

	"flagrante/draft"
)

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
