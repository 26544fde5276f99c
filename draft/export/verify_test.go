package export

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

func TestDroppedNamesWhatThePortalDidNotStore(t *testing.T) {
	for _, test := range []struct {
		name   string
		values map[string]Override
		spoil  func(ticket map[string]any)
		want   []string
	}{
		{"all stored", nil, func(map[string]any) {}, nil},
		{"a value that is not listed", map[string]Override{"severity": {Fixed: "S1"}}, func(map[string]any) {}, []string{"Severidade"}},
		{"a field that is not there", nil, func(ticket map[string]any) { delete(ticket["CustomFields"].(map[string]any), "Fingerprint") }, []string{"Fingerprint"}},
		{"a cut text", nil, func(ticket map[string]any) { ticket["Content"] = "POST" }, []string{"Content"}},
		{"other line ends", nil, func(ticket map[string]any) {
			ticket["Content"] = strings.NewReplacer("\r\n", "\r\n", "\n", "\r\n").Replace(ticket["Content"].(string))
		}, nil},
		{"two at once", nil, func(ticket map[string]any) { ticket["Subject"], ticket["Queue"] = "x", "General" }, []string{"Queue", "Subject"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			desk := newTracker()
			desk.before = func(_ http.ResponseWriter, r *http.Request) bool {
				if strings.HasSuffix(r.URL.Path, "/ticket/1") && r.Method == http.MethodGet {
					test.spoil(desk.last())
				}
				return false
			}
			server := httptest.NewServer(desk)
			defer server.Close()
			p := loopback(server.URL)
			p.Values = test.values
			result := deliver(t, exporterOf(t, p), sample())
			if result.State != draft.ReceiptSent || result.Text != "" || result.Notes != nil {
				t.Fatalf("got %+v", result)
			}
			if diff := cmp.Diff(test.want, result.Dropped); diff != "" {
				t.Errorf("dropped (-want +got):\n%s", diff)
			}
		})
	}
}

func TestATicketThatCannotBeReadBackIsStillSent(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer func(http.ResponseWriter, *http.Request) bool
		says   string
	}{
		{"forbidden", answering(403, nil, ""), "the portal forbids it (403)"},
		{"a page", answering(200, http.Header{"Content-Type": {"text/html"}}, "<p>"), "a web page (200)"},
		{"reset", func(w http.ResponseWriter, _ *http.Request) bool { reset(w); return true }, "closed the connection"},
	} {
		t.Run(test.name, func(t *testing.T) {
			desk := newTracker()
			desk.before = func(w http.ResponseWriter, r *http.Request) bool {
				return r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/ticket/") && test.answer(w, r)
			}
			server := httptest.NewServer(desk)
			defer server.Close()
			x := exporterOf(t, loopback(server.URL))
			parcel, _, err := x.Pack("bank", sample(), nil)
			if err != nil {
				t.Fatal(err)
			}
			result := goOn(t, x, parcel, Progress{}, true)
			if result.State != draft.ReceiptSent || result.Ticket() != "1" || !strings.Contains(strings.Join(result.Notes, " "), test.says) {
				t.Fatalf("got %+v", result)
			}
		})
	}
}

func TestAnAttachmentWhoseAnswerWasLostIsLookedFor(t *testing.T) {
	for name, stored := range map[string]bool{"it is there": true, "it is not": false} {
		t.Run(name, func(t *testing.T) {
			desk := newTracker()
			lost := false
			desk.before = func(w http.ResponseWriter, r *http.Request) bool {
				if lost || !strings.HasSuffix(r.URL.Path, "/comment") {
					return false
				}
				if lost = true; stored {
					desk.comment(httptest.NewRecorder(), r, desk.requests[len(desk.requests)-1].body)
				}
				reset(w)
				return true
			}
			server := httptest.NewServer(desk)
			defer server.Close()
			x := exporterOf(t, loopback(server.URL))
			parcel, _, err := x.Pack("bank", sample(), []File{{Name: "print.png", Type: "image/png", Data: []byte("png"), Checked: true}})
			if err != nil {
				t.Fatal(err)
			}
			result := goOn(t, x, parcel, Progress{}, false)
			if result.State != draft.ReceiptSending || result.Ticket() != "1" || !result.Doubt {
				t.Fatalf("got %+v: the ticket is made, and the attachment waits", result)
			}
			result = goOn(t, x, parcel, result.Progress, false)
			if result.State != draft.ReceiptSent || result.Dropped != nil || creations(desk) != 1 {
				t.Errorf("then %+v, with %d creates", result, creations(desk))
			}
			if diff := cmp.Diff([]string{"print.png", "exchange.har"}, desk.files); diff != "" {
				t.Errorf("attachments (-want +got):\n%s", diff)
			}
		})
	}
}

func TestATicketThatIsThereAlreadyIsNotMadeAgain(t *testing.T) {
	desk := newTracker()
	server := httptest.NewServer(desk)
	defer server.Close()
	x := exporterOf(t, loopback(server.URL))
	deliver(t, x, sample())
	result := deliver(t, x, sample())
	if result.State != draft.ReceiptSent || result.Ticket() != "1" || !result.Found || creations(desk) != 1 {
		t.Errorf("got %+v after %d creates", result, creations(desk))
	}
}
