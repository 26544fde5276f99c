//go:build e2e

package outbox

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/export/portaltest"
)

// newTrackerBench is a bench whose portal is a real Request Tracker.
func newTrackerBench(t *testing.T) (*bench, portaltest.RT) {
	b, rt := newBench(t), portaltest.StartRT(t)
	b.settings = export.Portal{
		Recipe: "rt5", URL: rt.URL, TokenFile: rt.TokenFile, Requestor: "qa@integrator.example", AllowPrivate: true, Attach: []string{"curl"},
	}
	// RT takes no empty file.
	b.files[1].Data = []byte("linha\n")
	b.draft.Category, b.draft.Severity.Value, b.draft.SeverityLabel = "TI - Integração", draft.High, "Alto"
	b.draft.Evidence.Last.Origin = capture.Origin{Country: "BR", Source: capture.SourceSetting}
	return b, rt
}

// TestAHundredStormsOverRequestTracker sends a hundred drafts through faults to a real
// Request Tracker.
func TestAHundredStormsOverRequestTracker(t *testing.T) {
	b, rt := newTrackerBench(t)
	b.patience = 3 * time.Second
	s := newStorm(b, rt.URL)
	s.find = func(fingerprint string) []string {
		return rt.Tickets(t, fmt.Sprintf("CF.{Fingerprint} = '%s'", fingerprint))
	}
	s.whole = func(id string, d draft.Draft) {
		got := rt.Ticket(t, id)
		want := map[string]string{"a.png": digest("\x89PNG\x00\xff"), "b.txt": digest("linha\n"), "reproduce.sh": digest(got.Files["reproduce.sh"])}
		stored := map[string]string{}
		for name, data := range got.Files {
			stored[name] = digest(data)
		}
		if diff := cmp.Diff(want, stored); diff != "" || !strings.Contains(got.Files["reproduce.sh"], "curl") {
			t.Errorf("attachments of %s (-want +got):\n%s", id, diff)
		}
		if got.Subject != d.Title || got.Fields["Fingerprint"] != d.Fingerprint || !strings.Contains(got.Content, "/pix") {
			t.Errorf("the ticket %s is %+v", id, got)
		}
	}
	for seed := range uint64(100) {
		s.run(seed)
	}
	s.came()
	if all := rt.Tickets(t, "id > 0"); len(all) != 100 {
		t.Errorf("the portal has %d tickets", len(all))
	}
}

func digest(data string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(data))) }
