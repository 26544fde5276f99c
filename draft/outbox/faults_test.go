package outbox

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/export/portaltest"
)

// storm sends a draft for each seed through a proxy that fails. Find is what a support
// agent finds in the portal.
type storm struct {
	*bench
	front *portaltest.Faults
	find  func(fingerprint string) (tickets []string)
	// tickets are those of the receipts, by the titles of their drafts.
	tickets map[string]string
}

// newStorm puts the proxy in front of a bench's portal.
func newStorm(b *bench, portal string) storm {
	front := portaltest.NewFaults(portal)
	server := httptest.NewServer(front)
	b.t.Cleanup(server.Close)
	b.settings.URL = server.URL
	return storm{bench: b, front: front, tickets: map[string]string{}}
}

// run lets faults come over a draft of its own, which is gone on with by another
// process each time, until it has its ticket.
func (s storm) run(seed uint64) {
	s.t.Helper()
	s.draft.ID, s.draft.Fingerprint = fmt.Sprintf("d-%010d", seed), fmt.Sprintf("v2:%010d", seed)
	s.draft.Title = fmt.Sprintf("POST /pix: 503, %d", seed)
	const most = 4
	s.front.Seed(seed, most)
	r := s.send(s.open())
	for turns := 0; r.State != draft.ReceiptSent; turns++ {
		if turns > 50 || r.State == draft.ReceiptFailed {
			s.t.Fatalf("seed %d: the draft is lost: %+v", seed, r)
		}
		r = s.turn(r)
	}
	if r.Ticket == "" || r.Dropped != nil || r.Notes != nil {
		s.t.Fatalf("seed %d: the receipt is %+v", seed, r)
	}
	s.tickets[s.draft.Title] = r.Ticket
}

// turn waits until the export goes on by itself, or is the person who is asked when it
// does not.
func (s storm) turn(r draft.Receipt) draft.Receipt {
	s.t.Helper()
	p := s.open()
	defer func() {
		if err := p.store.Close(); err != nil {
			s.t.Error(err)
		}
	}()
	if !r.RetryAt.IsZero() {
		s.wait(r.RetryAt.Sub(s.clock()))
		return s.due(p, r.ID)
	}
	// A person looks later than a portal that is slow.
	s.front.Wait()
	word := ""
	if tickets := s.find(s.draft.Fingerprint); len(tickets) > 0 {
		word = tickets[0]
	}
	r, err := p.Settle(s.t.Context(), r.ID, "bia", word)
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// came checks that no fault was left out.
func (s storm) came() {
	s.t.Helper()
	counts := s.front.Counts()
	for fault := portaltest.TooMany; fault <= portaltest.Truncated; fault++ {
		if counts[fault] == 0 {
			s.t.Errorf("the fault %d never came", fault)
		}
	}
	s.t.Logf("faults: %v", counts)
}

func TestFaultsMakeNeitherASecondTicketNorLoseADraft(t *testing.T) {
	b := newBench(t)
	b.patience = time.Second
	s := newStorm(b, b.server.URL)
	s.find = func(fingerprint string) (tickets []string) {
		b.portal.mu.Lock()
		defer b.portal.mu.Unlock()
		for _, ticket := range b.portal.tickets {
			if ticket.FP == fingerprint {
				tickets = append(tickets, ticket.ID)
			}
		}
		return tickets
	}
	for seed := range uint64(30) {
		s.run(seed)
	}
	s.came()
	stored := map[string]string{}
	for _, ticket := range b.portal.tickets {
		stored[ticket.Title] = ticket.ID
		want := []ticketFile{{"a.png", []byte("\x89PNG\x00\xff")}, {"b.txt", []byte{}}}
		if diff := cmp.Diff(want, ticket.Files); diff != "" {
			t.Errorf("attachments of %s (-want +got):\n%s", ticket.ID, diff)
		}
	}
	if diff := cmp.Diff(s.tickets, stored); diff != "" || len(b.portal.tickets) != len(stored) {
		t.Errorf("%d tickets; those of the receipts and those of the portal (-want +got):\n%s", len(b.portal.tickets), diff)
	}
}
