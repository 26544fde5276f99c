package draft

import (
	"errors"
	"time"
)

// ErrAlreadySent is returned when a draft has, for a portal, a receipt that is
// sending, sent or unknown: a second ticket would be made.
var ErrAlreadySent = errors.New("the draft was already sent to this portal, or may have been")

// ReceiptState tells what is known of a sent draft.
type ReceiptState string

// The states of a receipt.
const (
	// ReceiptSending means that a create was begun and its end not yet recorded.
	ReceiptSending ReceiptState = "sending"
	// ReceiptSent means that the portal has the ticket.
	ReceiptSent ReceiptState = "sent"
	// ReceiptFailed means that the portal surely made no ticket.
	ReceiptFailed ReceiptState = "failed"
	// ReceiptGone means that there was a ticket, which the portal does not show any more:
	// the draft may be sent again, or linked to what became of it.
	ReceiptGone ReceiptState = "gone"
	// ReceiptUnknown means that the reply to a create was lost: a ticket may
	// exist.
	ReceiptUnknown ReceiptState = "unknown"
)

// Receipt is what came back from a portal for a draft.
type Receipt struct {
	ID      string       `json:"id"`
	DraftID string       `json:"draft_id"`
	Portal  string       `json:"portal"`
	State   ReceiptState `json:"state"`
	// Ticket is the portal's own id of the ticket, URL a link for people.
	Ticket string    `json:"ticket,omitempty"`
	URL    string    `json:"url,omitempty"`
	Time   time.Time `json:"time"`
	// Who sent it, or spoke the last word on it.
	Who string `json:"who,omitempty"`
	// RetryAt is when a receipt in the state sending goes on by itself.
	RetryAt time.Time `json:"retry_at,omitzero"`
	// Linked says that a person named the ticket, Found that it was there before.
	Linked bool `json:"linked,omitempty"`
	Found  bool `json:"found,omitempty"`
	// Dropped lists what the portal did not store as it was sent.
	Dropped []string `json:"dropped,omitempty"`
	// Error says why the export did not succeed, or not yet; Notes say what else is
	// worth knowing of it.
	Error string   `json:"error,omitempty"`
	Notes []string `json:"notes,omitempty"`
	// Status is the portal's word for the state of the ticket at CheckedAt, and
	// Closed says that it means closed.
	Status    string    `json:"status,omitempty"`
	Closed    bool      `json:"closed,omitempty"`
	CheckedAt time.Time `json:"checked_at,omitzero"`
	// Told is how many failures the ticket tells of, with its comments, the last of
	// which was written at ToldAt.
	Told   int64     `json:"told,omitempty"`
	ToldAt time.Time `json:"told_at,omitzero"`
	// Captured is what later steps need of the portal's answers.
	Captured map[string]string `json:"-"`
}
