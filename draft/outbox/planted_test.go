package outbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/judge"
	"flagrante/capture/locate"
	"flagrante/capture/record"
	"flagrante/capture/redact"
	"flagrante/capture/redact/redacttest"
	"flagrante/capture/store"
	"flagrante/draft/drafttest"
	"flagrante/proxy"
)

// corpus is the corpus, and what is looked for of it: all values, and the secrets.
type corpus struct {
	samples      []redacttest.Sample
	all, secrets needles
	// planted and secret are how many values there are.
	planted, secret int
}

func plantedCorpus(t *testing.T) *corpus {
	t.Helper()
	c := &corpus{all: needles{}, secrets: needles{}}
	for i, s := range redacttest.Read(t, "../../testdata/redact/recall") {
		if i%share == 0 {
			c.samples = append(c.samples, s)
		}
	}
	var elsewhere strings.Builder
	for _, s := range c.samples {
		from := 0
		for _, p := range s.Planted {
			elsewhere.WriteString(s.Text[from:p.At] + "\n")
			from = p.At + len(p.Value)
		}
		elsewhere.WriteString(s.Text[from:] + "\n")
	}
	r := redact.New()
	kept := map[string]bool{}
	stored := bytes.NewBufferString(elsewhere.String())
	for _, s := range c.samples {
		for _, p := range keptOf(r, s) {
			kept[p] = true
			stored.WriteString(p + "\n")
		}
	}
	for _, s := range c.samples {
		for _, p := range s.Planted {
			c.planted++
			c.all.plant(s, p, elsewhere.String())
			if !kept[p.Value] {
				c.secret++
				c.secrets.plant(s, p, stored.String())
			}
		}
	}
	return c
}

// keptOf returns the planted values that are stored: personal data, which is masked when
// it leaves.
func keptOf(r *redact.Redactor, s redacttest.Sample) (kept []string) {
	x, _ := r.Exchange(&proxy.Exchange{Request: s.Request("https://aa.bank.example/v1")})
	left := x.Request.URL + string(x.Request.Body.Data)
	for _, f := range x.Request.Header {
		left += "\n" + f.Value
	}
	for _, p := range s.Planted {
		if strings.Contains(left, p.Value) {
			kept = append(kept, p.Value)
		}
	}
	return kept
}

// calls are failing calls with the messages of the corpus, each at its own host; the
// answer repeats what was sent, as a string of JSON.
func (c *corpus) calls(t *testing.T) (all []*proxy.Exchange) {
	t.Helper()
	for i, s := range c.samples {
		x := &proxy.Exchange{ID: fmt.Sprintf("01JDCE%020d", i), Start: drafttest.Start().Add(time.Duration(i) * time.Second), Request: s.Request("https://" + letters(i) + ".bank.example/v1")}
		said := map[string]string{"codigo": "E1", "mensagem": "falha interna"}
		if s.Kind != "url" && !s.Fields() && !strings.HasPrefix(s.Kind, "multipart") {
			said["recebido"] = s.Text
		}
		body, err := json.Marshal(said)
		if err != nil {
			t.Fatal(err)
		}
		x.Response = &proxy.Response{Status: 500, Proto: "HTTP/1.1", Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, Body: proxy.Body{Data: body, Size: int64(len(body)), Complete: true}}
		all = append(all, x)
	}
	return all
}

// letters is a number in letters, which no rule takes for an id.
func letters(i int) string { return string([]rune{rune('a' + i/26%26), rune('a' + i%26)}) }

// capture takes the calls into a data folder as traffic is, and returns what was logged.
func (c *corpus) capture(t *testing.T, s *store.Store, o ...redact.Option) string {
	t.Helper()
	rules, err := judge.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	country, err := locate.ParseCountry("BR")
	if err != nil {
		t.Fatal(err)
	}
	var logged bytes.Buffer
	r := record.Start(record.NewPipeline(&locate.Locator{Country: country}, rules, nil, o...), s, zerolog.New(&logged))
	for _, x := range c.calls(t) {
		r.Observe(x)
	}
	if err := r.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if counts := r.Counts(); counts.Calls != int64(len(c.samples)) || counts.Failures != counts.Calls {
		t.Fatalf("of %d calls: %+v", len(c.samples), counts)
	}
	return logged.String()
}

// TestNoPlantedValueIsLeftAnywhere takes the corpus, or a share of it, the whole way: from
// the traffic into the data folder, into drafts in all forms, bundles, and what a portal gets.
func TestNoPlantedValueIsLeftAnywhere(t *testing.T) {
	c := plantedCorpus(t)
	if c.planted < 800/share || c.secret < 400/share {
		t.Fatalf("only %d values are planted, of which %d are secrets", c.planted, c.secret)
	}
	folder := t.TempDir()
	s, err := store.Open(t.Context(), filepath.Join(folder, "flagrante.db"))
	if err != nil {
		t.Fatal(err)
	}
	key := redact.WithKey([]byte("0123456789abcdef0123456789abcdef"))
	logged := c.capture(t, s, key)
	c.all.in(t, "log", []byte(logged))
	way := newLeaving(t, s, redact.New(key))
	drafts := drafttest.All(t, drafttest.Drafts(t, s, way.settings))
	if len(drafts) < len(c.samples)*9/10 {
		t.Fatalf("%d calls became %d drafts", len(c.samples), len(drafts))
	}
	for i, d := range drafts {
		way.send = i%3 == 0
		for name, data := range way.leave(t, d) {
			c.all.in(t, d.Evidence.Last.Endpoint+" "+name, data)
		}
	}
	if way.held > 0 {
		t.Errorf("the gate holds back %d of %d drafts in which nothing is left", way.held, len(drafts))
	}
	c.secrets.in(t, "rows", rows(t, s))
	c.secrets.in(t, "files", files(t, folder))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c.secrets.in(t, "files at the end", files(t, folder))
	t.Logf("%d values, of which %d are secrets", c.planted, c.secret)
}
