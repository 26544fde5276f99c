package outbox

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"flagrante/draft"
	"flagrante/draft/export"
)

func TestALostAnswerIsUnknownUntilAPersonSpeaks(t *testing.T) {
	for _, test := range []struct {
		name, word string
		want       int
	}{{"there is a ticket", "77", 0}, {"there is none", "", 1}} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench(t)
			b.fail(1, isCreate, abort)
			p := b.open()
			r := b.send(p)
			for range 10 {
				if r.State != draft.ReceiptUnknown {
					t.Fatalf("got %+v", r)
				}
				b.wait(2 * time.Hour)
				r = b.due(p, r.ID)
			}
			if len(b.portal.tickets) != 0 || !r.RetryAt.IsZero() {
				t.Fatalf("%d tickets were made by themselves; %+v", len(b.portal.tickets), r)
			}
			if _, err := p.Export(t.Context(), "bank", b.draft, "bia"); !errors.Is(err, draft.ErrAlreadySent) {
				t.Errorf("a second click: %v", err)
			}
			b.portal.before = nil
			if test.word != "" {
				b.portal.tickets = []*ticket{{ID: "77", Title: "POST /pix: 503", State: "open"}}
			}
			r, err := b.open().Settle(t.Context(), r.ID, "bia", test.word)
			if err != nil || r.State != draft.ReceiptSent || r.Who != "bia" || r.Linked != (test.word != "") || r.Dropped != nil {
				t.Fatalf("got %+v and the error %v", r, err)
			}
			b.whole()
		})
	}
}

func TestALostAnswerIsFoundByTheFingerprint(t *testing.T) {
	b := newBench(t)
	hidden := true
	b.portal.before = func(w http.ResponseWriter, r *http.Request) bool {
		switch {
		case isCreate(r):
			b.portal.make(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		case r.URL.Path == "/tickets" && hidden:
			// The index of a real portal is behind.
			give(w, 200, []*ticket{})
			return true
		}
		return false
	}
	p := b.open()
	r := b.send(p)
	if r.State != draft.ReceiptUnknown || !r.RetryAt.Equal(b.now.Add(30*time.Second)) {
		t.Fatalf("got %+v", r)
	}
	hidden = false
	b.wait(30 * time.Second)
	if r = b.due(p, r.ID); r.State != draft.ReceiptSent || r.Ticket != "1" || r.Found || r.Linked {
		t.Errorf("then %+v", r)
	}
	b.whole()
}

func TestAProgramThatEndsInTheMiddleOfACreate(t *testing.T) {
	for name, made := range map[string]bool{"the ticket was made": true, "it was not": false} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			p := b.open()
			// What the program had written when its power went.
			parcel, _, err := p.pack(t.Context(), "bank", b.draft)
			if err != nil {
				t.Fatal(err)
			}
			r := draft.Receipt{ID: "r-cut", DraftID: b.draft.ID, Portal: "bank", State: draft.ReceiptSending, Time: b.now}
			if err := p.ledger.begin(t.Context(), r, parcel); err != nil {
				t.Fatal(err)
			}
			if err := p.ledger.save(t.Context(), r.ID, export.Progress{Step: 1, Creating: true}); err != nil {
				t.Fatal(err)
			}
			if made {
				b.portal.tickets = []*ticket{{ID: "1", Title: b.draft.Title, FP: b.draft.Fingerprint, State: "open"}}
			}
			after := b.open()
			if r = b.due(after, r.ID); r.State != draft.ReceiptSending {
				t.Fatalf("while it is held: %+v", r)
			}
			b.wait(hold)
			r = b.due(after, r.ID)
			if want := map[bool]draft.ReceiptState{true: draft.ReceiptSent, false: draft.ReceiptUnknown}[made]; r.State != want {
				t.Fatalf("got %+v, want %s", r, want)
			}
			if made {
				b.whole()
			} else if len(b.portal.tickets) != 0 {
				t.Error("a create was repeated blindly")
			}
			// The first program was only slow: it can't go on with what it lost.
			if err := p.ledger.save(t.Context(), r.ID, export.Progress{}); !errors.Is(err, errLost) {
				t.Errorf("the first program saves: %v", err)
			}
		})
	}
}
