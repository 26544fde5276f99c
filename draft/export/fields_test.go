package export

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

// Some portals take a JSON document inside of a field, or of a parameter.
func TestADocumentInAField(t *testing.T) {
	const steps = `
  - do: lookup
    method: GET
    path: /tickets
    query: {v: 1.0, input: {criteria: [{field: key, value: "{fingerprint}"}]}}
    ok: [200]
    capture: {ticket: /id}
  - do: create
    method: POST
    path: /tickets
    fields:
      format: json
      empty: {a: "{country}"}
      input:
        request: {subject: "{title}", note: "{secret}", urgent: !bool "true"}
    ok: [201]
    capture: {ticket: /id}
`
	portal, x := startOdd(t, "", steps, map[string][]reply{"GET /tickets": {says(200, `{}`)}, "POST /tickets": {says(201, `{"id": 9}`)}})
	d := sample()
	d.Title = `Falha "}], {"x": 1`
	d.Evidence.Last = nil
	if result := deliver(t, x, d); result.State != draft.ReceiptSent {
		t.Fatalf("got %+v", result)
	}
	asked := strings.TrimSpace(strings.TrimPrefix(portal.asked("GET")[0], "GET /tickets?"))
	if got, err := url.ParseQuery(asked); err != nil || got.Get("v") != "1.0" || got.Get("input") != `{"criteria":[{"field":"key","value":"`+d.Fingerprint+`"}]}` {
		t.Errorf("looked for by %q, %v", got, err)
	}
	got, err := url.ParseQuery(strings.TrimPrefix(portal.asked("POST")[0], "POST /tickets "))
	want := url.Values{"format": {"json"}, "input": {`{"request":{"note":"` + chamadosToken + `","subject":"Falha \"}], {\"x\": 1","urgent":true}}`}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("created by (-want +got, %v):\n%s", err, diff)
	}
	_, preview, err := x.Pack("bank", d, nil)
	if err != nil || strings.Contains(string(preview.Body), chamadosToken) {
		t.Errorf("the preview shows %s, %v", preview.Body, err)
	}
}
