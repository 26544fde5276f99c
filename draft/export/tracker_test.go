package export

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// tracker answers as Request Tracker 5 does, as far as the recipe goes: it
// drops fields that it does not know and values that it does not list.
type tracker struct {
	mu       sync.Mutex
	requests []received
	tickets  []map[string]any
	// files are the names of the attachments, notes the comments.
	files, notes []string
	status       string
	// before may answer a request instead; it reports whether it did.
	before func(w http.ResponseWriter, r *http.Request) bool
}

// received is a request as it arrived.
type received struct {
	method, host, uri string
	header            http.Header
	body              []byte
}

func newTracker() *tracker { return &tracker{} }

func (s *tracker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.requests = append(s.requests, received{r.Method, r.Host, r.RequestURI, r.Header.Clone(), body})
	if s.before != nil && s.before(w, r) {
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	switch {
	case r.Header.Get("Authorization") != "token "+token:
		refuse(w, http.StatusUnauthorized, "Unauthorized")
	case strings.HasSuffix(r.URL.Path, "/tickets"):
		s.search(w, r)
	case strings.HasSuffix(r.URL.Path, "/comment"), strings.HasSuffix(r.URL.Path, "/correspond"):
		s.comment(w, r, body)
	case r.Method == http.MethodPost:
		s.make(w, body)
	case strings.HasSuffix(r.URL.Path, "/attachments"):
		items := []any{map[string]any{"Content": s.last()["Content"]}}
		for _, name := range s.files {
			items = append(items, map[string]any{"Filename": name})
		}
		answer(w, http.StatusOK, map[string]any{"items": items})
	default:
		s.show(w)
	}
}

func (s *tracker) make(w http.ResponseWriter, body []byte) {
	var ticket map[string]any
	if err := json.Unmarshal(body, &ticket); err != nil {
		refuse(w, http.StatusBadRequest, "JSON parse error")
		return
	}
	if !slices.Contains([]any{"TI-Producao", "TI-Integracao"}, ticket["Queue"]) {
		refuse(w, http.StatusForbidden, fmt.Sprintf("No permission to create tickets in the queue '%s'", ticket["Queue"]))
		return
	}
	s.tickets = append(s.tickets, ticket)
	answer(w, http.StatusCreated, map[string]any{"type": "ticket", "id": fmt.Sprint(len(s.tickets))})
}

// search knows one query: that for a fingerprint.
func (s *tracker) search(w http.ResponseWriter, r *http.Request) {
	items := []any{}
	for i, ticket := range s.tickets {
		fields, _ := ticket["CustomFields"].(map[string]any)
		want := fmt.Sprintf("CF.{Fingerprint} = '%s' AND Status = '__Active__'", fields["Fingerprint"])
		if r.URL.Query().Get("query") == want && s.status != "resolved" {
			items = append(items, map[string]any{"id": fmt.Sprint(i + 1), "type": "ticket"})
		}
	}
	answer(w, http.StatusOK, map[string]any{"items": items})
}

func (s *tracker) comment(w http.ResponseWriter, r *http.Request, body []byte) {
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		var note struct{ Content, Status string }
		if err := json.Unmarshal(body, &note); err != nil {
			refuse(w, http.StatusBadRequest, "JSON parse error")
			return
		}
		s.notes = append(s.notes, note.Content)
		s.status = cmp.Or(note.Status, s.status)
	} else {
		for _, file := range r.MultipartForm.File["Attachments"] {
			s.files = append(s.files, file.Filename)
		}
	}
	answer(w, http.StatusCreated, []string{"Comments added"})
}

func (s *tracker) last() map[string]any { return s.tickets[len(s.tickets)-1] }

func (s *tracker) show(w http.ResponseWriter) {
	ticket := s.last()
	var fields []any
	for name, value := range ticket["CustomFields"].(map[string]any) {
		if name == "Severidade" && !slices.Contains([]any{"Baixo", "Médio", "Alto", "Crítico"}, value) {
			fields = append(fields, map[string]any{"name": name, "values": []any{}})
		} else {
			fields = append(fields, map[string]any{"name": name, "values": []any{value}})
		}
	}
	answer(w, http.StatusOK, map[string]any{
		"id": len(s.tickets), "Status": cmp.Or(s.status, "new"), "Subject": ticket["Subject"], "Queue": map[string]any{"Name": ticket["Queue"]},
		"Requestor": []any{map[string]any{"id": ticket["Requestor"]}}, "CustomFields": fields,
	})
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]any{"message": message})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// certificateFile returns a PEM file with the certificate of server.
func certificateFile(t *testing.T, server *httptest.Server) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
