package desk

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/proxy"
)

// outage are failures of one endpoint that answers with three statuses in turn, of another
// endpoint, and of another time.
func outage() []*capture.Failure {
	failing := func(id, fingerprint, endpoint string, status int, after time.Duration) *capture.Failure {
		f := failingAt(id, fingerprint)
		f.Time, f.Endpoint = noon.Add(after), endpoint
		f.Exchange.Start, f.Exchange.Response = f.Time, &proxy.Response{Status: status}
		return f
	}
	const pix, other = "POST api.bank.example/v1/pix", "GET api.bank.example/v1/saldo"
	return []*capture.Failure{
		failing("f1", "v2-aaaaaaaaaaaa", pix, 502, 0), failing("f2", "v2-bbbbbbbbbbbb", pix, 503, time.Minute), failing("f3", "v2-cccccccccccc", pix, 504, 2*time.Minute),
		failing("f4", "v2-dddddddddddd", other, 503, time.Minute), failing("f5", "v2-eeeeeeeeeeee", pix, 500, 48*time.Hour),
	}
}

// An endpoint that answers 502, 503 and 504 in turn is several drafts, of which the page
// of one says so, and makes one ticket.
func TestDraftsOfOneEndpointAreMergedOnThePage(t *testing.T) {
	h := storedOf(t, outage())
	const one = "/drafts/d-aaaaaaaaaa"
	// What the list concludes here, the running program does in the background.
	ask(h, "GET", "/", "")
	page := ask(h, "GET", one, "").Body.String()
	for id, want := range map[string]bool{"d-bbbbbbbbbb": true, "d-cccccccccc": true, "d-dddddddddd": false, "d-eeeeeeeeee": false} {
		if got := strings.Contains(page, `name="part" value="`+id+`"`); got != want {
			t.Errorf("%s is offered: %t", id, got)
		}
	}
	form := formOf(t, h, one, "/merge")
	form.Del("part")
	if w := ask(h, "POST", one+"/merge", form.Encode()); w.Code != http.StatusSeeOther {
		t.Errorf("nothing to merge: %d", w.Code)
	}
	form["part"] = []string{"d-bbbbbbbbbb", "d-cccccccccc"}
	if w := ask(h, "POST", one+"/merge", form.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", w.Code, wordsOf(t, w.Body.String()))
	}
	page = ask(h, "GET", one, "").Body.String()
	if words := wordsOf(t, page); !strings.Contains(words, "3 falhas") || strings.Contains(page, `id="related"`) || strings.Count(page, `name="part"`) != 2 {
		t.Errorf("after merging: %s", words)
	}
	if got := submit(t, h, "/split", "part", "d-cccccccccc"); got != http.StatusSeeOther {
		t.Fatalf("got %d", got)
	}
	page = ask(h, "GET", one, "").Body.String()
	if words := wordsOf(t, page); !strings.Contains(words, "2 falhas") || !strings.Contains(page, `type="checkbox" name="part" value="d-cccccccccc"`) {
		t.Errorf("after splitting: %s", words)
	}
	if got := submit(t, h, "/split", "part", "d-dddddddddd"); got != http.StatusUnprocessableEntity {
		t.Errorf("what is no part was taken out: %d", got)
	}
}
