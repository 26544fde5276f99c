package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// portal answers as Request Tracker 5 does to the calls of the recipe, by
// https://docs.bestpractical.com/rt/5.0.3/RT/REST2.html.
type portal struct {
	*httptest.Server
	mu      sync.Mutex
	tickets []map[string]any
	// files are the names of the attachments of the last ticket.
	files []string
	mood  string
}

// portalCmd starts a portal, or says how it behaves from now on:
//
//	portal well|down|closed|lost|gone
//	portal tickets FILE
//	portal resolve
//
// In the mood "lost" a ticket is made and the answer never comes; in the mood "gone"
// none is made, either. The second form writes the tickets that were made, the third
// closes all of them. It sets PORTAL and RT_TOKEN.
func portalCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	s := on(ts)
	if s.portal == nil {
		s.portal = &portal{}
		s.portal.Server = httptest.NewServer(s.portal)
		ts.Setenv("PORTAL", s.portal.URL)
		ts.Setenv("RT_TOKEN", "1-14-portal-segredo")
	}
	s.portal.mu.Lock()
	defer s.portal.mu.Unlock()
	switch args[0] {
	case "resolve":
		for _, ticket := range s.portal.tickets {
			ticket["Status"] = "resolved"
		}
		return
	case "tickets":
	default:
		s.portal.mood = args[0]
		return
	}
	data, err := json.Marshal(s.portal.tickets)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o600))
}

// ServeHTTP makes and shows tickets.
func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case r.Header.Get("Authorization") != "token 1-14-portal-segredo":
		give(w, http.StatusUnauthorized, row{"message": "Unauthorized"})
	case p.mood == "down":
		give(w, http.StatusInternalServerError, row{"message": "fora do ar"})
	case p.mood == "closed":
		give(w, http.StatusForbidden, row{"message": "No permission to create tickets"})
	case r.Method == http.MethodPost && r.URL.Path == "/REST/2.0/ticket":
		p.make(w, r)
	case r.URL.Path == "/REST/2.0/tickets":
		p.search(w, r)
	case strings.HasSuffix(r.URL.Path, "/attachments"):
		items := []row{{"Content": p.last()["Content"]}}
		for _, name := range p.files {
			items = append(items, row{"Filename": name})
		}
		give(w, http.StatusOK, row{"items": items})
	case strings.HasSuffix(r.URL.Path, "/comment"):
		p.attach(w, r)
	case strings.HasSuffix(r.URL.Path, "/correspond"):
		p.correspond(w, r)
	case r.URL.Path == "/REST/2.0/rt":
		give(w, http.StatusOK, row{"Version": "5.0.3"})
	case r.URL.Path == "/REST/2.0/ticket/"+strconv.Itoa(len(p.tickets)):
		p.show(w)
	default:
		give(w, http.StatusNotFound, row{"message": "No such ticket"})
	}
}

func (p *portal) make(w http.ResponseWriter, r *http.Request) {
	var ticket map[string]any
	if err := json.NewDecoder(r.Body).Decode(&ticket); err != nil {
		give(w, http.StatusBadRequest, row{"message": "JSON parse error"})
		return
	}
	if p.mood == "gone" {
		panic(http.ErrAbortHandler)
	}
	ticket["Status"] = "new"
	p.tickets, p.files = append(p.tickets, ticket), nil
	if p.mood == "lost" {
		panic(http.ErrAbortHandler)
	}
	give(w, http.StatusCreated, row{"type": "ticket", "id": strconv.Itoa(len(p.tickets))})
}

// search knows one query: that for a fingerprint.
func (p *portal) search(w http.ResponseWriter, r *http.Request) {
	items := []row{}
	for i, ticket := range p.tickets {
		fields, _ := ticket["CustomFields"].(map[string]any)
		query := "CF.{Fingerprint} = '" + fmt.Sprint(fields["Fingerprint"]) + "' AND Status = '__Active__'"
		if r.URL.Query().Get("query") == query && ticket["Status"] != "resolved" {
			items = append(items, row{"type": "ticket", "id": strconv.Itoa(i + 1)})
		}
	}
	give(w, http.StatusOK, row{"items": items})
}

func (p *portal) attach(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(1 << 20); err != nil || r.FormValue("JSON") == "" {
		give(w, http.StatusBadRequest, row{"message": "no form"})
		return
	}
	for _, file := range r.MultipartForm.File["Attachments"] {
		p.files = append(p.files, file.Filename)
	}
	give(w, http.StatusCreated, row{})
}

func (p *portal) correspond(w http.ResponseWriter, r *http.Request) {
	var note struct{ Content, Status string }
	if err := json.NewDecoder(r.Body).Decode(&note); err != nil {
		give(w, http.StatusBadRequest, row{"message": "JSON parse error"})
		return
	}
	ticket := p.last()
	comments, _ := ticket["Comments"].([]string)
	ticket["Comments"] = append(comments, note.Content)
	if note.Status != "" {
		ticket["Status"] = note.Status
	}
	give(w, http.StatusCreated, row{})
}

func (p *portal) last() map[string]any { return p.tickets[len(p.tickets)-1] }

func (p *portal) show(w http.ResponseWriter) {
	ticket := p.last()
	var fields []row
	for name, value := range ticket["CustomFields"].(map[string]any) {
		fields = append(fields, row{"name": name, "values": []any{value}})
	}
	give(w, http.StatusOK, row{
		"id": len(p.tickets), "Status": ticket["Status"], "Subject": ticket["Subject"], "Queue": row{"Name": ticket["Queue"]},
		"Requestor": []row{{"id": ticket["Requestor"]}}, "CustomFields": fields,
	})
}

func give(w http.ResponseWriter, status int, body row) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(http.ErrAbortHandler)
	}
}
