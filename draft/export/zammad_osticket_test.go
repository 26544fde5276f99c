package export

import (
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
