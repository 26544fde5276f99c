package export

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

// The secrets of the vendors of these tests.
const (
	rightToken = "whsec_c2VncmVkby1kb3MtdGVzdGVz"
	otherToken = "whsec_b3V0cm8tc2VncmVkbw"
)

// vendor is a portal that holds to its published contract. What a request breaks of it
// is noted, beside the answer that the contract has for that.
type vendor struct {
	mu       sync.Mutex
	tickets  []*sold
	uploads  map[string]kept
	breaches []string
	// before may answer a request instead; it reports whether it did.
	before func(w http.ResponseWriter, r *http.Request) bool
	// lose ends the connection after the next create.
	lose bool
	// mute has the vendor keep no value of this field, though it says that all is well.
	mute string
}

// sold is a ticket of a vendor.
type sold struct {
	id       int
	fields   map[string]any
	files    []kept
	comments []string
	state    string
}

// kept is a file as a vendor has it.
type kept struct {
	name, kind string
	data       []byte
}

func (k kept) digest() string { return fmt.Sprintf("%x", sha256.Sum256(k.data)) }

// breach notes what a request broke.
func (v *vendor) breach(r *http.Request, format string, args ...any) {
	v.breaches = append(v.breaches, r.Method+" "+r.URL.Path+": "+fmt.Sprintf(format, args...))
}

// object reads a JSON body, which has to be announced as one, and allows these members
// alone.
func (v *vendor) object(r *http.Request, members ...string) map[string]any {
	body := map[string]any{}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		v.breach(r, "the content type is %q", r.Header.Get("Content-Type"))
		return body
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		v.breach(r, "no JSON: %v", err)
	}
	v.only(r, body, members...)
	return body
}

func (v *vendor) only(r *http.Request, object map[string]any, members ...string) {
	for name := range object {
		if !slices.Contains(members, name) {
			v.breach(r, "the contract has no member %q", name)
		}
	}
}

// member returns the object under a name, which allows these members alone.
func (v *vendor) member(r *http.Request, object map[string]any, name string, members ...string) map[string]any {
	inner, ok := object[name].(map[string]any)
	if !ok {
		v.breach(r, "%s is no object but %T", name, object[name])
	}
	v.only(r, inner, members...)
	return inner
}

// query checks that a request asks for exactly that.
func (v *vendor) query(r *http.Request, want map[string]string) {
	got := map[string]string{}
	for name := range r.URL.Query() {
		// A check looks for a fingerprint that is nowhere.
		got[name] = strings.ReplaceAll(r.URL.Query().Get(name), "v0-0000000000", "v1:3c1f")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		v.breach(r, "query (-contract +request):\n%s", diff)
	}
}

// form reads a multipart body: its texts by name, and the files of one name.
func (v *vendor) form(r *http.Request, files string) (texts map[string]string, list []kept) {
	texts = map[string]string{}
	reader, err := r.MultipartReader()
	if err != nil {
		v.breach(r, "no form: %v", err)
		return texts, nil
	}
	for {
		part, err := reader.NextPart()
		if err != nil {
			return texts, list
		}
		data, err := io.ReadAll(part)
		switch {
		case err != nil:
			v.breach(r, "a part breaks off: %v", err)
		case part.FormName() == files && part.FileName() != "":
			list = append(list, kept{part.FileName(), part.Header.Get("Content-Type"), data})
		default:
			texts[part.FormName()] = string(data)
		}
	}
}

// raw reads a body that is a file.
func (v *vendor) raw(r *http.Request, name string) kept {
	data, err := io.ReadAll(r.Body)
	if err != nil || r.Header.Get("Content-Type") == "" || name == "" {
		v.breach(r, "the file %q of the type %q: %v", name, r.Header.Get("Content-Type"), err)
	}
	return kept{name, r.Header.Get("Content-Type"), data}
}

// unpacked decodes base64.
func (v *vendor) unpacked(r *http.Request, name, kind, data string) kept {
	plain, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		v.breach(r, "the file %s is no base64: %v", name, err)
	}
	return kept{name, kind, plain}
}

// add makes a ticket of the fields that have a value.
func (v *vendor) add(fields map[string]any, files ...kept) *sold {
	for name, value := range fields {
		if value == nil || value == "" || name == v.mute {
			delete(fields, name)
		}
	}
	t := &sold{id: 100 + len(v.tickets), fields: fields, files: files, state: "new"}
	v.tickets = append(v.tickets, t)
	return t
}

// made answers a create, unless its answer is to be lost.
func (v *vendor) made(w http.ResponseWriter, status int, body any) {
	if v.lose {
		v.lose = false
		panic(http.ErrAbortHandler)
	}
	v.give(w, status, body)
}

func (v *vendor) give(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	answer(w, status, body)
}

// of returns the ticket of a number, nil when there is none.
func (v *vendor) of(number string) *sold {
	for _, t := range v.tickets {
		if fmt.Sprint(t.id) == strings.TrimLeft(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-0") {
			return t
		}
	}
	return nil
}

// upload keeps a file under a token of its own.
func (v *vendor) upload(file kept) (token string) {
	token = fmt.Sprintf("up%d", len(v.uploads)+1)
	if v.uploads == nil {
		v.uploads = map[string]kept{}
	}
	v.uploads[token] = file
	return token
}

// taken returns the uploaded files of a list of tokens, which are used up then.
func (v *vendor) taken(r *http.Request, tokens any) (files []kept) {
	list, _ := tokens.([]any)
	for _, token := range list {
		file, ok := v.uploads[fmt.Sprint(token)]
		if !ok {
			v.breach(r, "nothing was uploaded as %v", token)
		}
		delete(v.uploads, fmt.Sprint(token))
		files = append(files, file)
	}
	return files
}

// listed writes the files of a ticket as a list of objects.
func listed(files []kept, name, size string) []any {
	list := []any{}
	for i, f := range files {
		item := map[string]any{"id": i + 1, name: f.name}
		if size != "" {
			item[size] = len(f.data)
		}
		list = append(list, item)
	}
	return list
}

// contract is a recipe with the vendor that it is for.
type contract struct {
	recipe string
	portal Portal
	routes func(v *vendor) http.Handler
	// fields are those of the sample's ticket; a func checks a value.
	fields map[string]any
	// ticket is the number of the first one, link its page below the portal's address, anywhere
	// when it begins with https, or none.
	ticket, link string
	// unread says that the vendor can't be read back, and deaf that it can't be searched.
	unread, deaf bool
	// dropped is what the vendor can't take of the sample.
	dropped []string
	// closed and open are the vendor's words.
	closed, open string
	// breaks makes the sample one that the vendor refuses, who says says then.
	breaks func(*draft.Draft, *Portal)
	says   string
	// muted is the field that the vendor forgets in a test, and told how the receipt calls it.
	muted, told string
	// lang is that of messages, English when it is empty.
	lang draft.Lang
}

// start runs the vendor, and an Exporter for it with a token.
func (c contract) start(t *testing.T, token string, change func(*Portal)) (*vendor, *Exporter, string) {
	t.Helper()
	v := &vendor{}
	routes := c.routes(v)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.before == nil || !v.before(w, r) {
			routes.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() {
		if len(v.breaches) > 0 {
			t.Errorf("breaches of the contract:\n%s", strings.Join(v.breaches, "\n"))
		}
	})
	p := c.portal
	p.Recipe, p.URL, p.TokenEnv, p.AllowPrivate = c.recipe, server.URL+p.URL, "TOKEN", true
	if p.Requestor == "" {
		p.Requestor = "qa@integrator.example"
	}
	p.Set = map[string]string{}
	for name, value := range c.portal.Set {
		p.Set[name] = strings.ReplaceAll(value, "BASE", server.URL)
	}
	if change != nil {
		change(&p)
	}
	written := writing(t)
	written.Lang = or(c.lang, draft.English)
	x, err := New(Options{
		Portals: map[string]Portal{"bank": p}, Text: written, Gate: lastGate(),
		Secrets: Sources{Env: func(name string) (string, bool) { return map[string]string{"TOKEN": token, "APP": "app-1"}[name], true }},
		Now:     func() time.Time { return time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return v, x, server.URL
}

func TestRecipesHoldToTheContractsOfTheirPortals(t *testing.T) {
	for _, c := range contracts() {
		t.Run(c.recipe, func(t *testing.T) {
			t.Parallel()
			t.Run("one ticket, whole", c.whole)
			t.Run("a lost answer", c.lost)
			t.Run("a wrong token", c.wrongToken)
			t.Run("refused", c.refused)
			t.Run("what is dropped", c.drops)
			t.Run("state and comments", c.later)
		})
	}
}

func (c contract) whole(t *testing.T) {
	v, x, base := c.start(t, rightToken, nil)
	checked, err := x.Check(t.Context(), "bank")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range checked {
		if step.Text != "" {
			t.Errorf("check: %+v", step)
		}
	}
	parcel, preview, err := x.Pack("bank", sample(), []File{{Name: "ecrã “1”.png", Type: "image/png", Data: []byte("\x89PNG\r\n\x1a\n\x00\xff"), Checked: true}})
	if err != nil || preview.Missing != nil || preview.Findings != nil {
		t.Fatalf("%v, missing %v, findings %v", err, preview.Missing, preview.Findings)
	}
	result := goOn(t, x, parcel, Progress{}, false)
	link := c.link
	if link != "" && !strings.HasPrefix(link, "https:") {
		link = base + link
	}
	if result.State != draft.ReceiptSent || result.Ticket() != c.ticket || result.URL != link || result.Notes != nil || result.Dropped != nil {
		t.Fatalf("got %+v\nwant the ticket %s at %s", result, c.ticket, link)
	}
	if diff := cmp.Diff(c.dropped, parcel.Dropped); diff != "" {
		t.Errorf("dropped before (-want +got):\n%s", diff)
	}
	c.compare(t, parcel, v.tickets)
	if c.deaf {
		return
	}
	if again := goOn(t, x, parcel, Progress{}, false); !again.Found || again.Ticket() != c.ticket || len(v.tickets) != 1 {
		t.Errorf("the second time: %+v, and %d tickets", again, len(v.tickets))
	}
}

// compare checks what the vendor has.
func (c contract) compare(t *testing.T, parcel Parcel, tickets []*sold) {
	t.Helper()
	if len(tickets) != 1 {
		t.Fatalf("the vendor has %d tickets", len(tickets))
	}
	want := map[string]any{}
	for name, value := range c.fields {
		if text, ok := value.(string); ok {
			value = expand(text, values{parcel.Text, parcel.Lists}, verbatim)
		}
		want[name] = value
	}
	if diff := cmp.Diff(want, tickets[0].fields); diff != "" {
		t.Errorf("fields (-want +stored):\n%s", diff)
	}
	files, stored := []string{}, []string{}
	for _, f := range parcel.Files {
		files = append(files, f.Name+" "+kept{data: f.Data}.digest())
	}
	for _, f := range tickets[0].files {
		stored = append(stored, f.name+" "+f.digest())
	}
	if diff := cmp.Diff(files, stored); diff != "" {
		t.Errorf("files (-sent +stored):\n%s", diff)
	}
}

// lost has the answer to the create lost: it is found, or a person is asked.
func (c contract) lost(t *testing.T) {
	v, x, _ := c.start(t, rightToken, nil)
	v.lose = true
	result := deliver(t, x, sample())
	want := draft.ReceiptSent
	if c.deaf {
		want = draft.ReceiptUnknown
	}
	if result.State != want || len(v.tickets) != 1 || !c.deaf && result.Ticket() != c.ticket {
		t.Errorf("got %+v and %d tickets", result, len(v.tickets))
	}
}

func (c contract) wrongToken(t *testing.T) {
	v, x, _ := c.start(t, otherToken, nil)
	result := deliver(t, x, sample())
	if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, "401") || len(v.tickets) != 0 {
		t.Errorf("got %+v and %d tickets", result, len(v.tickets))
	}
	if strings.Contains(result.Text, otherToken) {
		t.Errorf("it shows the token: %s", result.Text)
	}
	v.breaches = nil
}

func (c contract) refused(t *testing.T) {
	d := sample()
	v, x, _ := c.start(t, rightToken, func(p *Portal) { c.breaks(&d, p) })
	result := deliver(t, x, d)
	if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, c.says) || len(v.tickets) != 0 {
		t.Errorf("got %+v and %d tickets\nwant … %s …", result, len(v.tickets), c.says)
	}
}

func (c contract) drops(t *testing.T) {
	if c.unread {
		return
	}
	v, x, _ := c.start(t, rightToken, nil)
	v.mute = c.muted
	result := deliver(t, x, sample())
	if diff := cmp.Diff([]string{c.told}, result.Dropped); diff != "" || result.State != draft.ReceiptSent {
		t.Errorf("%s, dropped (-want +got):\n%s", result.State, diff)
	}
}

func (c contract) later(t *testing.T) {
	v, x, _ := c.start(t, rightToken, nil)
	result := deliver(t, x, sample())
	ticket := TicketRef{Portal: "bank", Ticket: result.Ticket(), Text: result.Captured}
	_, recipe, _ := x.Portal("bank")
	if len(v.tickets) != 1 {
		t.Fatalf("got %+v", result)
	}
	if recipe.Can(doStatus) {
		for word, closed := range map[string]bool{c.open: false, c.closed: true} {
			v.tickets[0].state = word
			state, err := x.Status(t.Context(), ticket)
			if err != nil || state.Word != word || state.Closed != closed {
				t.Errorf("the state %s is %+v, error %v", word, state, err)
			}
		}
		if _, err := x.Status(t.Context(), TicketRef{Portal: "bank", Ticket: "999"}); err == nil {
			t.Error("a ticket that is not there has a state")
		}
	}
	if !recipe.Can(doComment) {
		return
	}
	if err := x.Comment(t.Context(), ticket, "mais 3 falhas", false); err != nil {
		t.Error(err)
	}
	want := []string{"mais 3 falhas"}
	if recipe.Can(doReopen) {
		if err := x.Comment(t.Context(), ticket, "de novo", true); err != nil || v.tickets[0].state != c.open {
			t.Errorf("error %v, and the state is %s, want %s", err, v.tickets[0].state, c.open)
		}
		want = append(want, "de novo")
	}
	if diff := cmp.Diff(want, v.tickets[0].comments); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
}

// or returns the first language that is one.
func or(lang, otherwise draft.Lang) draft.Lang {
	if lang == "" {
		return otherwise
	}
	return lang
}
