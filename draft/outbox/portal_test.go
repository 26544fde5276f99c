package outbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// recipe is that of the portal of these tests.
const recipe = `
name: desk
text: text.plain
require: [title]
message: /error
link: "{base}/t/{ticket}"
header: {Authorization: "Bearer {secret}"}
steps:
  - do: lookup
    method: GET
    path: /tickets
    query: {fp: "{fingerprint}"}
    ok: [200]
    find: {in: "", where: {/fp: "{fingerprint}", /state: open}}
    capture: {ticket: /id}
  - do: create
    method: POST
    path: /tickets
    json: {title: "{title}", text: "{text}", fp: "{fingerprint}"}
    ok: [201]
    capture: {ticket: /id, key: /key}
  - do: attach
    each: file
    method: POST
    path: /tickets/{ticket}/files
    query: {name: "{file_name}"}
    body: file
    ok: [201]
  - do: verify
    method: GET
    path: /tickets/{ticket}
    ok: [200]
    compare: {Title: {at: /title, want: "{title}"}}
    files: {in: /files, name: /name, base64: /data}
  - do: status
    method: GET
    path: /tickets/{ticket}
    ok: [200]
    capture: {state: /state}
    closed: [closed]
  - do: comment
    method: POST
    path: /tickets/{ticket}/comments
    json: {text: "{comment}"}
    ok: [201]
  - do: reopen
    method: POST
    path: /tickets/{ticket}/comments
    json: {text: "{comment}", state: open}
    ok: [201]
`

// ticket is one of the portal's.
type ticket struct {
	ID       string       `json:"id"`
	Key      string       `json:"key"`
	Title    string       `json:"title"`
	Text     string       `json:"text"`
	FP       string       `json:"fp"`
	State    string       `json:"state"`
	Files    []ticketFile `json:"files"`
	Comments []string     `json:"comments"`
}

type ticketFile struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
}

// portal is a small ticket system.
type portal struct {
	mu      sync.Mutex
	tickets []*ticket
	// before may answer a request instead; it reports whether it did.
	before func(w http.ResponseWriter, r *http.Request) bool
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.before != nil && p.before(w, r) {
		return
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /tickets", func(w http.ResponseWriter, _ *http.Request) { give(w, 200, p.tickets) })
	mux.HandleFunc("POST /tickets", p.make)
	mux.HandleFunc("GET /tickets/{id}", p.with(func(w http.ResponseWriter, _ *http.Request, t *ticket) { give(w, 200, t) }))
	mux.HandleFunc("POST /tickets/{id}/files", p.with(attachFile))
	mux.HandleFunc("POST /tickets/{id}/comments", p.with(comment))
	if r.Header.Get("Authorization") != "Bearer s3cret" {
		give(w, 401, map[string]string{"error": "who are you?"})
		return
	}
	mux.ServeHTTP(w, r)
}

func (p *portal) make(w http.ResponseWriter, r *http.Request) {
	t := &ticket{ID: fmt.Sprint(len(p.tickets) + 1), Key: "k", State: "open"}
	if err := json.NewDecoder(r.Body).Decode(t); err != nil {
		give(w, 400, map[string]string{"error": "no JSON"})
		return
	}
	p.tickets = append(p.tickets, t)
	give(w, 201, t)
}

func (p *portal) with(f func(http.ResponseWriter, *http.Request, *ticket)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, t := range p.tickets {
			if t.ID == r.PathValue("id") {
				f(w, r, t)
				return
			}
		}
		give(w, 404, map[string]string{"error": "no such ticket"})
	}
}

func attachFile(w http.ResponseWriter, r *http.Request, t *ticket) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	t.Files = append(t.Files, ticketFile{r.URL.Query().Get("name"), data})
	give(w, 201, map[string]string{})
}

func comment(w http.ResponseWriter, r *http.Request, t *ticket) {
	var note struct{ Text, State string }
	if err := json.NewDecoder(r.Body).Decode(&note); err != nil {
		give(w, 400, map[string]string{"error": "no JSON"})
		return
	}
	t.Comments = append(t.Comments, note.Text)
	if note.State != "" {
		t.State = note.State
	}
	give(w, 201, map[string]string{})
}

func give(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(http.ErrAbortHandler)
	}
}
