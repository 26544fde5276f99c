package export

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

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
	// patience is how long the Exporter waits for an answer.
	patience time.Duration
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
		v.between(func() {
			if len(v.breaches) > 0 {
				t.Errorf("breaches of the contract:\n%s", strings.Join(v.breaches, "\n"))
			}
		})
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
		Now:     func() time.Time { return time.Date(2026, 11, 23, 14, 0, 0, 0, time.UTC) }, Patience: c.patience,
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
	c.compare(t, parcel, v.sales())
	if c.deaf {
		return
	}
	if again := goOn(t, x, parcel, Progress{}, false); !again.Found || again.Ticket() != c.ticket || len(v.sales()) != 1 {
		t.Errorf("the second time: %+v, and %d tickets", again, len(v.sales()))
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
			value = expand(text, values{text: parcel.Text, list: parcel.Lists}, verbatim)
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
	v.between(func() { v.lose = true })
	result := deliver(t, x, sample())
	want := draft.ReceiptSent
	if c.deaf {
		want = draft.ReceiptUnknown
	}
	if result.State != want || len(v.sales()) != 1 || !c.deaf && result.Ticket() != c.ticket {
		t.Errorf("got %+v and %d tickets", result, len(v.sales()))
	}
}

func (c contract) wrongToken(t *testing.T) {
	v, x, _ := c.start(t, otherToken, nil)
	result := deliver(t, x, sample())
	if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, "401") || len(v.sales()) != 0 {
		t.Errorf("got %+v and %d tickets", result, len(v.sales()))
	}
	if strings.Contains(result.Text, otherToken) {
		t.Errorf("it shows the token: %s", result.Text)
	}
	v.between(func() { v.breaches = nil })
}

func (c contract) refused(t *testing.T) {
	d := sample()
	v, x, _ := c.start(t, rightToken, func(p *Portal) { c.breaks(&d, p) })
	result := deliver(t, x, d)
	if result.State != draft.ReceiptFailed || !strings.Contains(result.Text, c.says) || len(v.sales()) != 0 {
		t.Errorf("got %+v and %d tickets\nwant … %s …", result, len(v.sales()), c.says)
	}
}

func (c contract) drops(t *testing.T) {
	if c.unread {
		return
	}
	v, x, _ := c.start(t, rightToken, nil)
	v.between(func() { v.mute = c.muted })
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
	if len(v.sales()) != 1 {
		t.Fatalf("got %+v", result)
	}
	if recipe.Can(doStatus) {
		for word, closed := range map[string]bool{c.open: false, c.closed: true} {
			v.between(func() { v.tickets[0].state = word })
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
		if err := x.Comment(t.Context(), ticket, "de novo", true); err != nil || v.sales()[0].state != c.open {
			t.Errorf("error %v, and the state is %s, want %s", err, v.sales()[0].state, c.open)
		}
		want = append(want, "de novo")
	}
	if diff := cmp.Diff(want, v.sales()[0].comments); diff != "" {
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
