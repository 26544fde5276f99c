package outbox

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/export"
)

func TestExport(t *testing.T) {
	b := newBench(t)
	p := b.open()
	got := b.send(p)
	want := draft.Receipt{
		ID: got.ID, DraftID: b.draft.ID, Portal: "bank", State: draft.ReceiptSent, Ticket: "1", URL: b.server.URL + "/t/1",
		Time: b.now, Who: "ana", Told: 3, ToldAt: b.now, Captured: map[string]string{"ticket": "1", "key": "k"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("receipt (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, b.receipt(b.open(), got.ID)); diff != "" {
		t.Errorf("what another process reads (-want +got):\n%s", diff)
	}
	b.whole()
	if _, err := p.ledger.load(t.Context(), got.ID); !errors.Is(err, ErrNoReceipt) {
		t.Errorf("it is still in the outbox: %v", err)
	}
	if _, err := p.Export(t.Context(), "bank", b.draft, "bia"); !errors.Is(err, draft.ErrAlreadySent) {
		t.Errorf("the second time: %v", err)
	}
}

func TestAHalfDoneExportGoesOnAtTheStepThatFailed(t *testing.T) {
	b := newBench(t)
	files := 0
	b.portal.before = func(w http.ResponseWriter, r *http.Request) bool {
		if !isFile(r) {
			return false
		}
		if files++; files != 2 {
			return false
		}
		status(503, "")(w, r)
		return true
	}
	r := b.send(b.open())
	if r.State != draft.ReceiptSending || r.Ticket != "1" || !r.RetryAt.Equal(b.now.Add(30*time.Second)) || !strings.Contains(r.Error, "in trouble (503)") {
		t.Fatalf("got %+v: the ticket is made, and the second file waits", r)
	}
	// Another program goes on, at its time and not before.
	after := b.open()
	if r = b.due(after, r.ID); r.State != draft.ReceiptSending || files != 2 {
		t.Fatalf("before its time: %+v", r)
	}
	b.wait(30 * time.Second)
	if r = b.due(after, r.ID); r.State != draft.ReceiptSent || r.Dropped != nil || !r.RetryAt.IsZero() {
		t.Errorf("then %+v", r)
	}
	b.whole()
}

func TestThePortalIsAskedAgainWhenItSaid(t *testing.T) {
	b := newBench(t)
	creates := 0
	b.portal.before = func(w http.ResponseWriter, r *http.Request) bool {
		if !isCreate(r) {
			return false
		}
		if creates++; creates > 2 {
			return false
		}
		status(429, "120")(w, r)
		return true
	}
	p := b.open()
	r := b.send(p)
	for range 2 {
		if r.State != draft.ReceiptSending || !r.RetryAt.Equal(b.now.Add(2*time.Minute)) {
			t.Fatalf("got %+v", r)
		}
		b.wait(2*time.Minute - time.Second)
		// Neither the worker nor a second click is faster.
		before := creates
		r = b.due(p, r.ID)
		if again := b.send(p); again.ID != r.ID || creates != before {
			t.Fatalf("%d creates, receipt %+v", creates, again)
		}
		b.wait(time.Second)
		r = b.due(p, r.ID)
	}
	if r.State != draft.ReceiptSent || creates != 3 {
		t.Errorf("got %+v after %d creates", r, creates)
	}
	b.whole()
}

func TestClicksAtOnceMakeOneTicket(t *testing.T) {
	b := newBench(t)
	first, second := b.open(), b.open()
	const clicks = 8
	results := make(chan error, clicks)
	for i := range clicks {
		p := first
		if i%2 == 0 {
			p = second
		}
		go func() {
			_, err := p.Export(t.Context(), "bank", b.draft, "ana")
			results <- err
		}()
	}
	refused := 0
	for range clicks {
		if err := <-results; errors.Is(err, draft.ErrAlreadySent) {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if refused != clicks-1 {
		t.Errorf("%d clicks were refused, want %d", refused, clicks-1)
	}
	b.whole()
}

func TestAnExportThatCanNotBeIsGivenUpInTheEnd(t *testing.T) {
	b := newBench(t)
	b.fail(-1, isCreate, status(429, ""))
	p := b.open()
	r := b.send(p)
	for tries := 0; r.State == draft.ReceiptSending; tries++ {
		if tries > 50 {
			t.Fatal("it is tried for ever")
		}
		b.wait(r.RetryAt.Sub(b.clock()))
		r = b.due(p, r.ID)
	}
	if spent := b.now.Sub(r.Time); r.State != draft.ReceiptFailed || spent < patience || spent > patience+time.Hour {
		t.Errorf("got %+v after %s", r, spent)
	}
	b.portal.before = nil
	if r = b.send(p); r.State != draft.ReceiptSent {
		t.Errorf("sent anew: %+v", r)
	}
	b.whole()
}

func TestMissingIsSaidBeforeAnythingIsNoted(t *testing.T) {
	b := newBench(t)
	b.draft.Title = ""
	p := b.open()
	var missing *export.MissingError
	if _, err := p.Export(t.Context(), "bank", b.draft, "ana"); !errors.As(err, &missing) {
		t.Fatalf("got %v", err)
	}
	if list, err := p.List(t.Context(), "", 10); err != nil || len(list) != 0 {
		t.Errorf("receipts: %v %v", list, err)
	}
}
