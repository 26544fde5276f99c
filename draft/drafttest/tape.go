// Package drafttest makes recordings for tests, and drafts of them: the whole way from
// an HTTP archive over the store to the ticket.
package drafttest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// Call is one call of a recording, and what came of it. What is left out is that of a
// usual call: see Tape.Add.
type Call struct {
	// Method is POST where there is a Body, else GET.
	Method string
	// Host is that of the tape where it is empty.
	Host string
	// Path, Body and Answer may have a %d, which is the number of the call.
	Path string
	Body string
	// Header and Answered are the fields of request and answer, names and values in
	// turn. They come before the usual ones.
	Header, Answered []string
	// Status is 0 for a call without an answer; Err says why there was none, in the
	// words of a browser.
	Status int
	Answer string
	Err    string
	// Type is the media type of the answer, application/json where it is empty.
	Type string
	// Took is how long the call took, 120 milliseconds where it is 0.
	Took time.Duration
	// Bare leaves the usual fields of the request out.
	Bare bool
}

// Tape is a recording in the making. Its calls are a step apart.
type Tape struct {
	Host string
	Now  time.Time
	Step time.Duration

	entries []map[string]any
}

// Start is when recordings begin unless they say otherwise: a Friday morning in Brazil.
func Start() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

// New returns an empty Tape whose calls are three seconds apart.
func New(host string) *Tape { return &Tape{Host: host, Now: Start(), Step: 3 * time.Second} }

// Wait lets time pass.
func (t *Tape) Wait(d time.Duration) *Tape {
	t.Now = t.Now.Add(d)
	return t
}

// Every says how far apart the calls are from now on.
func (t *Tape) Every(step time.Duration) *Tape {
	t.Step = step
	return t
}

// Add makes the calls n times, in turn.
func (t *Tape) Add(n int, calls ...Call) *Tape {
	for range n {
		for _, c := range calls {
			t.call(c)
		}
	}
	return t
}

// Mix makes a call n times, of which every nth is the other one.
func (t *Tape) Mix(n, every int, usual, other Call) *Tape {
	for i := range n {
		if i%every == every/2 {
			t.call(other)
			continue
		}
		t.call(usual)
	}
	return t
}

func (t *Tape) call(c Call) {
	number := len(t.entries)
	numbered := func(s string) string {
		if !strings.Contains(s, "%d") {
			return s
		}
		return strings.ReplaceAll(s, "%d", fmt.Sprint(1000+number))
	}
	c.Path, c.Body, c.Answer = numbered(c.Path), numbered(c.Body), numbered(c.Answer)
	host := c.Host
	if host == "" {
		host = t.Host
	}
	if c.Method == "" {
		c.Method = "GET"
		if c.Body != "" {
			c.Method = "POST"
		}
	}
	if c.Took == 0 {
		c.Took = 120 * time.Millisecond
	}
	if !strings.Contains(host, "://") {
		host = "https://" + host
	}
	ms := float64(c.Took) / float64(time.Millisecond)
	t.entries = append(t.entries, map[string]any{
		"startedDateTime": t.Now.Format("2006-01-02T15:04:05.000Z07:00"), "time": ms,
		"request": c.request(host + c.Path), "response": c.response(), "cache": map[string]any{},
		"timings": map[string]any{"send": 1, "wait": max(ms-2, 0), "receive": 1},
	})
	t.Now = t.Now.Add(t.Step)
}

func (c Call) request(target string) map[string]any {
	header := c.Header
	if !c.Bare {
		header = append(header[:len(header):len(header)], "User-Agent", "axios/1.7.9", "Accept", "application/json", "Authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJsb2phIn0.c2lnbmF0dXJl")
	}
	r := map[string]any{
		"method": c.Method, "url": target, "httpVersion": "HTTP/1.1", "cookies": []any{}, "queryString": []any{}, "headersSize": -1, "bodySize": len(c.Body),
	}
	if c.Body != "" {
		header = append(header[:len(header):len(header)], "Content-Type", "application/json")
		r["postData"] = map[string]any{"mimeType": "application/json", "text": c.Body}
	}
	r["headers"] = fields(header)
	return r
}

func (c Call) response() map[string]any {
	mediaType := c.Type
	if mediaType == "" {
		mediaType = "application/json"
	}
	header := c.Answered
	if c.Answer != "" {
		header = append(header[:len(header):len(header)], "Content-Type", mediaType)
	}
	r := map[string]any{
		"status": c.Status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": []any{}, "redirectURL": "", "headersSize": -1, "bodySize": len(c.Answer),
		"headers": fields(header), "content": map[string]any{"size": len(c.Answer), "mimeType": mediaType, "text": c.Answer},
	}
	if c.Err != "" {
		r["_error"] = c.Err
	}
	return r
}

func fields(list []string) []any {
	all := []any{}
	for i := 0; i+1 < len(list); i += 2 {
		all = append(all, map[string]any{"name": list[i], "value": list[i+1]})
	}
	return all
}

// HAR returns the recording as an HTTP archive (HAR 1.2), a call on each line.
func (t *Tape) HAR(tb testing.TB) []byte {
	tb.Helper()
	lines := make([]string, len(t.entries))
	for i, e := range t.entries {
		data, err := json.Marshal(e)
		if err != nil {
			tb.Fatal(err)
		}
		lines[i] = string(data)
	}
	return []byte(`{"log":{"version":"1.2","creator":{"name":"drafttest","version":"1"},"entries":[` + "\n" + strings.Join(lines, ",\n") + "\n]}}\n")
}
