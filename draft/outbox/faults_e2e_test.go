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
		Recipe: "rt5", URL: rt.URL, TokenFile: rt.TokenFile, Requestor: "qa@integrator.example", AllowPrivate: true, Attach: []string{},
	}
	b.patience = 30 * time.Second
	// RT takes no empty file.
	b.files = b.files[:1]
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
	for seed := range uint64(100) {
		s.run(seed)
	}
	s.came()
	all := rt.Tickets(t, "id > 0")
	stored := map[string]string{}
	for _, id := range all {
		got := rt.Ticket(t, id)
		stored[got.Subject] = id
		files := map[string]string{}
		for name, data := range got.Files {
			files[name] = digest(data)
		}
		if diff := cmp.Diff(map[string]string{"a.png": digest("\x89PNG\x00\xff")}, files); diff != "" || !strings.Contains(got.Content, "/pix") {
			t.Errorf("the ticket %s is %+v, attachments (-want +got):\n%s", id, got, diff)
		}
	}
	if diff := cmp.Diff(s.tickets, stored); diff != "" || len(all) != 100 {
		t.Errorf("%d tickets; those of the receipts and those of the portal (-want +got):\n%s", len(all), diff)
	}
}

func digest(data string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(data))) }

// TestRequestTrackerSaysThatATicketWasClosed closes a ticket there, which resolves the
// draft here, and has failures come after it.
func TestRequestTrackerSaysThatATicketWasClosed(t *testing.T) {
	b, rt := newTrackerBench(t)
	p := b.open()
	r := b.sentAndMore(p, 0)
	if r.State != draft.ReceiptSent || r.Ticket == "" {
		t.Fatalf("got %+v", r)
	}
	rt.Close(t, r.Ticket)
	b.wait(pollEvery)
	if err := p.Poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r = b.receipt(p, r.ID); !r.Closed || r.Status != "resolved" || len(b.closed) != 1 {
		t.Fatalf("closed %v, and the receipt is %+v", b.closed, r)
	}
	b.draft.Evidence.Group.Count += 4
	b.wait(commentEvery)
	if _, err := p.Comment(t.Context(), r.ID, "ana"); err != nil {
		t.Fatal(err)
	}
	comments := rt.Ticket(t, r.Ticket).Comments
	if last := comments[len(comments)-1]; !strings.HasPrefix(last, "It happens again: 4 failures since the ticket was closed (7 in all)") {
		t.Errorf("the last comment is %q", last)
	}
	if r, err := p.Refresh(t.Context(), r.ID); err != nil || r.Closed || r.Status != "open" {
		t.Errorf("after it: %+v, error %v", r, err)
	}
	// A draft made elsewhere is linked to it by its number.
	b.draft.ID = "d-other00000"
	linked, err := p.Link(t.Context(), "bank", b.draft.ID, r.Ticket, "bia")
	if err != nil || linked.URL != rt.URL+"/Ticket/Display.html?id="+r.Ticket || linked.Status != "open" {
		t.Errorf("linked %+v, error %v", linked, err)
	}
	b.draft.ID = "d-third00000"
	if _, err := p.Link(t.Context(), "bank", b.draft.ID, "9999", "bia"); err == nil {
		t.Error("a ticket that is not there was linked")
	}
}
