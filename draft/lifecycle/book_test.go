package lifecycle_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
	"flagrante/proxy"
)

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func book(t *testing.T, failures ...*capture.Failure) *lifecycle.Book {
	t.Helper()
	b, _ := bookAndStore(t, failures...)
	return b
}

func bookAndStore(t *testing.T, failures ...*capture.Failure) (*lifecycle.Book, *store.Store) {
	t.Helper()
	s := storetest.Fresh(t, os.Getenv(storetest.Variable))
	_, err := s.Append(t.Context(), capture.Batch{Failures: failures})
	check(t, err)
	return bookOf(t, s), s
}

// bookOf has the drafts of a store by the embedded profile.
func bookOf(t *testing.T, s *store.Store) *lifecycle.Book {
	t.Helper()
	p, err := profile.Default()
	check(t, err)
	return lifecycle.New(s, compose.Settings{Profile: p, Lang: draft.Portuguese, Zone: time.UTC})
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func failure(n int, fingerprint string) *capture.Failure {
	at := noon.Add(time.Duration(n) * time.Minute)
	id := fmt.Sprintf("f%02d", n)
	return &capture.Failure{
		ID: id, Time: at, Kind: capture.KindHTTPStatus, Host: "api.bank.example", Endpoint: "GET api.bank.example/v1/pix",
		Fingerprint: fingerprint, RequestIDs: []string{"r-" + id},
		Exchange: proxy.Exchange{ID: id, Start: at, Request: proxy.Request{Method: "GET", URL: "https://api.bank.example/v1/pix"},
			Response: &proxy.Response{Status: 503}},
	}
}

const fingerprint = "v2-abcdefghijklmnop"

func TestDraftOfAGroup(t *testing.T) {
	b := book(t, failure(2, fingerprint), failure(0, fingerprint), failure(1, fingerprint))
	d, err := b.Draft(t.Context(), "d-abcdefghij")
	check(t, err)
	e := d.Evidence
	if d.ID != "d-abcdefghij" || e.Group.Count != 3 || e.First.ID != "f00" || e.Last.ID != "f02" || d.State != draft.StateNew ||
		d.Environment.Value != draft.Production || d.Category == "" || d.Title == "" || len(d.Checklist) == 0 {
		t.Errorf("got %+v", d)
	}
	if diff := cmp.Diff([]string{"r-f02", "r-f01", "r-f00"}, e.RequestIDs); diff != "" {
		t.Errorf("request ids (-want +got):\n%s", diff)
	}
}

func TestIDsThatNoDraftHas(t *testing.T) {
	b := book(t, failure(0, fingerprint))
	for _, id := range []string{"", "d-", "d-abc", "d-zzzzzzzzzz", "f00", fingerprint} {
		if _, err := b.Draft(t.Context(), id); !errors.Is(err, lifecycle.ErrNotFound) {
			t.Errorf("%q: got %v, want ErrNotFound", id, err)
		}
	}
	if _, _, err := b.List(t.Context(), "d-zzzzzzzzzz", 1); !errors.Is(err, lifecycle.ErrNotFound) {
		t.Errorf("after an unknown draft: got %v, want ErrNotFound", err)
	}
}

func TestListInPages(t *testing.T) {
	var all []*capture.Failure
	for n := range 5 {
		all = append(all, failure(n, fmt.Sprintf("v2-%010d", n)))
	}
	b := book(t, all...)
	var ids []string
	after := ""
	for {
		drafts, next, err := b.List(t.Context(), after, 2)
		check(t, err)
		for _, d := range drafts {
			ids = append(ids, d.ID)
		}
		if after = next; after == "" {
			break
		}
	}
	want := []string{"d-0000000004", "d-0000000003", "d-0000000002", "d-0000000001", "d-0000000000"}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestExpectedFailuresMakeNoDraft(t *testing.T) {
	f := failure(0, fingerprint)
	f.Expected = true
	drafts, _, err := book(t, f).List(t.Context(), "", 10)
	check(t, err)
	if len(drafts) != 0 || lifecycle.DraftID(f) != "" {
		t.Errorf("got %d drafts, ID %q", len(drafts), lifecycle.DraftID(f))
	}
}

// begin notes a new receipt, and finish writes it once more.
func begin(t *testing.T, s *store.Store, r draft.Receipt) error {
	return s.Update(t.Context(), func(tx *sql.Tx) error { return lifecycle.InsertReceipt(t.Context(), tx, r) })
}

func finish(t *testing.T, s *store.Store, r draft.Receipt) error {
	return s.Update(t.Context(), func(tx *sql.Tx) error { return lifecycle.UpdateReceipt(t.Context(), tx, r) })
}

func receipt(id string) draft.Receipt {
	return draft.Receipt{ID: id, DraftID: "d-abcdefghij", Portal: "rt", State: draft.ReceiptSending, Time: noon}
}

func TestReceiptMakesADraftExported(t *testing.T) {
	b, s := bookAndStore(t, failure(0, fingerprint))
	check(t, begin(t, s, receipt("r1")))
	sent := draft.Receipt{ID: "r1", DraftID: "d-abcdefghij", Portal: "rt", State: draft.ReceiptSent, Ticket: "17", URL: "https://rt.example/17", Time: noon, Dropped: []string{"x"},
		Who: "ana", RetryAt: noon, Linked: true, Found: true, Notes: []string{"n"}, Status: "new", Closed: true, CheckedAt: noon, Told: 3, ToldAt: noon, Captured: map[string]string{"a": "b"}}
	check(t, finish(t, s, sent))
	d, err := b.Draft(t.Context(), "d-abcdefghij")
	check(t, err)
	if diff := cmp.Diff([]draft.Receipt{sent}, d.Receipts); diff != "" || d.State != draft.StateExported {
		t.Errorf("state %s, receipts (-want +got):\n%s", d.State, diff)
	}
}

func TestNoTwoTickets(t *testing.T) {
	for _, state := range []draft.ReceiptState{draft.ReceiptSending, draft.ReceiptSent, draft.ReceiptUnknown, draft.ReceiptFailed} {
		t.Run(string(state), func(t *testing.T) {
			_, s := bookAndStore(t, failure(0, fingerprint))
			check(t, begin(t, s, receipt("r1")))
			r := receipt("r1")
			r.State = state
			check(t, finish(t, s, r))
			err := begin(t, s, receipt("r2"))
			if again := state == draft.ReceiptFailed; again != (err == nil) || !again && !errors.Is(err, draft.ErrAlreadySent) {
				t.Errorf("after %s the next export gave %v", state, err)
			}
			other := receipt("r3")
			other.Portal = "other"
			check(t, begin(t, s, other))
		})
	}
}

func TestManyClicksAtOnce(t *testing.T) {
	_, s := bookAndStore(t, failure(0, fingerprint))
	begun := make(chan error, 16)
	var group sync.WaitGroup
	for i := range cap(begun) {
		group.Go(func() { begun <- begin(t, s, receipt(fmt.Sprint("r", i))) })
	}
	group.Wait()
	close(begun)
	won := 0
	for err := range begun {
		if err == nil {
			won++
		} else if !errors.Is(err, draft.ErrAlreadySent) {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d exports began, want 1", won)
	}
}

func TestPicturesFillTheirItem(t *testing.T) {
	added := map[string][]draft.Attachment{"d-abcdefghij": {{Name: "log.txt", MediaType: "text/plain"}, {Name: "tela.png", MediaType: "image/png"}}}
	b := book(t, failure(0, fingerprint)).WithAttachments(func(_ context.Context, id string) ([]draft.Attachment, error) { return added[id], nil })
	d, err := b.Draft(t.Context(), "d-abcdefghij")
	check(t, err)
	i := slices.IndexFunc(d.Checklist, func(item draft.Item) bool { return item.Item == "media" })
	if diff := cmp.Diff(draft.Item{Item: "media", Required: true, State: draft.Filled, Value: "tela.png"}, d.Checklist[i]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(added["d-abcdefghij"], d.Evidence.Attachments); diff != "" {
		t.Error(diff)
	}
}
