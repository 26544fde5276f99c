package outbox

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"flagrante/draft"
)

// TestTheWorkerSendsWhatIsDueAndStops waits for the portal to be reached.
func TestTheWorkerSendsWhatIsDueAndStops(t *testing.T) {
	b := newBench(t)
	p := b.open()
	reached := make(chan struct{})
	creates := 0
	b.portal.before = func(w http.ResponseWriter, r *http.Request) bool {
		if !isCreate(r) {
			return false
		}
		if creates++; creates == 1 {
			status(429, "60")(w, r)
			return true
		}
		close(reached)
		return false
	}
	r := b.send(p)
	b.wait(time.Minute)
	worker := Start(p.Outbox, zerolog.Nop())
	select {
	case <-reached:
	case <-time.After(20 * time.Second):
		t.Error("the worker does not send")
	}
	worker.Close()
	if r = b.receipt(p, r.ID); r.Ticket != "1" {
		t.Errorf("after the end of the worker: %+v", r)
	}
	r = b.due(b.open(), r.ID)
	for r.State == draft.ReceiptSending {
		b.wait(time.Minute)
		r = b.due(p, r.ID)
	}
	b.whole()
}

// TestWhatIsClaimedAtTheEndIsFree has the end come between claiming an export and reading it.
func TestWhatIsClaimedAtTheEndIsFree(t *testing.T) {
	b := newBench(t)
	id := b.waiting(1)[0]
	b.wait(time.Minute)
	p, other := b.open(), b.open()
	ctx, end := context.WithCancel(t.Context())
	claimed, err := p.ledger.claim(ctx, `receipt_id = ?`, id)
	if err != nil || claimed != id {
		t.Fatalf("claimed %q: %v", claimed, err)
	}
	end()
	if _, err := p.ledger.claimed(ctx, id); !errors.Is(err, context.Canceled) || errors.Is(err, errLost) {
		t.Errorf("at the end: %v", err)
	}
	if r := b.due(other, id); r.State != draft.ReceiptSent {
		t.Errorf("another process sends it at once: %+v", r)
	}
}
