package capture

import (
	"time"

	"flagrante/proxy"
)

// Batch is what the capturing side hands to a store at once. All of it is
// masked.
type Batch struct {
	Failures []*Failure
	// Healed are failures, stored before or in this batch, that a retry made good.
	Healed []Healed
	// Traffic are numbers to add to what is stored for their minutes.
	Traffic []Minute
	// Counted are the calls of a recording that Traffic counts.
	Counted []Counted
	// Good replaces the last good exchange of each endpoint.
	Good []Good
}

// Counted is a call of a recording that is counted in its minute, and is not to be
// counted again when the recording, or a longer one, is imported once more.
type Counted struct {
	ID   string
	Time time.Time
}

// Healed says that a later attempt at the same call succeeded, so that the
// failure belongs to normal work.
type Healed struct {
	FailureID string
	Reason    Reason
}

// Minute counts the calls to one endpoint in one minute, those that failed
// included. Minutes of the same endpoint and time add up.
type Minute struct {
	// Start is the beginning of the minute, UTC.
	Start    time.Time
	Host     string
	Endpoint string
	// Calls is the number of exchanges, Failures that of the failing ones that
	// were not expected.
	Calls, Failures int64
	// LastGood is when the last call that did not fail began, zero when none is
	// known.
	LastGood time.Time
	// Latency counts calls by time to their end: see the package traffic.
	Latency []uint32
}

// Good is the last exchange of an endpoint that did not fail, masked.
type Good struct {
	Endpoint string
	Exchange proxy.Exchange
}

// Call is an exchange that the same client made before a failure, masked, its
// bodies cut to what steps to reproduce need.
type Call struct {
	Exchange proxy.Exchange `json:"exchange"`
	// Failing reports that the call was judged failing itself.
	Failing bool `json:"failing,omitempty"`
	// Links are values of this call's answer that a later call, or the failing
	// request itself, used: those made the later call possible.
	Links []Link `json:"links,omitempty"`
}

// Link is a value that an answer gave and a later request used.
type Link struct {
	// From is the place in the answer, such as "response.body/data/id" or
	// "response.header.Location".
	From string `json:"from"`
	// To is the place in the later request, such as "request.url.path/2",
	// "request.header.Authorization" or "request.body/chargeId".
	To string `json:"to"`
	// ToID is the ID of the later exchange.
	ToID string `json:"to_id"`
}
