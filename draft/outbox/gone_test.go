package outbox

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"flagrante/draft"
	"flagrante/draft/export"
)

// away answers like a portal that has no such ticket.
func away(w http.ResponseWriter, _ *http.Request) {
	give(w, http.StatusNotFound, map[string]string{"error": "excluído"})
}

func TestATicketThatIsGoneMayBeMadeAnew(t *testing.T) {
	b := newBench(t)
	p := b.open()
	first := b.sentAndMore(p, 0)
	b.portal.tickets = nil
	b.wait(pollEvery)
	if err := p.Poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := b.receipt(p, first.ID)
	if r.State != draft.ReceiptGone || r.Ticket != first.Ticket || !strings.Contains(r.Error, "shows no ticket "+first.Ticket) {
		t.Fatalf("the receipt is %+v", r)
	}
	b.wait(pollEvery)
	if err := p.Poll(t.Context()); err != nil || !b.receipt(p, first.ID).CheckedAt.Equal(r.CheckedAt) {
		t.Errorf("it was asked for again: %v", err)
	}
	if _, ok := p.Offer(b.draft, r); ok {
		t.Error("a comment is offered for a ticket that is gone")
	}
	if _, err := p.Export(t.Context(), "bank", b.draft, "ana"); err != nil || len(b.portal.tickets) != 1 {
		t.Fatalf("sent again: error %v, %d tickets", err, len(b.portal.tickets))
	}
	var state *StateError
	if _, err := p.Refresh(t.Context(), first.ID); !errors.As(err, &state) {
		t.Errorf("the first of two was asked for: %v", err)
	}
}

func TestATicketThatIsBackIsNotGone(t *testing.T) {
	b := newBench(t)
	p := b.open()
	r := b.sentAndMore(p, 0)
	kept := b.portal.tickets
	b.portal.tickets = nil
	if r, err := p.Refresh(t.Context(), r.ID); err != nil || r.State != draft.ReceiptGone {
		t.Fatalf("got %+v, error %v", r, err)
	}
	b.portal.tickets = kept
	if r, err := p.Refresh(t.Context(), r.ID); err != nil || r.State != draft.ReceiptSent || r.Error != "" || b.receipt(p, r.ID).State != draft.ReceiptSent {
		t.Errorf("got %+v, error %v", r, err)
	}
}

// A closed ticket that is put away is no news; one that can't be written to any more is.
func TestAClosedTicketThatIsPutAway(t *testing.T) {
	b := newBench(t)
	p := b.open()
	r := b.sentAndMore(p, 1)
	b.portal.tickets[0].State = "closed"
	if _, err := p.Refresh(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	b.portal.tickets = nil
	if r, err := p.Refresh(t.Context(), r.ID); err != nil || r.State != draft.ReceiptSent || !r.Closed {
		t.Errorf("got %+v, error %v", r, err)
	}
	b.wait(commentEvery)
	b.fail(1, isComment, away)
	var refused *export.RefusedError
	if _, err := p.Comment(t.Context(), r.ID, "ana"); !errors.As(err, &refused) || !refused.Gone {
		t.Errorf("the comment: %v", err)
	}
	if r := b.receipt(p, r.ID); r.State != draft.ReceiptGone || r.Told != 3 {
		t.Errorf("the receipt is %+v", r)
	}
}
