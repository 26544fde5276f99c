package desk

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/outbox"
)

// window is where people are told of tickets. It notes what it was asked to do.
type window struct {
	asked []string
	offer outbox.Offer
	err   error
}

func (w *window) note(words ...string) (draft.Receipt, error) {
	w.asked = append(w.asked, strings.Join(words, " "))
	return draft.Receipt{ID: "r-1", DraftID: "d-k3f9qa2m", Portal: "banco", State: draft.ReceiptSent, Time: noon}, w.err
}

func (w *window) Settle(_ context.Context, receipt, who, ticket string) (draft.Receipt, error) {
	return w.note("settle", receipt, who, "["+ticket+"]")
}

func (w *window) Cancel(_ context.Context, receipt, who string) (draft.Receipt, error) {
	return w.note("cancel", receipt, who)
}

func (w *window) Link(_ context.Context, portal, draftID, ticket, who string) (draft.Receipt, error) {
	return w.note("link", portal, draftID, ticket, who)
}

func (w *window) Refresh(_ context.Context, receipt string) (draft.Receipt, error) {
	return w.note("refresh", receipt)
}

func (w *window) OfferOf(context.Context, string) (outbox.Offer, error) {
	if w.offer.Text == "" {
		return outbox.Offer{}, outbox.ErrNothingNew
	}
	return w.offer, nil
}

func (w *window) Comment(_ context.Context, receipt, who string) (draft.Receipt, error) {
	return w.note("comment", receipt, who)
}

// deskAt opens a desk at which a draft has a receipt.
func deskAt(t *testing.T, w *window, r draft.Receipt) http.Handler {
	t.Helper()
	m := &memory{drafts: samples()}
	r.ID, r.DraftID, r.Portal = "r-1", m.drafts[0].ID, "banco"
	m.drafts[0].Receipts = []draft.Receipt{r}
	o := optionsOf(t, m)
	o.Exports, o.Tickets = w, w
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

const receiptAt = "/drafts/d-k3f9qa2m/receipts/r-1"

func TestAReceiptOffersWhatItsStateAllows(t *testing.T) {
	later := time.Date(2026, 11, 25, 15, 30, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		receipt draft.Receipt
		offer   outbox.Offer
		want    []string
	}{
		"unknown":    {draft.Receipt{State: draft.ReceiptUnknown}, outbox.Offer{}, []string{"/settle", "/settle"}},
		"it waits":   {draft.Receipt{State: draft.ReceiptSending, RetryAt: later}, outbox.Offer{}, []string{"/cancel"}},
		"on its way": {draft.Receipt{State: draft.ReceiptSending}, outbox.Offer{}, nil},
		"sent":       {draft.Receipt{State: draft.ReceiptSent, Ticket: "7"}, outbox.Offer{}, []string{"/refresh"}},
		"mailed":     {draft.Receipt{State: draft.ReceiptSent}, outbox.Offer{}, []string{"/settle"}},
		"news":       {draft.Receipt{State: draft.ReceiptSent, Ticket: "7"}, outbox.Offer{Text: "mais 3 falhas"}, []string{"/comment", "/refresh"}},
		"failed":     {draft.Receipt{State: draft.ReceiptFailed}, outbox.Offer{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			page := ask(deskAt(t, &window{offer: test.offer}, test.receipt), "GET", receiptAt, "")
			if page.Code != http.StatusOK {
				t.Fatalf("got %d", page.Code)
			}
			var got []string
			for n := range parse(t, page.Body.String()).Descendants() {
				if action := attr(n, "action"); n.Data == "form" && strings.HasPrefix(action, receiptAt) {
					got = append(got, strings.TrimPrefix(action, receiptAt))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("buttons (-want +got):\n%s", diff)
			}
			if test.offer.Text != "" && !strings.Contains(page.Body.String(), "mais 3 falhas") {
				t.Error("the comment is not shown before it goes")
			}
		})
	}
}

func TestButtonsOfAReceipt(t *testing.T) {
	for _, test := range []struct{ path, form, want string }{
		{receiptAt + "/settle", "ticket=+77+", "settle r-1 qa [77]"},
		{receiptAt + "/settle", "none=1", "settle r-1 qa []"},
		{receiptAt + "/cancel", "", "cancel r-1 qa"},
		{receiptAt + "/refresh", "", "refresh r-1"},
		{receiptAt + "/comment", "", "comment r-1 qa"},
		{"/drafts/d-k3f9qa2m/link", "portal=banco&ticket=77", "link banco d-k3f9qa2m 77 qa"},
	} {
		t.Run(test.want, func(t *testing.T) {
			w := &window{}
			got := ask(deskAt(t, w, draft.Receipt{State: draft.ReceiptUnknown}), "POST", test.path, test.form)
			if got.Code != http.StatusSeeOther || got.Header().Get("Location") != receiptAt {
				t.Fatalf("got %d to %q: %s", got.Code, got.Header().Get("Location"), got.Body)
			}
			// Who clicks is a name of the session.
			want := strings.Fields(test.want)[0]
			_, rest, more := strings.Cut(test.want, "[")
			if len(w.asked) != 1 || !strings.HasPrefix(w.asked[0], want) || more && !strings.HasSuffix(w.asked[0], "["+rest) {
				t.Errorf("asked %q, want %q", w.asked, test.want)
			}
		})
	}
}

func TestTheAPISettlesAndLinks(t *testing.T) {
	const root = "/api/v1/drafts/d-k3f9qa2m"
	for _, test := range []struct {
		path, body, want string
		status           int
	}{
		{root + "/receipts/r-1/settle", `{"ticket":"77"}`, "settle", http.StatusOK},
		{root + "/receipts/r-1/settle", `{"none":true}`, "settle", http.StatusOK},
		{root + "/receipts/r-1/settle", `{}`, "", http.StatusBadRequest},
		{root + "/receipts/r-1/settle", `{"ticket":"7","none":true}`, "", http.StatusBadRequest},
		{root + "/receipts/r-1/comment", ``, "comment", http.StatusOK},
		{root + "/receipts/r-1/burn", ``, "", http.StatusNotFound},
		{root + "/receipts/r-2/settle", `{"none":true}`, "", http.StatusNotFound},
		{root + "/link/banco", `{"ticket":"77"}`, "link", http.StatusOK},
		{root + "/link/outro", `{"ticket":"77"}`, "", http.StatusNotFound},
	} {
		t.Run(test.path+test.body, func(t *testing.T) {
			w := &window{}
			got := ask(deskAt(t, w, draft.Receipt{State: draft.ReceiptUnknown}), "POST", test.path, test.body)
			if got.Code != test.status || (len(w.asked) == 1) != (test.want != "") {
				t.Errorf("got %d, asked %q: %s", got.Code, w.asked, got.Body)
			}
		})
	}
}

func TestWhatCanNotBeDoneIsSaid(t *testing.T) {
	for _, test := range []struct {
		err    error
		status int
		says   string
	}{
		{&outbox.NumberError{Number: "x y"}, http.StatusUnprocessableEntity, "x y"},
		{&outbox.StateError{Receipt: "r-1", State: draft.ReceiptSent}, http.StatusConflict, "outro estado"},
		{&outbox.TooSoonError{Allowed: time.Date(2026, 11, 25, 15, 30, 0, 0, time.UTC)}, http.StatusConflict, "15:30"},
		{outbox.ErrNothingNew, http.StatusConflict, "nada novo"},
		{&export.RefusedError{Text: "o portal recusou o token"}, http.StatusBadGateway, "o portal recusou o token"},
		{draft.ErrAlreadySent, http.StatusConflict, "já foi enviado"},
	} {
		t.Run(test.says, func(t *testing.T) {
			got := ask(deskAt(t, &window{err: test.err}, draft.Receipt{State: draft.ReceiptUnknown}), "POST", receiptAt+"/settle", url.Values{"ticket": {"7"}}.Encode())
			if got.Code != test.status || !strings.Contains(wordsOf(t, got.Body.String()), test.says) {
				t.Errorf("got %d: %s", got.Code, wordsOf(t, got.Body.String()))
			}
		})
	}
}

func TestACriticalTicketAsksForThePhoneCallWithItsNumber(t *testing.T) {
	for done, want := range map[bool]bool{false: true, true: false} {
		m := &memory{drafts: samples()}
		m.drafts[0].OnCall = draft.OnCall{Required: true, Done: done, Phone: "+55 11 4000-0000"}
		m.drafts[0].Receipts = []draft.Receipt{{ID: "r-1", DraftID: m.drafts[0].ID, Portal: "banco", State: draft.ReceiptSent, Ticket: "4712"}}
		page := wordsOf(t, ask(openDesk(t, m), "GET", receiptAt, "").Body.String())
		if got := strings.Contains(page, "ligue para o plantão (+55 11 4000-0000) e informe o número do chamado: 4712"); got != want {
			t.Errorf("somebody phoned: %v; the page reads: %s", done, page)
		}
	}
}
