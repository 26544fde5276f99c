package drafttest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"flagrante/draft"
	. "flagrante/draft/drafttest"
	"flagrante/draft/text"
)

// played is a call of a random recording, and when it is made.
type played struct {
	at   time.Duration
	call Call
}

// random makes the calls of some minutes to some endpoints of one host, of which some
// share fails. Each is another business, so that none is a retry of another one.
func random(g *rand.Rand) []played {
	endpoints := []Call{pix, boletos, saldo, ted, token}[:1+g.IntN(5)]
	failing := g.Float64()
	var all []played
	at := time.Duration(0)
	for range 1 + g.IntN(40) {
		at += time.Duration(1+g.IntN(40)) * time.Second
		c := endpoints[g.IntN(len(endpoints))]
		if g.Float64() < failing {
			c = broken(g, c)
		}
		all = append(all, played{at, c})
	}
	return all
}

// broken returns the call with one of many ways to fail.
func broken(g *rand.Rand, c Call) Call {
	if g.IntN(6) == 0 {
		return lost(c, []string{"net::ERR_CONNECTION_RESET", "net::ERR_TIMED_OUT", "net::ERR_NAME_NOT_RESOLVED"}[g.IntN(3)], 900*time.Millisecond)
	}
	status := []int{400, 401, 403, 404, 422, 429, 500, 502, 503, 503, 503}[g.IntN(11)]
	return but(c, status, fmt.Sprintf(`{"codigo":"E%d","mensagem":"falha %d"}`, status, status))
}

// tape records the calls in the order in which they are given, each at its own time,
// with a number that stays with it.
func tape(host string, all []played) *Tape {
	t := New(host)
	for _, p := range all {
		t.Now = Start().Add(p.at)
		number := fmt.Sprint(int64(1000000 + p.at/time.Millisecond))
		c := p.call
		c.Path, c.Body = strings.ReplaceAll(c.Path, "%d", number), strings.ReplaceAll(c.Body, "%d", number)
		if !strings.Contains(c.Path, number) && c.Body == "" {
			c.Path += "?n=" + number
		}
		c.Answer = strings.ReplaceAll(c.Answer, "%d", number)
		t.Add(1, c)
	}
	return t
}

// said is what a draft says that must not depend on the order of arrival.
type said struct {
	Title, Endpoint   string
	Severity          draft.Severity
	Side              draft.Side
	Count             int64
	First, Last       time.Time
	Fired             []string
	Category, Missing string
}

// drafts imports recordings, and returns the drafts by their IDs.
func drafts(t *testing.T, recordings [][]byte) map[string]draft.Draft {
	t.Helper()
	all := map[string]draft.Draft{}
	for _, d := range All(t, Drafts(t, Import(t, recordings...), Settings(t, draft.Portuguese))) {
		all[d.ID] = d
	}
	return all
}

func summary(d draft.Draft) said {
	s := said{
		Title: d.Title, Endpoint: d.Evidence.Group.Endpoint, Severity: d.Severity.Value, Side: d.Side.Value, Category: d.Category,
		Count: d.Evidence.Group.Count, First: d.Evidence.Group.FirstSeen, Last: d.Evidence.Group.LastSeen,
	}
	for _, r := range d.Rules {
		if r.Fired {
			s.Fired = append(s.Fired, r.ID)
		}
	}
	for _, i := range d.Checklist {
		if i.State == draft.Missing {
			s.Missing += i.Item + " "
		}
	}
	return s
}

const tries = 10

func TestTheOrderOfArrivalDoesNotMatter(t *testing.T) {
	g := rand.New(rand.NewPCG(11, 12))
	var recorded, shuffled [][]byte
	for i := range tries {
		host := fmt.Sprintf("api.banco%d.com.br", i)
		all := random(g)
		if i%2 == 0 {
			all = eras(g)
		}
		recorded = append(recorded, tape(host, all).HAR(t))
		g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		shuffled = append(shuffled, tape(host, all).HAR(t))
	}
	g.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	summaries := func(recordings [][]byte) map[string]said {
		all := map[string]said{}
		for id, d := range drafts(t, recordings) {
			all[id] = summary(d)
		}
		return all
	}
	want := summaries(recorded)
	if len(want) < tries {
		t.Fatalf("only %d drafts", len(want))
	}
	if diff := cmp.Diff(want, summaries(shuffled)); diff != "" {
		t.Errorf("in order (-) and shuffled (+):\n%s", diff)
	}
}

func TestMoreFailuresNeverLowerTheSeverityOfADraft(t *testing.T) {
	g := rand.New(rand.NewPCG(13, 14))
	var fewer, more [][]byte
	for i := range tries {
		host := fmt.Sprintf("api.banco%d.com.br", i)
		all := random(g)
		fewer = append(fewer, tape(host, all).HAR(t))
		end := all[len(all)-1].at
		failing := slices.DeleteFunc(slices.Clone(all), func(p played) bool { return p.call.Status > 0 && p.call.Status < 400 })
		for range 1 + g.IntN(6) {
			if len(failing) == 0 {
				break
			}
			// Within the window of every draft: one that moves is about another time.
			p := failing[g.IntN(len(failing))]
			p.at += time.Duration(1+g.IntN(999)) * time.Millisecond
			if p.at < end {
				all = append(all, p)
			}
		}
		slices.SortStableFunc(all, func(a, b played) int { return int(a.at - b.at) })
		more = append(more, tape(host, all).HAR(t))
	}
	grown := Drafts(t, Import(t, more...), Settings(t, draft.Portuguese))
	order := []draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical}
	for id, before := range drafts(t, fewer) {
		after, err := grown.Draft(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if slices.Index(order, after.Severity.Value) < slices.Index(order, before.Severity.Value) {
			t.Errorf("%s: %s became %s\n%+v\n%+v", before.Title, before.Severity.Value, after.Severity.Value, summary(before), summary(after))
		}
	}
}

// planted are values that must not be in any form of a ticket.
func planted() []string {
	return []string{"529.982.247-25", "52998224725", "maria.quiteria@correio.com.br", "4539578763621486", "11.222.333/0001-81", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJsb2phIn0.c2lnbmF0dXJl", "hunter2-s3nh4-f0rt3"}
}

func TestNoPlantedValueAndNothingActiveLeavesTheWholeWay(t *testing.T) {
	g := rand.New(rand.NewPCG(15, 16))
	var recorded [][]byte
	for i := range tries {
		recorded = append(recorded, New(fmt.Sprintf("api.banco%d.com.br", i)).Add(3, poisoned(g)).HAR(t))
	}
	store := Import(t, recorded...)
	for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
		settings := Settings(t, lang)
		all := All(t, Drafts(t, store, settings))
		if len(all) < tries/2 {
			t.Fatalf("only %d drafts", len(all))
		}
		for _, d := range all {
			for form, ticket := range forms(t, d, text.Options{Profile: settings.Profile, Lang: lang, Zone: settings.Zone}) {
				for _, value := range planted() {
					if i := strings.Index(ticket, value); i >= 0 {
						t.Errorf("%s of %s has %q: …%q", form, d.Title, value, ticket[max(0, i-60):i+len(value)])
					}
				}
				if form == "html" {
					inert(t, ticket)
				}
			}
		}
	}
}

// poisoned is a failing call with planted values and markup in all places.
func poisoned(g *rand.Rand) Call {
	markup := []string{"<script>alert(1)</script>", "![](http://evil.example/x)", "[a](javascript:b)", "<img src=x onerror=y>", "`", "<!--", "**", "{steps}"}
	some := func() string { return markup[g.IntN(len(markup))] }
	person := func() string { return planted()[g.IntN(5)] }
	secret := planted()[5+g.IntN(2)]
	c := Call{
		Path: "/v1/clientes/" + strings.ReplaceAll(person(), "/", "%2F") + "?cpf=52998224725&token=" + secret, Status: []int{400, 404, 422, 500, 503}[g.IntN(5)],
		Header:   []string{"X-Cliente", person(), "Cookie", "sessao=" + secret, "X-Nota", some()},
		Body:     `{"cliente":` + quoted("obs "+person()+" "+some()) + `,"senha":` + quoted(secret) + `,"cpf":"529.982.247-25","email":"maria.quiteria@correio.com.br"}`,
		Answered: []string{"X-Request-Id", "r-%d", "Set-Cookie", "sessao=" + secret + "; Path=/", "X-Msg", some()},
		Answer:   `{"codigo":` + quoted("E1 "+some()) + `,"mensagem":` + quoted("cliente "+person()+" recusado "+some()) + `,"dados":[{"cpf":"52998224725"},{"cartao":"4539578763621486"}]}`,
	}
	if g.IntN(3) == 0 {
		c.Type, c.Answer = "text/html", "<html><body>"+some()+" CPF 529.982.247-25 "+some()+"</body></html>"
	}
	return c
}

func quoted(s string) string {
	data, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(data)
}

func forms(t *testing.T, d draft.Draft, o text.Options) map[string]string {
	t.Helper()
	fragment, err := text.HTML(d, o)
	if err != nil {
		t.Fatal(err)
	}
	object, err := json.Marshal(text.DraftObject(d, o))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"html": fragment, "markdown": text.Markdown(d, o), "text": text.Plain(d, o), "json": string(object)}
}

// inert fails the test where a fragment has an element that acts or loads, or an
// attribute besides those of lists and of the syntax of a fence.
func inert(t *testing.T, fragment string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(fragment))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		switch token.Type {
		case html.TextToken:
			continue
		case html.CommentToken, html.DoctypeToken:
			t.Errorf("the ticket has %q", token)
		}
		if !slices.Contains([]string{"h1", "h2", "h3", "p", "ul", "ol", "li", "strong", "code", "pre"}, token.Data) {
			t.Errorf("the ticket has the element %q", token)
		}
		for _, a := range token.Attr {
			if a.Key != "start" && (a.Key != "class" || !strings.HasPrefix(a.Val, "language-")) {
				t.Errorf("the ticket has the attribute %q", token)
			}
		}
	}
}
