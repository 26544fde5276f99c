package outbox

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// TestWorkersShareWhatIsDue has many exports go on at the same time, each at one desk.
func TestWorkersShareWhatIsDue(t *testing.T) {
	const exports = 12
	b := newBench(t)
	ids, held := b.waiting(exports), map[string]int{}
	var all sync.WaitGroup
	claims := make(chan string, 2*exports)
	for range desks {
		p := b.open()
		all.Go(func() {
			for id := "first"; id != ""; claims <- id {
				var err error
				if id, err = p.ledger.claim(t.Context(), `due > 0`); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	close(claims)
	for id := range claims {
		held[id]++
	}
	want := map[string]int{"": desks}
	for _, id := range ids {
		want[id] = 1
	}
	if diff := cmp.Diff(want, held); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	// Whoever held them is gone without a word.
	b.wait(hold)
	for range desks {
		p := b.open()
		all.Go(func() {
			if _, err := p.Due(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if tickets := len(b.portal.tickets); tickets != exports {
		t.Errorf("%d tickets of %d exports", tickets, exports)
	}
}

// waiting puts so many exports, each of a draft of its own, on their way, which are due
// now, and returns the IDs of their receipts.
func (b *bench) waiting(exports int) (ids []string) {
	b.t.Helper()
	b.fail(exports, isCreate, status(429, "30"))
	p := b.open()
	for n := range exports {
		b.draft.ID, b.draft.Fingerprint = fmt.Sprintf("d-%010d", n), fmt.Sprintf("v2:%010d", n)
		r := b.send(p)
		if r.State != draft.ReceiptSending {
			b.t.Fatalf("got %+v: it waits", r)
		}
		ids = append(ids, r.ID)
	}
	b.wait(time.Minute)
	return ids
}
