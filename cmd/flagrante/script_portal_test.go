package main_test

import (
	"encoding/json"
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
	mood    string
}

// portalCmd starts a portal, or says how it behaves from now on:
//
//	portal well|down|closed|lost
//	portal tickets FILE
//
// In the mood "lost" a ticket is made and the answer never comes. The second
// form writes the tickets that were made. It sets PORTAL and RT_TOKEN.
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
	if args[0] != "tickets" {
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
	case strings.HasSuffix(r.URL.Path, "/attachments"):
		give(w, http.StatusOK, row{"items": []row{{"Content": p.last()["Content"]}}})
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
	p.tickets = append(p.tickets, ticket)
	if p.mood == "lost" {
		panic(http.ErrAbortHandler)
	}
	give(w, http.StatusCreated, row{"type": "ticket", "id": strconv.Itoa(len(p.tickets))})
}

func (p *portal) last() map[string]any { return p.tickets[len(p.tickets)-1] }

func (p *portal) show(w http.ResponseWriter) {
	ticket := p.last()
	var fields []row
	for name, value := range ticket["CustomFields"].(map[string]any) {
		fields = append(fields, row{"name": name, "values": []any{value}})
	}
	give(w, http.StatusOK, row{
		"id": len(p.tickets), "Subject": ticket["Subject"], "Queue": row{"Name": ticket["Queue"]},
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
