package export

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"flagrante/draft"
)

// odd is a portal whose answers are written down, by method and path. What is asked for
// under a key that is not there is answered by 404.
type odd struct {
	mu      sync.Mutex
	answers map[string][]reply
	// got are the requests, in order, each with its query and its body.
	got []string
}

func (o *odd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.got = append(o.got, r.Method+" "+r.URL.RequestURI()+" "+string(body))
	key := r.Method + " " + r.URL.EscapedPath()
	list := o.answers[key]
	if len(list) == 0 {
		http.NotFound(w, r)
		return
	}
	// The last answer holds for all that follow.
	if len(list) > 1 {
		o.answers[key] = list[1:]
	}
	for name, values := range list[0].header {
		w.Header()[name] = values
	}
	w.WriteHeader(list[0].status)
	w.Write(list[0].body)
}

// says is an answer in JSON.
func says(status int, body string) reply {
	return reply{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: []byte(body)}
}

// leads is a redirect.
func leads(status int, to string) reply {
	return reply{status: status, header: http.Header{"Location": {to}}}
}

// asked returns the requests that begin like that.
func (o *odd) asked(begin string) (list []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, request := range o.got {
		if strings.HasPrefix(request, begin) {
			list = append(list, request)
		}
	}
	return list
}

// startOdd runs a portal with these answers, and an Exporter whose recipe has these steps.
func startOdd(t *testing.T, head, steps string, answers map[string][]reply) (*odd, *Exporter) {
	t.Helper()
	portal := &odd{answers: answers}
	server := httptest.NewServer(portal)
	t.Cleanup(server.Close)
	recipe := "name: odd\ncontract: https://odd.example/docs\ntext: text.plain\nheader: {X-Token: \"{secret}\"}\n" + head + "\nsteps:\n" + steps
	return portal, ownPortal(t, []byte(recipe), Portal{URL: server.URL, Attach: []string{}})
}

const oddCreate = `
  - do: create
    method: POST
    path: /tickets
    json: {title: "{title}", key: "{fingerprint}"}
    ok: [200, 201, 302]
    capture: {ticket: /id}
`

// What an answer must say stands beside the list in which a look-up searches, and holds
// whether something is found there or not.
func TestWhatIsExpectedStandsBesideTheList(t *testing.T) {
	const lookup = `
  - do: lookup
    method: GET
    path: /tickets
    ok: [200]
    expect: {/ok: "true"}
    find: {in: /list, where: {/key: "{fingerprint}"}}
    capture: {ticket: /id}
`
	for _, test := range []struct {
		name, list string
		state      draft.ReceiptState
		ticket     string
		creates    int
	}{
		{"found", `{"ok": true, "list": [{"id": 7, "key": "` + sample().Fingerprint + `"}]}`, draft.ReceiptSent, "7", 0},
		{"not found", `{"ok": true, "list": []}`, draft.ReceiptSent, "9", 1},
		{"refused", `{"ok": false, "list": []}`, draft.ReceiptFailed, "", 0},
		{"refused without a list", `{"ok": false}`, draft.ReceiptFailed, "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			portal, x := startOdd(t, "", lookup+oddCreate, map[string][]reply{"GET /tickets": {says(200, test.list)}, "POST /tickets": {says(201, `{"id": 9}`)}})
			result := deliver(t, x, sample())
			if result.State != test.state || result.Ticket() != test.ticket || len(portal.asked("POST")) != test.creates {
				t.Errorf("got %s, ticket %q (%s), asked %q", result.State, result.Ticket(), result.Text, portal.got)
			}
		})
	}
}

// Names and pointers are texts as well.
func TestVariablesInNamesAndPointers(t *testing.T) {
	const steps = `
  - do: lookup
    method: GET
    path: /tickets
    query: {"cf_{field}": "{fingerprint}"}
    ok: [200]
    find: {in: "/by/{field}", where: {"/f{field}": "{fingerprint}"}}
    capture: {ticket: /id}
  - do: create
    method: POST
    path: /tickets
    fields: {"f[{field}]": "{fingerprint}"}
    ok: [201]
    capture: {ticket: "/made/{field}/id"}
  - do: verify
    method: GET
    path: /tickets/{ticket}
    ok: [200]
    expect: {"/bugs/{ticket}/ok": "true"}
    compare: {Key: {at: "/bugs/{ticket}/key", want: "{fingerprint}"}}
`
	mark := sample().Fingerprint
	inAddress := url.QueryEscape(mark)
	portal, x := startOdd(t, `settings: {field: "7"}`, steps, map[string][]reply{
		"GET /tickets":    {says(200, `{"by": {"7": []}}`), says(200, `{"by": {"7": [{"id": 5, "f7": "`+mark+`"}]}}`)},
		"POST /tickets":   {says(201, `{"made": {"7": {"id": 9}}}`)},
		"GET /tickets/9":  {says(200, `{"bugs": {"9": {"ok": true, "key": "`+mark+`"}}}`)},
		"GET /tickets/10": {says(200, `{}`)},
	})
	result := deliver(t, x, sample())
	if result.State != draft.ReceiptSent || result.Ticket() != "9" || len(result.Dropped)+len(result.Notes) > 0 {
		t.Errorf("got %+v", result)
	}
	if again := deliver(t, x, sample()); again.Ticket() != "5" || !again.Found {
		t.Errorf("the second time: %+v", again)
	}
	if got := portal.asked("GET /tickets?cf_7=" + inAddress); len(got) != 2 {
		t.Errorf("looked for by %q", portal.got)
	}
	if got := portal.asked("POST"); len(got) != 1 || !strings.HasSuffix(got[0], " f%5B7%5D="+inAddress) {
		t.Errorf("created by %q", got)
	}
}

func TestAPointerWithAnUnknownVariableIsAMistake(t *testing.T) {
	for _, step := range []string{
		`{do: check, method: GET, path: /, ok: [200], expect: {"/{nope}": "x"}}`,
		`{do: check, method: GET, path: /, ok: [200], find: {in: "/{nope}"}}`,
		`{do: check, method: GET, path: /, ok: [200], query: {"{nope}": "x"}}`,
		`{do: prepare, method: GET, path: /, ok: [200], capture: {a: "/{nope}"}}`,
	} {
		recipe := "name: odd\ntext: text.plain\nsteps:\n  - " + step + oddCreate
		if _, err := ParseRecipe("odd", []byte(recipe)); err == nil || !strings.Contains(err.Error(), "uses {nope}") {
			t.Errorf("%s: %v", step, err)
		}
	}
}

// The id that a sign-in gives may be a number, which a preview can't show.
func TestASecretThatIsANumber(t *testing.T) {
	const steps = `
  - do: auth
    method: POST
    path: /login
    json: {password: "{secret}"}
    ok: [200]
    capture: {uid: /result}
  - do: create
    method: POST
    path: /tickets
    json: {args: [!number "{uid}", "{title}"]}
    ok: [201]
    capture: {ticket: /id}
`
	portal, x := startOdd(t, "", steps, map[string][]reply{"POST /login": {says(200, `{"result": 2}`)}, "POST /tickets": {says(201, `{"id": 9}`)}})
	if result := deliver(t, x, sample()); result.State != draft.ReceiptSent {
		t.Errorf("got %+v", result)
	}
	if got := portal.asked("POST /tickets"); len(got) != 1 || !strings.Contains(got[0], `{"args":[2,"`) {
		t.Errorf("created by %q", got)
	}
}

// Portals count in words, years and queues. Such a number stays one part of an address.
func TestNumbersOfTickets(t *testing.T) {
	for number, link := range map[string]string{"I 2611 107": "I%202611%20107", "000123/2026": "000123%2F2026", "INC-7": "INC-7", "SUP#12": "SUP%2312", "urn:x:9": "urn:x:9"} {
		portal, x := startOdd(t, `link: "{base}/t/{ticket}?a=1"`, oddCreate+`
  - do: status
    method: GET
    path: /tickets/{ticket}
    ok: [200]
    capture: {state: /state}
    closed: [Resolvido]
`, map[string][]reply{"POST /tickets": {says(201, `{"id": "`+number+`"}`)}, "GET /tickets/" + link: {says(200, `{"state": "Resolvido"}`)}})
		result := deliver(t, x, sample())
		if result.State != draft.ReceiptSent || result.Ticket() != number || !strings.HasSuffix(result.URL, "/t/"+link+"?a=1") {
			t.Errorf("%q: %s, ticket %q at %s: %s", number, result.State, result.Ticket(), result.URL, result.Text)
		}
		if state, err := x.Status(t.Context(), TicketRef{Portal: "bank", Ticket: number}); err != nil || !state.Closed {
			t.Errorf("%q: state %+v, error %v, asked %q", number, state, err, portal.got)
		}
	}
	for _, number := range []string{"../admin", "a/../b", "a//b", "7/", "/7", " 7", "7 ", "a\nb", "7'", `7"`, "7?x", "7&x", "<b>", "", strings.Repeat("1", 101)} {
		if IsTicket(number) {
			t.Errorf("%q is taken for the number of a ticket", number)
		}
	}
}

// The same word in another case, or with its accents coded in another way, is the same word.
func TestWordsOfAClosedTicket(t *testing.T) {
	for word, closed := range map[string]bool{"Concluído": true, "CONCLUÍDO": true, "conclui\u0301do": true, " Concluído ": true, "Concluido em parte": false, "Inconcluído": false, "": false} {
		_, x := startOdd(t, "", oddCreate+`
  - do: status
    method: GET
    path: /tickets/{ticket}
    ok: [200]
    capture: {state: /state, other: /id}
    closed: [Concluído]
`, map[string][]reply{"GET /tickets/9": {says(200, `{"id": 9, "state": "`+word+`"}`)}})
		state, err := x.Status(t.Context(), TicketRef{Portal: "bank", Ticket: "9"})
		if state.Closed != closed || (err != nil) != (word == "") {
			t.Errorf("%q: %+v, %v", word, state, err)
		}
	}
}

// A portal of pages says that a session has ended by leading to where people sign in, with a
// status that may also follow a success.
func TestAnEndedSessionThatLeadsToTheSignIn(t *testing.T) {
	const steps = `
  - do: auth
    method: POST
    path: /login
    fields: {senha: "{secret}"}
    ok: [302]
    capture: {session: {header: Set-Cookie, match: 'S=([^;]+)'}}
  - do: create
    method: POST
    path: /tickets
    fields: {titulo: "{title}"}
    ok: [302]
    capture: {ticket: {header: Location, match: '/t/(\d+)$'}}
  - do: comment
    method: POST
    path: /t/{ticket}
    fields: {texto: "{comment}"}
    ok: [302]
`
	session := func(id string) reply {
		return reply{status: 302, header: http.Header{"Location": {"/home"}, "Set-Cookie": {"S=" + id + "; Path=/"}}}
	}
	portal, x := startOdd(t, "", steps, map[string][]reply{
		"POST /login":   {session("a"), session("b")},
		"POST /tickets": {leads(302, "/login?next=%2Ftickets"), leads(302, "/t/9")},
		"POST /t/9":     {leads(302, "/login"), leads(302, "/login")},
	})
	result := deliver(t, x, sample())
	if result.State != draft.ReceiptSent || result.Ticket() != "9" || len(portal.asked("POST /login")) != 2 {
		t.Errorf("got %+v, asked %q", result, portal.got)
	}
	if err := x.Comment(t.Context(), TicketRef{Portal: "bank", Ticket: "9"}, "Mais 3.", false); err == nil || !strings.Contains(err.Error(), "sign-in page") {
		t.Errorf("a comment that never arrived: %v", err)
	}
}
