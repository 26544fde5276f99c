package outbox

import (
	"errors"
	"sync"
	"testing"
	"time"

	"flagrante/draft"
)

// desks are processes that have the same store open.
const desks = 4

func TestSeveralDesksThatAreAskedAtOnceSendOnce(t *testing.T) {
	b := newBench(t)
	var all sync.WaitGroup
	errs := make(chan error, desks)
	for range desks {
		p := b.open()
		all.Go(func() {
			_, err := p.Export(t.Context(), "bank", b.draft, "ana")
			errs <- err
		})
	}
	all.Wait()
	sent := 0
	for range desks {
		switch err := <-errs; {
		case err == nil:
			sent++
		case !errors.Is(err, draft.ErrAlreadySent):
			t.Errorf("another desk says %v", err)
		}
	}
	if sent != 1 {
		t.Errorf("%d desks say that they sent it", sent)
	}
	b.whole()
}

func TestSeveralDesksGoOnWithAnExportOnce(t *testing.T) {
	b := newBench(t)
	b.fail(1, isCreate, status(429, "30"))
	r := b.send(b.open())
	if r.State != draft.ReceiptSending {
		t.Fatalf("got %+v: it waits", r)
	}
	b.wait(time.Minute)
	var all sync.WaitGroup
	for range desks {
		p := b.open()
		all.Go(func() {
			if _, err := p.Due(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if r = b.receipt(b.open(), r.ID); r.State != draft.ReceiptSent {
		t.Errorf("got %+v", r)
	}
	b.whole()
}
