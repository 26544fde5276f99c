package outbox

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"github.com/rs/zerolog"

	"flagrante/capture/judge"
	"flagrante/capture/locate"
	"flagrante/capture/record"
	"flagrante/capture/redact"
	"flagrante/capture/redact/redacttest"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/drafttest"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// needles are the forms in which planted values could be found, by their first bytes.
type needles map[[5]byte][]needle

type needle struct{ form, value, from string }

func (n needles) add(form, value, from string) {
	if len(form) >= 5 {
		key := [5]byte([]byte(form))
		if !slices.ContainsFunc(n[key], func(known needle) bool { return known.form == form }) {
			n[key] = append(n[key], needle{form, value, from})
		}
	}
}

// plant adds a value in all its forms. One that is short, or stands where nothing is
// planted as well, is looked for together with what stands around it.
func (n needles) plant(s redacttest.Sample, p redacttest.Planted, elsewhere string) {
	value := p.Value
	if len(value) < 6 || strings.Contains(elsewhere, value) {
		value = s.Text[max(0, p.At-12):min(len(s.Text), p.At+len(value)+1)]
	}
	for _, form := range forms(value) {
		n.add(form, p.Value, s.Name)
	}
}

// forms writes a value as it may stand in files and messages.
func forms(v string) []string {
	all := []string{v, url.QueryEscape(v), url.PathEscape(v), html.EscapeString(v), hex.EncodeToString([]byte(v)), strings.ToUpper(hex.EncodeToString([]byte(v)))}
	if quoted, err := json.Marshal(v); err == nil {
		all = append(all, string(quoted[1:len(quoted)-1]))
	}
	var escaped strings.Builder
	for _, unit := range utf16.Encode([]rune(v)) {
		fmt.Fprintf(&escaped, `\u%04x`, unit)
	}
	all = append(all, escaped.String())
	for shift := range 3 {
		for _, coding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			coded := coding.EncodeToString([]byte(strings.Repeat("\x00", shift) + v))
			// What is made of the bytes around the value as well is left out.
			whole := (shift + len(v)) / 3 * 4
			if first := []int{0, 2, 3}[shift]; first < whole {
				all = append(all, coded[first:whole])
			}
		}
	}
	return all
}

// in reports what is found in the bytes of a place.
func (n needles) in(t *testing.T, place string, data []byte) {
	t.Helper()
	for i := 0; i+5 <= len(data); i++ {
		for _, one := range n[[5]byte(data[i:])] {
			if bytes.HasPrefix(data[i:], []byte(one.form)) {
				t.Errorf("%s has %q of %s: …%q", place, one.value, one.from, data[max(0, i-60):min(len(data), i+len(one.form)+20)])
			}
		}
	}
}

// corpus is the corpus, and what is looked for of it: all values, and the secrets.
type corpus struct {
	samples      []redacttest.Sample
	all, secrets needles
	// planted and secret are how many values there are.
	planted, secret int
}

func plantedCorpus(t *testing.T) *corpus {
	t.Helper()
	c := &corpus{samples: redacttest.Read(t, "../../testdata/redact/recall"), all: needles{}, secrets: needles{}}
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

// TestNoPlantedValueIsLeftAnywhere takes the corpus the whole way: from the traffic into
// the data folder, into drafts in all forms, bundles, and what a portal gets.
func TestNoPlantedValueIsLeftAnywhere(t *testing.T) {
	c := plantedCorpus(t)
	if c.planted < 800 || c.secret < 400 {
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
	if way.held*40 > len(drafts) {
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

// leaving are the ways out of a data folder.
type leaving struct {
	*Outbox
	settings compose.Settings
	bundle   export.BundleOptions
	// send is whether drafts are sent to the portal, got is what reached it last.
	send bool
	got  []byte
	// held is how many drafts the gate held back, which is no leak, but a nuisance.
	held int
}

// newLeaving has a portal that reads everything and has no time, so that all stays in
// the outbox as well.
func newLeaving(t *testing.T, s *store.Store, r *redact.Redactor) *leaving {
	t.Helper()
	l := &leaving{settings: drafttest.Settings(t, draft.Portuguese)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			t.Error(err)
		}
		l.got = fmt.Appendf(l.got, "%s\n%v\n%s\n", q.URL, q.Header, body)
		if q.Method == http.MethodPost {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		give(w, http.StatusOK, []any{})
	}))
	t.Cleanup(server.Close)
	l.settings.Redactor = r
	recipe, err := export.ParseRecipe("desk.yaml", []byte(recipe))
	if err != nil {
		t.Fatal(err)
	}
	o := text.Options{Profile: l.settings.Profile, Lang: draft.Portuguese, Zone: l.settings.Zone}
	l.bundle = export.BundleOptions{Text: o, Gate: gate.New(r)}
	clock := func() time.Time { return drafttest.Start().Add(time.Hour) }
	x, err := export.New(export.Options{
		Portals: map[string]export.Portal{"bank": {Recipe: "desk", URL: server.URL, TokenEnv: "TOKEN", AllowPrivate: true, Attach: []string{}}},
		Recipes: map[string]*export.Recipe{recipe.Name: recipe}, Text: o, Gate: l.bundle.Gate,
		Secrets: export.Sources{Env: func(string) (string, bool) { return "s3cret", true }}, Now: clock, Patience: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := 0
	l.Outbox = New(Options{Store: s, Exporter: x, Lang: draft.Portuguese, Now: clock, Holder: "h", NewID: func() string { ids++; return fmt.Sprintf("r-%03d", ids) },
		Draft: func(context.Context, string) (draft.Draft, error) { return draft.Draft{}, fs.ErrNotExist }})
	return l
}

// leave returns a draft in all forms in which it leaves.
func (l *leaving) leave(t *testing.T, d draft.Draft) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
		o := l.bundle.Text
		o.Lang = lang
		page, err := text.HTML(d, o)
		if err != nil {
			t.Fatal(err)
		}
		object, err := json.Marshal(text.DraftObject(d, o))
		if err != nil {
			t.Fatal(err)
		}
		for form, data := range map[string]string{"text": text.Plain(d, o), "md": text.Markdown(d, o), "html": page, "json": string(object)} {
			out["ticket."+form+" "+string(lang)] = []byte(data)
		}
	}
	var b bytes.Buffer
	switch err := export.Bundle(t.Context(), &b, d, l.bundle); {
	case errors.As(err, new(*gate.BlockedError)):
		l.held++
		t.Logf("held back: %v", err)
	case err != nil:
		t.Fatal(err)
	default:
		out["bundle"] = unzipped(t, b.Bytes())
	}
	if l.send {
		out["payload"] = l.payload(t, d)
	}
	return out
}

// payload returns all that a portal got of a draft.
func (l *leaving) payload(t *testing.T, d draft.Draft) []byte {
	t.Helper()
	l.got = nil
	r, err := l.Export(t.Context(), "bank", d, "ana")
	switch held := errors.As(err, new(*gate.BlockedError)); {
	case held && len(l.got) == 0:
	case err != nil || r.State != draft.ReceiptUnknown || len(l.got) < 100:
		t.Errorf("%s: %+v, %v, %d bytes", d.Evidence.Last.Endpoint, r, err, len(l.got))
	}
	return l.got
}

func unzipped(t *testing.T, data []byte) (all []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		content, err := fs.ReadFile(z, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		all = fmt.Appendf(all, "\n%s\n%s", f.Name, content)
	}
	return all
}

// files returns the bytes of all files of a folder.
func files(t *testing.T, folder string) (all []byte) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all = append(append(all, data...), '\n')
		return err
	})
	if err != nil || len(all) < 1<<20 {
		t.Fatalf("%d bytes: %v", len(all), err)
	}
	return all
}

// rows returns all values of all tables, unpacked.
func rows(t *testing.T, s *store.Store) (all []byte) {
	t.Helper()
	decoder, err := zstd.NewReader(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer decoder.Close()
	packed := 0
	for _, table := range column(t, s, `SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`) {
		for _, value := range column(t, s, `SELECT * FROM "`+table+`"`) {
			data := []byte(value)
			if strings.HasPrefix(value, "\x28\xb5\x2f\xfd") {
				packed++
				if data, err = decoder.DecodeAll(data, nil); err != nil {
					t.Fatal(err)
				}
			}
			all = append(append(all, data...), '\n')
		}
	}
	if packed == 0 {
		t.Error("nothing was packed")
	}
	return all
}

// column returns the values of a query's rows, one after the other.
func column(t *testing.T, s *store.Store, query string) (all []string) {
	t.Helper()
	list, err := s.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	names, err := list.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, into := make([][]byte, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for list.Next() {
		if err := list.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			all = append(all, string(v))
		}
	}
	if err := list.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
