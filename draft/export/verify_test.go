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
				if strings.HasSuffix(r.URL.Path, "/ticket/1") {
					test.spoil(desk.last())
				}
				return false
			}
			server := httptest.NewServer(desk)
			defer server.Close()
			p := loopback(server.URL)
			p.Values = test.values
			x, _ := exporterOf(t, p)
			receipt, err := x.Export(t.Context(), "bank", sample())
			if err != nil || receipt.State != draft.ReceiptSent || receipt.Error != "" {
				t.Fatalf("got %+v and the error %v", receipt, err)
			}
			if diff := cmp.Diff(test.want, receipt.Dropped); diff != "" {
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
		{"forbidden", fault(403, nil, ""), "the portal answered 403"},
		{"a page", fault(200, http.Header{"Content-Type": {"text/html"}}, "<p>"), "a web page, not JSON"},
		{"reset", func(w http.ResponseWriter, _ *http.Request) bool { reset(w); return true }, "connection reset"},
	} {
		t.Run(test.name, func(t *testing.T) {
			desk := newTracker()
			desk.before = func(w http.ResponseWriter, r *http.Request) bool {
				return r.Method == http.MethodGet && test.answer(w, r)
			}
			server := httptest.NewServer(desk)
			defer server.Close()
			x, _ := exporterOf(t, loopback(server.URL))
			receipt, err := x.Export(t.Context(), "bank", sample())
			if err != nil || receipt.State != draft.ReceiptSent || receipt.Ticket != "1" {
				t.Fatalf("got %+v and the error %v", receipt, err)
			}
			if !strings.Contains(receipt.Error, test.says) {
				t.Errorf("Error is %q, want … %s …", receipt.Error, test.says)
			}
		})
	}
}
