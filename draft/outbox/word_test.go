package outbox

import (
	"errors"
	"testing"

	"flagrante/draft"
)

func TestCancel(t *testing.T) {
	b := newBench(t)
	b.fail(1, isCreate, status(429, "600"))
	p := b.open()
	r := b.send(p)
	r, err := p.Cancel(t.Context(), r.ID, "bia")
	if err != nil || r.State != draft.ReceiptFailed {
		t.Fatalf("got %+v and the error %v", r, err)
	}
	var state *StateError
	if _, err := p.Cancel(t.Context(), r.ID, "bia"); !errors.As(err, &state) {
		t.Errorf("twice: %v", err)
	}
	if r = b.send(p); r.State != draft.ReceiptSent {
		t.Errorf("sent anew: %+v", r)
	}
	if _, err := p.Settle(t.Context(), r.ID, "bia", ""); !errors.As(err, &state) {
		t.Errorf("settling what is sent: %v", err)
	}
	if _, err := p.Cancel(t.Context(), "r-none", "bia"); !errors.Is(err, ErrNoReceipt) {
		t.Errorf("no such receipt: %v", err)
	}
}
