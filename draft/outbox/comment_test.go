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

// sentAndMore sends the draft, and lets failures come after it.
func (b *bench) sentAndMore(p *process, failures int64) draft.Receipt {
	b.t.Helper()
	r := b.send(p)
	b.draft.Evidence.Group.Count += failures
	b.draft.Evidence.Group.LastSeen = b.clock()
	b.draft.Evidence.RequestIDs = []string{"req-9", "req-8"}
	return r
}

func TestACommentTellsOfNewFailuresOnceAndNotTooOften(t *testing.T) {
	b := newBench(t)
	p := b.open()
	r := b.sentAndMore(p, 5)
	var soon *TooSoonError
	if _, err := p.Comment(t.Context(), r.ID, "bia"); !errors.As(err, &soon) || !soon.Allowed.Equal(b.now.Add(commentEvery)) {
		t.Fatalf("right after the ticket: %v", err)
	}
	b.wait(commentEvery)
	offer, err := p.OfferOf(t.Context(), r.ID)
	if err != nil || offer.Failures != 5 || offer.Reopen {
		t.Fatalf("offered %+v, error %v", offer, err)
	}
	if _, err := p.Comment(t.Context(), r.ID, "bia"); err != nil {
		t.Fatal(err)
	}
	want := "5 more failures since this ticket (8 in all). The last one: 2026-11-25 12:00:00 +00:00.\nRequest ids of the last ones: req-9, req-8"
	if diff := cmp.Diff([]string{want}, b.portal.tickets[0].Comments); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
	if r = b.receipt(p, r.ID); r.Told != 8 || r.Who != "bia" {
		t.Errorf("the receipt is %+v", r)
	}
	b.wait(commentEvery)
	if _, err := p.Comment(t.Context(), r.ID, "bia"); !errors.Is(err, ErrNothingNew) {
		t.Errorf("with nothing new: %v", err)
	}
}

func TestOfTwoWhoCommentAtOnceOneDoes(t *testing.T) {
	b := newBench(t)
	first, second := b.open(), b.open()
	r := b.sentAndMore(first, 1)
	b.wait(commentEvery)
	results := make(chan error, 2)
	for _, p := range []*process{first, second} {
		go func() {
			_, err := p.Comment(t.Context(), r.ID, "ana")
			results <- err
		}()
	}
	refused := 0
	for range 2 {
		err := <-results
		if soon := (*TooSoonError)(nil); errors.As(err, &soon) || errors.Is(err, ErrNothingNew) {
			refused++
		} else if err != nil {
			t.Error(err)
		}
	}
	if n := len(b.portal.tickets[0].Comments); n != 1 || refused != 1 {
		t.Errorf("%d comments, %d refused", n, refused)
	}
}

func isComment(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/comments") }

func TestACommentThatWasRefusedMayBeWrittenAgainALostOneNot(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		told   int64
	}{
		"refused": {status(403, ""), 3},
		"lost":    {abort, 4},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			p := b.open()
			r := b.sentAndMore(p, 1)
			b.wait(commentEvery)
			b.fail(1, isComment, test.answer)
			var refused *export.RefusedError
			if _, err := p.Comment(t.Context(), r.ID, "ana"); !errors.As(err, &refused) {
				t.Fatalf("got %v", err)
			}
			if r = b.receipt(p, r.ID); r.Told != test.told {
				t.Errorf("the ticket tells of %d failures, want %d", r.Told, test.told)
			}
		})
	}
}

func TestATicketThatIsClosedResolvesItsDraftAndIsOpenedAgain(t *testing.T) {
	b := newBench(t)
	p := b.open()
	r := b.sentAndMore(p, 0)
	b.portal.tickets[0].State = "closed"
	if err := p.Poll(t.Context()); err != nil || len(b.closed) != 0 {
		t.Fatalf("before its time: error %v, closed %v", err, b.closed)
	}
	b.wait(pollEvery)
	if err := p.Poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{r.ID}, b.closed); diff != "" {
		t.Errorf("closed (-want +got):\n%s", diff)
	}
	if r = b.receipt(p, r.ID); !r.Closed || r.Status != "closed" || !r.CheckedAt.Equal(b.now) {
		t.Errorf("the receipt is %+v", r)
	}
	// It is told once, and asked for more rarely.
	b.wait(pollEvery)
	if err := p.Poll(t.Context()); err != nil || len(b.closed) != 1 || b.receipt(p, r.ID).CheckedAt.Equal(b.now) {
		t.Errorf("asked again at once: error %v, closed %v", err, b.closed)
	}
	b.draft.Evidence.Group.Count += 2
	b.wait(commentEvery)
	offer, err := p.OfferOf(t.Context(), r.ID)
	if err != nil || !offer.Reopen || !strings.HasPrefix(offer.Text, "It happens again: 2 failures since the ticket was closed") {
		t.Fatalf("offered %+v, error %v", offer, err)
	}
	if _, err := p.Comment(t.Context(), r.ID, "ana"); err != nil || b.portal.tickets[0].State != "open" {
		t.Errorf("error %v, and the ticket is %s", err, b.portal.tickets[0].State)
	}
}

func TestCommentsGoByThemselvesWhereTheSettingsSaySo(t *testing.T) {
	for comments, want := range map[string]int{"send": 1, "offer": 0} {
		t.Run(comments, func(t *testing.T) {
			b := newBench(t)
			b.settings.Comments, b.settings.CommentEvery = comments, 30*time.Minute
			p := b.open()
			b.sentAndMore(p, 7)
			b.wait(30 * time.Minute)
			looked := map[string]time.Time{}
			for range 3 {
				if err := p.Tell(t.Context(), looked); err != nil {
					t.Fatal(err)
				}
				b.draft.Evidence.Group.Count++
				b.wait(pollEvery)
			}
			if n := len(b.portal.tickets[0].Comments); n != want {
				t.Errorf("%d comments, want %d", n, want)
			}
		})
	}
}

func TestADraftIsLinkedToATicketThatIsThere(t *testing.T) {
	b := newBench(t)
	b.portal.tickets = []*ticket{{ID: "77", Title: "já aberto", State: "open"}}
	p := b.open()
	r, err := p.Link(t.Context(), "bank", b.draft.ID, "77", "ana")
	if err != nil {
		t.Fatal(err)
	}
	if r.State != draft.ReceiptSent || !r.Linked || r.Ticket != "77" || r.Status != "open" || r.URL != b.server.URL+"/t/77" || r.Who != "ana" {
		t.Errorf("got %+v", r)
	}
	if diff := cmp.Diff(r.Ticket, b.receipt(p, r.ID).Ticket); diff != "" || len(b.portal.tickets) != 1 {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if _, err := p.Export(t.Context(), "bank", b.draft, "bia"); !errors.Is(err, draft.ErrAlreadySent) {
		t.Errorf("an export beside it: %v", err)
	}
	var refused *export.RefusedError
	if _, err := p.Link(t.Context(), "bank", "d-other00000", "78", "ana"); !errors.As(err, &refused) || !refused.Gone {
		t.Errorf("a ticket that is not there: %v", err)
	}
	var wrong *NumberError
	if _, err := p.Link(t.Context(), "bank", "d-other00000", "../77", "ana"); !errors.As(err, &wrong) {
		t.Errorf("what is no number: %v", err)
	}
}

// Ids are chosen by app and vendor: in a comment they are ids and nothing else.
func TestACommentObeysNoID(t *testing.T) {
	b := newBench(t)
	p := b.open()
	r := b.sentAndMore(p, 1)
	b.draft.Evidence.RequestIDs = []string{"@everyone", "#1", "<img src=x>", "[~admin]", "a\n/close", "*b*", "Root=1-67891233-abcdef;Parent=53995c3f", "`x`", "00-4bf92f35-b7ad6b71-01"}
	b.wait(commentEvery)
	if _, err := p.Comment(t.Context(), r.ID, "bia"); err != nil {
		t.Fatal(err)
	}
	got := b.portal.tickets[0].Comments[0]
	if want := "Request ids of the last ones: Root=1-67891233-abcdef;Parent=53995c3f, 00-4bf92f35-b7ad6b71-01"; !strings.HasSuffix(got, want) {
		t.Errorf("the comment is %q", got)
	}
	b.draft.Evidence.RequestIDs = []string{"@everyone"}
	if offer, _ := p.Offer(b.draft, r); strings.Contains(offer.Text, "everyone") || strings.Contains(offer.Text, "ids") {
		t.Errorf("offered is %q", offer.Text)
	}
}
