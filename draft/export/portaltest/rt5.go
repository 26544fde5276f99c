//go:build e2e

package portaltest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"flagrante/capture/store/storetest"
)

// RT is a real Request Tracker 5.
type RT struct {
	URL string
	// TokenFile holds the token of a support agent.
	TokenFile string
}

// Folder returns a folder below testdata/portal.
func Folder(name string) string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "..", "testdata", "portal", name)
}

// freePort returns a port for a portal.
func freePort(t *testing.T) string {
	t.Helper()
	port, err := storetest.FreePort(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// Up runs a script of testdata/portal with "up" and args, and stops at the end of the
// test what it has started in the folder that it returns.
func Up(t *testing.T, script string, args ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if out, err := exec.CommandContext(t.Context(), script, append([]string{"up", dir}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("%s up: %v: %s", filepath.Base(script), err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.CommandContext(context.WithoutCancel(t.Context()), script, "down", dir).CombinedOutput(); err != nil {
			t.Errorf("%s down: %v: %s", filepath.Base(script), err, out)
		}
	})
	return dir
}

// StartRT starts a fresh Request Tracker that stops with the test.
func StartRT(t *testing.T) RT {
	t.Helper()
	port := freePort(t)
	dir := Up(t, filepath.Join(Folder("rt5"), "rt5.sh"), port)
	return RT{URL: "http://127.0.0.1:" + port, TokenFile: filepath.Join(dir, "token")}
}

// Get reads path as an agent, into a value of its own kind.
func (rt RT) Get(t *testing.T, path string, v any) {
	t.Helper()
	if err := json.Unmarshal(rt.do(t, http.MethodGet, path, ""), v); err != nil {
		t.Fatal(err)
	}
}

// Close resolves a ticket as an agent does.
func (rt RT) Close(t *testing.T, ticket string) {
	t.Helper()
	rt.do(t, http.MethodPut, "/REST/2.0/ticket/"+ticket, `{"Status":"resolved"}`)
}

func (rt RT) do(t *testing.T, method, path, body string) []byte {
	t.Helper()
	secret, err := os.ReadFile(rt.TokenFile)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, rt.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	// RT has two workers, and a connection that stays keeps one.
	req.Close = true
	req.Header.Set("Authorization", "token "+string(secret))
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %v %s", method, path, resp.StatusCode, err, data)
	}
	return data
}

// Tickets returns the numbers of the tickets that a query in TicketSQL finds.
func (rt RT) Tickets(t *testing.T, query string) (numbers []string) {
	t.Helper()
	var list struct{ Items []struct{ ID json.Number } }
	rt.Get(t, "/REST/2.0/tickets?per_page=100&query="+url.QueryEscape(query), &list)
	for _, item := range list.Items {
		numbers = append(numbers, item.ID.String())
	}
	return numbers
}

// Stored is a ticket as RT shows it.
type Stored struct {
	Subject, Queue, Requestor, Content string
	Fields                             map[string]string
	// Files are the attachments by name, Comments the texts that came later.
	Files    map[string]string
	Comments []string
}

// Ticket reads a ticket back.
func (rt RT) Ticket(t *testing.T, id string) Stored {
	t.Helper()
	var ticket struct {
		Subject      string
		Queue        struct{ Name string }
		Requestor    []struct{ ID string }
		CustomFields []struct {
			Name   string
			Values []string
		}
	}
	rt.Get(t, "/REST/2.0/ticket/"+id+"?fields[Queue]=Name", &ticket)
	if len(ticket.Requestor) != 1 {
		t.Fatalf("the ticket has the requestors %v", ticket.Requestor)
	}
	got := Stored{Subject: ticket.Subject, Queue: ticket.Queue.Name, Requestor: ticket.Requestor[0].ID, Fields: map[string]string{}, Files: map[string]string{}}
	for _, field := range ticket.CustomFields {
		got.Fields[field.Name] = strings.Join(field.Values, "|")
	}
	rt.parts(t, id, &got)
	return got
}

// parts reads the text with which a ticket was made, its later texts and its files. A
// file that is there twice fails the test.
func (rt RT) parts(t *testing.T, id string, got *Stored) {
	t.Helper()
	var parts struct {
		Items []struct{ Content, ContentType, Filename string }
	}
	rt.Get(t, "/REST/2.0/ticket/"+id+"/attachments?fields=Content,ContentType,Filename&per_page=100", &parts)
	for i, part := range parts.Items {
		switch _, twice := got.Files[part.Filename]; {
		case i == 0 && part.ContentType == "text/plain" && part.Filename == "":
			got.Content = part.Content
		case part.Filename == "" && part.ContentType == "text/plain":
			got.Comments = append(got.Comments, part.Content)
		case twice:
			t.Errorf("the ticket %s has %s twice", id, part.Filename)
		case part.Filename != "":
			got.Files[part.Filename] = octets(part.ContentType, part.Content)
		}
	}
}

// octets returns the bytes of a file. RT writes those that are no text as code points
// up to U+00FF.
func octets(mediaType, content string) string {
	if !strings.HasPrefix(mediaType, "image/") {
		return content
	}
	var out []byte
	for _, r := range content {
		out = append(out, byte(r))
	}
	return string(out)
}
