package draft

import (
	"time"

	"flagrante/capture"
)

// Tail is how long after the last failure of a group the failures of its host are
// taken to belong to the same trouble.
const Tail = 5 * time.Minute

// Figures are the numbers around a group, of a window that ends at the last failure
// of the group, or at the last failure of its host that came within Tail after it.
// The window's length is a threshold of the profile, as is that of a burst.
type Figures struct {
	// Known reports that the calls that did not fail were counted too. When it is
	// false nothing else here means anything.
	Known bool
	// Window is how long the window is.
	Window time.Duration
	// End is when the window ends.
	End time.Time
	// Group is the number of this group's failures in the window.
	Group int64
	// Endpoint counts the calls to the endpoint of the group, whatever became of
	// them; of a group that is a host's, the calls to the host.
	Endpoint Tally
	// Host counts the calls to the host.
	Host Tally
	// Endpoints counts the calls to each endpoint of the host that was called in
	// the window, that of the group included, in any order.
	Endpoints []EndpointTally
	// Quiet are the endpoints of the host that were not called in the window, but failed
	// since their last success: where calls are rare, these say that nothing works.
	Quiet []EndpointTally
	// Healed is the number of failures in the window, like those of the group but
	// made good by a retry. They are expected, so no group counts them.
	Healed int64
	// GoodAfter is when a call to the endpoint first succeeded after the window's
	// end; zero when none did, or where that is not known.
	GoodAfter time.Time
	// Blurred reports that another call to the host succeeded in the minute of the window's end, after it: when
	// one did so before it in that minute is not known then.
	Blurred bool
	// Credential is when a call to the host that carried a credential last
	// succeeded before the first failure of the group, at an endpoint that did not succeed
	// since; zero when that is not known, and in figures that are not of the last window.
	Credential time.Time
	// Latency is how long calls take.
	Latency Latency
	// Usual counts the calls to the endpoint in the time before the window.
	Usual Usual
	// Recurring is the number of the group's failures in the window and in the time of
	// Usual.
	Recurring int64
}

// Tally counts calls in a window, and what failed since the last success. More failures only ever make its numbers
// greater.
type Tally struct {
	// Total is the number of calls, Failing that of the failures that were not
	// expected, and Faults is how many of those were no refusal of the request:
	// see Fault.
	Total, Failing, Faults int64
	// LastGood is when the last call in the window succeeded, as exactly as that is
	// known; the beginning of its minute where only the minute is. It is zero when
	// none did in the window, or of an endpoint before it.
	LastGood time.Time
	// LastFailing is when the last failure was.
	LastFailing time.Time
	// FailingSince and FaultsSince count the failures and the faults that came
	// after LastGood, those before the window included, as far back as is looked.
	FailingSince, FaultsSince int64
}

// EndpointTally is the Tally of one endpoint.
type EndpointTally struct {
	Endpoint string
	Tally
}

// Latency compares the failures of a group with the calls to its endpoint.
type Latency struct {
	// Calls is the number of calls that the baseline is made of, 0 without one: of
	// minutes in which the endpoint did not fail, or where there are none, of all.
	Calls int64
	// P50 and P99 are quantiles of the baseline.
	P50, P99 time.Duration
	// Failures is the median duration of the group's failures in the window.
	Failures time.Duration
}

// Usual is what was usual before the window.
type Usual struct {
	// Span is how long the time before the window is that was counted, 0 when none
	// was. A day is enough.
	Span time.Duration
	// Total and Failing count the calls to the endpoint in it.
	Total, Failing int64
}

// TimedOut reports whether a failure is that somebody waited for too long.
func TimedOut(kind capture.Kind, status int) bool {
	return kind == capture.KindTimeout || status == 504 || status == 408
}

// Fault reports whether a failure lies in the vendor or the network, as far as
// kind and status tell: there was no answer or no whole one, the status is of the
// server's sort, or the answer tells of an error though its status does not.
// Refused requests, limits, broken contracts, slow answers and calls that the app
// ended are no faults.
func Fault(kind capture.Kind, status int) bool {
	switch kind {
	case capture.KindTransport, capture.KindTLS, capture.KindTimeout, capture.KindTruncated, capture.KindBodyError:
		return true
	case capture.KindHTTPStatus:
		return status >= 500 || status == 408
	}
	return false
}
