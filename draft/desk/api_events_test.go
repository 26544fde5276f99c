package desk

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
)

// listener reads the stream of a desk.
type listener struct {
	t     *testing.T
	lines *bufio.Scanner
}

// listen opens the stream; pairs are header fields.
func listen(t *testing.T, url string, pairs ...string) listener {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(stop)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i < len(pairs); i += 2 {
		r.Header.Set(pairs[i], pairs[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("got %s %s", answer.Status, answer.Header.Get("Content-Type"))
	}
	return listener{t, bufio.NewScanner(answer.Body)}
}

// next returns the next event with that name as one line.
func (l listener) next(name string) string {
	l.t.Helper()
	var event []string
	for l.lines.Scan() {
		if line := l.lines.Text(); line != "" {
			event = append(event, line)
			continue
		}
		if text := strings.Join(event, " | "); strings.Contains(text+" ", "event: "+name+" ") {
			return text
		}
		event = nil
	}
	l.t.Fatalf("the stream ended before %q: %v", name, l.lines.Err())
	return ""
}

func TestTheStreamGoesOnWhereThePageEnds(t *testing.T) {
	hub := live.NewHub("run")
	server := httptest.NewServer(openDesk(t, &memory{drafts: samples()}, func(o *service.Options) { o.Live = hub }))
	t.Cleanup(server.Close)
	hub.Publish(service.EventChanged, service.Changed{Failures: 1})
	var known string
	for n := range parse(t, ask(server.Config.Handler, "GET", "/", "").Body.String()).Descendants() {
		if n.Type == html.ElementNode && n.Data == "body" {
			known = attr(n, "data-live")
		}
	}
	hub.Publish(service.EventChanged, service.Changed{Drafts: []string{"d-x"}, Failures: 2})
	l := listen(t, server.URL+"/api/v1/events?after="+known)
	if got, want := l.next(service.EventChanged), `id: run-2 | event: changed | data: {"drafts":["d-x"],"failures":2}`; got != want {
		t.Errorf("got %s", got)
	}
	hub.Publish(service.EventChanged, service.Changed{Failures: 3})
	if got := l.next(service.EventChanged); !strings.HasPrefix(got, "id: run-3 ") {
		t.Errorf("got %s", got)
	}
	// The browser comes back with the last event that it saw.
	again := listen(t, server.URL+"/api/v1/events?after="+known, "Last-Event-ID", "run-2")
	if got := again.next(service.EventChanged); !strings.HasPrefix(got, "id: run-3 ") {
		t.Errorf("after coming back: %s", got)
	}
	stranger := listen(t, server.URL+"/api/v1/events?after=earlier-7")
	if got := stranger.next("resync"); got != "id: run-3 | event: resync | data: {}" {
		t.Errorf("after a new start: %s", got)
	}
}

func TestThePulseTellsOfCalls(t *testing.T) {
	var calls atomic.Int64
	strip := &live.Strip{}
	server := httptest.NewServer(openDesk(t, &memory{}, func(o *service.Options) {
		o.Strip, o.Status = strip, func() service.Status { return service.Status{Calls: calls.Load()} }
	}))
	t.Cleanup(server.Close)
	l := listen(t, server.URL+"/api/v1/events")
	calls.Store(7)
	strip.Add(live.Call{Host: "api.banco.example", Method: "GET", Status: 200, Millis: 5})
	got := l.next("pulse")
	if !strings.Contains(got, `"calls":7`) {
		t.Errorf("got %s", got)
	}
}

func TestTheStreamEndsWithTheHub(t *testing.T) {
	hub := live.NewHub("run")
	h := openDesk(t, &memory{}, func(o *service.Options) { o.Live = hub })
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	l := listen(t, server.URL+"/api/v1/events")
	hub.Close()
	for l.lines.Scan() {
		if strings.HasPrefix(l.lines.Text(), "event: changed") {
			t.Errorf("got %s", l.lines.Text())
		}
	}
	if err := l.lines.Err(); err != nil {
		t.Error(err)
	}
	if a := askAPI(t, h, "GET", "/api/v1/events", http.StatusServiceUnavailable); a.Hint == "" {
		t.Errorf("answered %+v", a)
	}
}
