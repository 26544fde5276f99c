package export

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// Portals say in many ways that a ticket is not where it was.
func TestWhereATicketWent(t *testing.T) {
	const status = `
  - do: status
    method: GET
    path: /tickets/{ticket}
    ok: [200, 301]
    expect: {/error: ""}
    none: {/error: [NOT_FOUND], /state: [merged]}
    capture: {state: /state, ticket: /id}
    closed: [closed]
`
	byAddress := strings.Replace(status, "ticket: /id", `ticket: {header: Location, match: '/(\w+)$'}`, 1)
	for _, test := range []struct {
		name, steps  string
		answer       reply
		word, ticket string
		gone         bool
		says         string
	}{
		{"there", status, says(200, `{"id": 9, "state": "open"}`), "open", "9", false, ""},
		{"under another number", status, says(200, `{"id": "PIX-12", "state": "closed"}`), "closed", "PIX-12", false, ""},
		{"what is no number", status, says(200, `{"id": "../x", "state": "open"}`), "open", "9", false, ""},
		{"at another address", byAddress, leads(301, "/tickets/12"), "open", "12", false, ""},
		{"at another address, with a page", byAddress, reply{status: 301, header: http.Header{"Location": {"/tickets/12"}, "Content-Type": {"text/html"}}, body: []byte("<p>Moved")}, "open", "12", false, ""},
		{"not found", status, says(404, `{"message": "apagado"}`), "", "", true, "shows no ticket 9"},
		{"gone", status, says(410, ``), "", "", true, "shows no ticket 9"},
		{"not found with 200", status, says(200, `{"error": "NOT_FOUND"}`), "", "", true, "shows no ticket 9"},
		{"merged", status, says(200, `{"id": 9, "state": "Merged"}`), "", "", true, "shows no ticket 9"},
		{"another error with 200", status, says(200, `{"error": "BUSY"}`), "", "", false, "does not say in /error"},
		{"forbidden", status, says(403, `{}`), "", "", false, "forbids it"},
		{"down", status, says(503, `{}`), "", "", false, "in trouble"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, x := startOdd(t, "", oddCreate+test.steps, map[string][]reply{"GET /tickets/9": {test.answer}, "GET /tickets/12": {says(200, `{"state": "open"}`)}})
			state, err := x.Status(t.Context(), TicketRef{Portal: "bank", Ticket: "9"})
			refused, _ := errors.AsType[*RefusedError](err)
			if state.Word != test.word || state.Ticket != test.ticket || (err != nil) != (test.says != "") {
				t.Fatalf("got %+v, error %v", state, err)
			}
			if err != nil && (refused == nil || refused.Gone != test.gone || !strings.Contains(refused.Text, test.says)) {
				t.Errorf("refused: %+v", refused)
			}
		})
	}
}
