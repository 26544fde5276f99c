package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/desk/api"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/export"
)

// described reads the description of the API.
func described(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.Description)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// operations lists what the description has, as patterns of routes.
func operations(doc *openapi3.T) []string {
	var all []string
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			all = append(all, method+" "+path)
		}
	}
	slices.Sort(all)
	return all
}

func TestEveryRouteOfTheAPIIsDescribed(t *testing.T) {
	doc := described(t)
	var routes []string
	for _, r := range furnished(t).routes() {
		if !strings.Contains(r.Pattern, " /api/v1/") {
			continue
		}
		routes = append(routes, r.Pattern)
		method, path, _ := strings.Cut(r.Pattern, " ")
		item := doc.Paths.Value(path)
		if item == nil || item.GetOperation(method) == nil {
			continue
		}
		role := r.Role.String()
		if r.Door == door.Everyone {
			role = "open"
		}
		if got := item.GetOperation(method).Extensions["x-role"]; got != role {
			t.Errorf("%s: the role is described as %v, and is %s", r.Pattern, got, role)
		}
	}
	slices.Sort(routes)
	if diff := cmp.Diff(routes, operations(doc)); diff != "" {
		t.Errorf("routes (-) and description (+): %s", diff)
	}
}

// witness checks each call against the description.
type witness struct {
	t    *testing.T
	h    http.Handler
	doc  *openapi3.T
	seen map[string]bool
}

// call sends a request and returns the answer, which has to be one that the
// operation describes.
func (w *witness) call(operation, target, body string, status int) *httptest.ResponseRecorder {
	w.t.Helper()
	method, path, _ := strings.Cut(operation, " ")
	op := w.doc.Paths.Value(path).GetOperation(method)
	if body != "" && op.RequestBody.Value.Content.Get("application/json") != nil && status < 400 {
		w.fits(operation+" asks", op.RequestBody.Value.Content.Get("application/json").Schema, []byte(body))
	}
	r := httptest.NewRequest(method, "http://localhost"+target, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	got := httptest.NewRecorder()
	w.h.ServeHTTP(got, r)
	if got.Code != status {
		w.t.Fatalf("%s %s: got %d, want %d: %s", method, target, got.Code, status, got.Body)
	}
	response := op.Responses.Value(fmt.Sprint(status))
	if response == nil {
		w.t.Fatalf("%s: the status %d is not described", operation, status)
	}
	if status < 400 {
		w.seen[operation] = true
	}
	if len(response.Value.Content) == 0 {
		if got.Body.Len() > 0 {
			w.t.Errorf("%s: a body that is not described: %s", operation, got.Body)
		}
		return got
	}
	sort, _, _ := strings.Cut(got.Header().Get("Content-Type"), ";")
	media := response.Value.Content.Get(sort)
	switch {
	case media == nil:
		w.t.Errorf("%s: the type %s is not described", operation, sort)
	case media.Schema != nil:
		w.fits(operation+" answers", media.Schema, got.Body.Bytes())
	}
	return got
}

func (w *witness) fits(what string, schema *openapi3.SchemaRef, data []byte) {
	w.t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&value); err != nil {
		w.t.Errorf("%s: %v", what, err)
		return
	}
	if err := schema.Value.VisitJSON(value, openapi3.EnableFormatValidation(), openapi3.MultiErrors()); err != nil {
		w.t.Errorf("%s: %v\n%s", what, err, data)
	}
}

// TestTheAPIIsAsDescribed goes through everything that the API does, on a real store.
func TestTheAPIIsAsDescribed(t *testing.T) {
	m := &memory{drafts: samples()}
	w := &witness{t, stored(t, withTeam(team(t)), distrusting(new([]string)), func(o *service.Options) {
		o.Exporter, o.Failures, o.Reveals = m, m, &fakeReveals{allowed: true, mask: "<cpf:abcdefgh>"}
		o.Pictures, o.DraftID = showing(t, "k3f9qa2m"), func(*capture.Failure) string { return "d-aaaaaaaaaa" }
	}), described(t), map[string]bool{}}
	const one, other = "/api/v1/drafts/d-aaaaaaaaaa", "/api/v1/drafts/d-bbbbbbbbbb"

	w.call("POST /api/v1/session", "/api/v1/session", `{"name":"viewer","password":"viewer-viewer"}`, 200)
	w.call("POST /api/v1/session", "/api/v1/session", `{"name":"viewer","password":"wrong"}`, 401)
	w.call("GET /api/v1/session", "/api/v1/session", "", 200)
	w.call("DELETE /api/v1/session", "/api/v1/session", "", 204)
	w.call("GET /api/v1/openapi.yaml", "/api/v1/openapi.yaml", "", 200)
	w.call("GET /api/v1/status", "/api/v1/status", "", 200)
	w.call("GET /api/v1/drafts", "/api/v1/drafts?limit=1", "", 200)
	w.call("GET /api/v1/drafts", "/api/v1/drafts?q=state:", "", 400)
	w.call("POST /api/v1/drafts", "/api/v1/drafts", `{"title":"Pergunta","kind":"question","text":"Como?"}`, 200)
	w.call("POST /api/v1/drafts/bulk", "/api/v1/drafts/bulk", `{"drafts":["d-aaaaaaaaaa","d-0000000000"],"state":"snoozed","until":"2026-12-01T00:00:00Z"}`, 200)
	w.call("GET /api/v1/drafts/{id}", one, "", 200)
	w.call("GET /api/v1/drafts/{id}", "/api/v1/drafts/none", "", 404)
	w.call("PATCH /api/v1/drafts/{id}", one, `{"title":"Pix parado","severity":"critical","device":null}`, 200)
	w.call("PATCH /api/v1/drafts/{id}", one, `{"severity":"worst"}`, 422)
	w.call("PATCH /api/v1/drafts/{id}", one, `{"title":"Late","version":1}`, 409)
	w.call("POST /api/v1/drafts/{id}/state", one+"/state", `{"state":"in_review","actor":"ana"}`, 200)
	w.call("POST /api/v1/drafts/{id}/notes", one+"/notes", `{"text":"Falei com o banco"}`, 200)
	w.call("POST /api/v1/drafts/{id}/tags", one+"/tags", `{"add":["pix"],"remove":[]}`, 200)
	w.call("POST /api/v1/drafts/{id}/calls", one+"/calls", `{"by":"ana","whom":"rui","at":"2026-11-23T14:00:00Z"}`, 200)
	w.call("POST /api/v1/drafts/{id}/undo", one+"/undo", `{}`, 200)
	w.call("POST /api/v1/drafts/{id}/merge", one+"/merge", `{"drafts":["d-bbbbbbbbbb"]}`, 200)
	w.call("POST /api/v1/drafts/{id}/split", one+"/split", `{"draft":"d-bbbbbbbbbb"}`, 200)
	w.call("GET /api/v1/drafts/{id}/history", one+"/history", "", 200)
	w.call("GET /api/v1/drafts/{id}/ticket.md", one+"/ticket.md", "", 200)
	w.call("GET /api/v1/drafts/{id}/bundle.zip", one+"/bundle.zip", "", 200)
	w.call("POST /api/v1/drafts/{id}/attachments", one+"/attachments?name=log.txt", "tudo certo", 201)
	list := w.call("GET /api/v1/drafts/{id}/attachments", one+"/attachments", "", 200)
	var added struct{ Attachments []struct{ ID string } }
	if err := json.Unmarshal(list.Body.Bytes(), &added); err != nil || len(added.Attachments) != 1 {
		t.Fatalf("added %v: %s", err, list.Body)
	}
	file := one + "/attachments/" + added.Attachments[0].ID
	w.call("POST /api/v1/drafts/{id}/attachments/{attachment}/check", file+"/check", `{"actor":"ana"}`, 200)
	w.call("GET /api/v1/drafts/{id}/attachments/{attachment}", file, "", 200)
	w.call("DELETE /api/v1/drafts/{id}/attachments/{attachment}", file, "", 204)
	w.call("GET /api/v1/failures", "/api/v1/failures", "", 200)
	for _, id := range []string{"k3f9qa2m", "tls0cert", "h0st1le0"} {
		w.call("GET /api/v1/failures/{id}", "/api/v1/failures/"+id, "", 200)
	}
	w.call("GET /api/v1/failures/{id}/as/{form}", "/api/v1/failures/k3f9qa2m/as/curl", "", 200)
	const pictures = "/api/v1/failures/k3f9qa2m/pictures"
	w.call("GET /api/v1/failures/{id}/pictures", pictures, "", 200)
	w.call("GET /api/v1/failures/{id}/pictures/{side}/{number}", pictures+"/response/1", "", 200)
	w.call("GET /api/v1/failures/{id}/pictures/{side}/{number}", pictures+"/response/2", "", 422)
	w.call("GET /api/v1/failures/{id}/pictures/{side}/{number}", pictures+"/response/4", "", 404)
	w.call("POST /api/v1/failures/{id}/pictures/{side}/{number}/attach", pictures+"/response/1/attach", "", 201)
	const marking = "POST /api/v1/failures/{id}/mark"
	w.call(marking, "/api/v1/failures/f1/mark", `{"pinned":true,"note":"Falei com o banco","add":["pix"],"remove":[],"actor":"ana"}`, 200)
	w.call(marking, "/api/v1/failures/f1/mark", `{"note":"Falei de novo","over":"Outra nota"}`, 409)
	w.call(marking, "/api/v1/failures/f1/mark", `{"add":["a,b"]}`, 422)
	w.call(marking, "/api/v1/failures/f1/mark", `{"pinned":"yes"}`, 400)
	w.call(marking, "/api/v1/failures/none/mark", `{"pinned":true}`, 404)
	w.call("GET /api/v1/filter", "/api/v1/filter?for=drafts&q=host:a", "", 200)
	w.call("GET /api/v1/filter", "/api/v1/filter?for=drafts&q=(state:x", "", 200)
	w.call("PUT /api/v1/views/{list}/{name}", "/api/v1/views/drafts/Pix", `{"filter":"tag:pix"}`, 204)
	w.call("GET /api/v1/views", "/api/v1/views", "", 200)
	w.call("DELETE /api/v1/views/{list}/{name}", "/api/v1/views/drafts/Pix", "", 204)
	w.call("GET /api/v1/portals", "/api/v1/portals", "", 200)
	w.call("POST /api/v1/portals/{portal}/check", "/api/v1/portals/banco/check", "", 200)
	w.call("GET /api/v1/profile", "/api/v1/profile?lang=en", "", 200)
	w.call("GET /api/v1/storage", "/api/v1/storage", "", 200)
	w.call("GET /api/v1/trust", "/api/v1/trust", "", 200)
	w.call("POST /api/v1/trust", "/api/v1/trust", "", 200)
	w.call("POST /api/v1/rules/try", "/api/v1/rules/try", `{"text":"{\"status\":503}"}`, 200)
	w.call("POST /api/v1/rules/try", "/api/v1/rules/try", `{"text":"?"}`, 422)
	w.call("POST /api/v1/masks/try", "/api/v1/masks/try", `{"text":"a secret","type":"text/plain"}`, 200)
	w.call("GET /api/v1/passthrough", "/api/v1/passthrough", "", 200)
	w.call("DELETE /api/v1/passthrough/{host}", "/api/v1/passthrough/none", "", 404)
	w.call("GET /api/v1/ca.pem", "/api/v1/ca.pem", "", 200)
	w.masks(one)
	w.exports(m, other)

	for _, operation := range operations(w.doc) {
		// Streams end when the reader goes; they have tests of their own. Forgetting hosts
		// does, too.
		if !w.seen[operation] && operation != "GET /api/v1/events" && operation != "DELETE /api/v1/passthrough/{host}" {
			t.Errorf("%s was never called", operation)
		}
	}
}

// masks masks by hand and reveals, behind fakes.
func (w *witness) masks(draft string) {
	w.t.Helper()
	w.call("POST /api/v1/mask", "/api/v1/mask", `{"value":"Quimera-Azul","kind":"project","draft":"d-aaaaaaaaaa","actor":"ana"}`, 201)
	w.call("POST /api/v1/mask", "/api/v1/mask", `{"value":"ab"}`, 422)
	w.call("GET /api/v1/masks", "/api/v1/masks", "", 200)
	w.call("DELETE /api/v1/masks/{id}", "/api/v1/masks/m-1", "", 204)
	w.call("POST /api/v1/reveal", "/api/v1/reveal", `{"failure":"f1","mask":"<cpf:abcdefgh>","actor":"ana"}`, 200)
	w.call("POST /api/v1/reveal", "/api/v1/reveal", `{"failure":"f1","mask":"<token>"}`, 404)
	w.call("GET /api/v1/audit", "/api/v1/audit", "", 200)
	w.call("GET /api/v1/drafts/{id}/masked", draft+"/masked", "", 200)
}

// exports sends the drafts of samples, whose portal is a fake.
func (w *witness) exports(m *memory, path string) {
	w.t.Helper()
	m.drafts[0].ID = "d-bbbbbbbbbb"
	preview := w.call("GET /api/v1/drafts/{id}/export/{portal}", path+"/export/banco", "", 200)
	var shown struct{ Digest string }
	if err := json.Unmarshal(preview.Body.Bytes(), &shown); err != nil {
		w.t.Fatal(err)
	}
	const operation = "POST /api/v1/drafts/{id}/export/{portal}"
	const several = "POST /api/v1/export/{portal}"
	w.call(several, "/api/v1/export/banco", `{"drafts":[{"id":"d-bbbbbbbbbb","digest":"another"},{"id":"d-0000000000","digest":"x"}]}`, 200)
	w.call(several, "/api/v1/export/banco", `{"drafts":[]}`, 400)
	w.call(several, "/api/v1/export/none", `{"drafts":[{"id":"d-bbbbbbbbbb","digest":"x"}]}`, 404)
	w.call("GET /api/v1/bundles.zip", "/api/v1/bundles.zip?draft=d-aaaaaaaaaa&draft=d-bbbbbbbbbb", "", 200)
	w.call("GET /api/v1/bundles.zip", "/api/v1/bundles.zip", "", 400)
	w.call(operation, path+"/export/banco", `{"digest":"another"}`, 409)
	w.call(operation, path+"/export/banco", `{"digest":"`+shown.Digest+`"}`, 200)
	w.call(operation, path+"/export/none", `{}`, 404)
	w.receipts()
}

// receipts does what can be done about an export, at a desk whose draft has one.
func (w *witness) receipts() {
	w.t.Helper()
	told := &window{}
	at := &witness{w.t, deskAt(w.t, told, draft.Receipt{State: draft.ReceiptUnknown}), w.doc, w.seen}
	const deed, root = "POST /api/v1/drafts/{id}/receipts/{receipt}/{deed}", "/api/v1/drafts/d-k3f9qa2m"
	at.call(deed, root+"/receipts/r-1/settle", `{"ticket":"77"}`, 200)
	at.call(deed, root+"/receipts/r-1/settle", `{}`, 400)
	at.call(deed, root+"/receipts/r-2/refresh", `{}`, 404)
	at.call("POST /api/v1/drafts/{id}/link/{portal}", root+"/link/banco", `{"ticket":"77"}`, 200)
	told.err = &export.RefusedError{Text: "não"}
	at.call(deed, root+"/receipts/r-1/refresh", `{}`, 502)
}
