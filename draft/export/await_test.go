package export

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"flagrante/draft"
)

// A portal that answers 202 (RFC 9110, 15.3.3) names the ticket later, where it said.
const awaiting = `
  - do: lookup
    method: GET
    path: /tickets
    ok: [200]
    find: {in: /list, where: {/key: "{fingerprint}"}}
    capture: {ticket: /id}
  - do: create
    method: POST
    path: /tickets
    json: {title: "{title}", key: "{fingerprint}"}
    ok: [202]
    capture: {operation: {header: Location, match: '/operations/(\w+)$'}}
  - do: await
    method: GET
    path: /operations/{operation}
    ok: [200]
    none: {/state: [failed]}
    capture: {ticket: /ticket}
  - do: attach
    each: file
    method: POST
    path: /tickets/{ticket}/files
    body: file
    ok: [201]
`

func TestATicketThatIsNamedLater(t *testing.T) {
	taken := reply{status: 202, header: http.Header{"Location": {"/operations/op1"}}}
	busy := says(200, `{"state": "running"}`)
	busy.header.Set("Retry-After", "7")
	ready, failed := says(200, `{"state": "done", "ticket": 9}`), says(200, `{"state": "failed", "error": "sem projeto"}`)
	nothing, there := says(200, `{"list": []}`), says(200, `{"list": [{"id": 9, "key": "`+sample().Fingerprint+`"}]}`)
	for _, test := range []struct {
		name       string
		operations []reply
		lookup     []reply
		// first is how the first run ends, last how the one after it does, when that is the last.
		first, last draft.ReceiptState
		after       time.Duration
		says        string
	}{
		{"at once", []reply{ready}, nil, draft.ReceiptSent, draft.ReceiptSent, 0, ""},
		{"later", []reply{busy, ready}, nil, draft.ReceiptSending, draft.ReceiptSent, 7 * time.Second, "still making"},
		{"never", []reply{busy}, nil, draft.ReceiptSending, draft.ReceiptUnknown, 7 * time.Second, "still making"},
		{"in vain", []reply{failed}, nil, draft.ReceiptFailed, draft.ReceiptFailed, 0, "sem projeto"},
		{"forgotten, and found", []reply{says(404, `{}`)}, []reply{nothing, there}, draft.ReceiptSent, draft.ReceiptSent, 0, ""},
		{"forgotten", []reply{says(404, `{}`)}, nil, draft.ReceiptSending, draft.ReceiptUnknown, 0, "nothing there"},
		{"down for a while", []reply{says(503, `{}`), ready}, nil, draft.ReceiptSending, draft.ReceiptSent, 0, "in trouble"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.lookup == nil {
				test.lookup = []reply{nothing}
			}
			portal, x := startOdd(t, "message: /error\nlink: \"{base}/t/{ticket}\"", awaiting, map[string][]reply{
				"GET /tickets": test.lookup, "POST /tickets": {taken}, "GET /operations/op1": test.operations, "POST /tickets/9/files": {says(201, `{}`)},
			})
			parcel, _, err := x.Pack("bank", sample(), []File{{Name: "a.txt", Type: "text/plain", Data: []byte("um"), Checked: true}})
			if err != nil {
				t.Fatal(err)
			}
			result := goOn(t, x, parcel, Progress{}, false)
			if result.State != test.first || result.After != test.after || !strings.Contains(result.Text, test.says) {
				t.Fatalf("got %s after %s: %s", result.State, result.After, result.Text)
			}
			if result.State == draft.ReceiptSending {
				result = goOn(t, x, parcel, result.Progress, true)
			}
			if result.State != test.last || (result.State == draft.ReceiptSent) != (len(portal.asked("POST /tickets/9/files")) == 1) {
				t.Errorf("then %s: %s; asked %q", result.State, result.Text, portal.got)
			}
			if n := len(portal.asked("POST /tickets ")); n != 1 {
				t.Errorf("%d creates", n)
			}
		})
	}
}

// A portal that is taken out of the settings meanwhile proves nothing of the ticket.
func TestAPortalThatLeavesTheSettings(t *testing.T) {
	_, x := startOdd(t, "", oddCreate, nil)
	for state, progress := range map[draft.ReceiptState]Progress{
		draft.ReceiptFailed: {}, draft.ReceiptUnknown: {Creating: true}, draft.ReceiptSent: {Captured: map[string]string{"ticket": "9"}},
	} {
		if result := goOn(t, x, Parcel{Portal: "nope"}, progress, false); result.State != state {
			t.Errorf("%+v: got %s", progress, result.State)
		}
	}
	if result := goOn(t, x, Parcel{Portal: "nope"}, Progress{Awaiting: true}, false); result.State != draft.ReceiptUnknown {
		t.Errorf("awaiting: got %s", result.State)
	}
}
