// Package capture holds the words of the capturing side: what a failure is,
// why it was judged one, and under which key failures are the same problem.
// Its folders turn an exchange of the proxy into a stored failure:
// judge, redact, fingerprint, locate, store; record ties them together.
package capture

import (
	"time"

	"flagrante/proxy"
)

// Kind is the sort of a failure.
type Kind string

// The kinds of failures.
const (
	KindHTTPStatus  Kind = "http_status"
	KindTransport   Kind = "transport"
	KindTLS         Kind = "tls"
	KindTimeout     Kind = "timeout"
	KindTruncated   Kind = "truncated"
	KindClientAbort Kind = "client_abort"
	// KindBodyError is an answer that says of its own failing, below status 400.
	KindBodyError Kind = "body_error"
	// KindSlow is an answer that took far longer than its endpoint usually does.
	KindSlow Kind = "slow"
	// KindContract is an exchange that does not keep to the vendor's own document,
	// and fails in no other way.
	KindContract Kind = "contract"
)

// Reason is a conclusion with its evidence, kept apart from any language: Key
// names a sentence of the word catalogue, Args are the values in it.
type Reason struct {
	Key  string            `json:"key"`
	Args map[string]string `json:"args,omitempty"`
}

// Verdict is what judging an exchange found.
type Verdict struct {
	Failing bool
	Kind    Kind
	Reasons []Reason
	// Expected reports that the failing is part of normal work, so that it is
	// recorded but makes no draft.
	Expected bool
	// Ignored reports that a rule of the user takes the exchange for no failure, whatever
	// else is found.
	Ignored bool
}

// Vendor is what the vendor's answer said of the error, in its own words.
type Vendor struct {
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// Redaction says that something was masked, never what.
type Redaction struct {
	// Where is the place, such as "request.header.Authorization",
	// "request.url.query.token" or "response.body/access_token".
	Where string `json:"where"`
	// Kind is the sort of value, such as "credential" or "cookie".
	Kind string `json:"kind"`
	// Rule is the name of the rule that asked for it.
	Rule string `json:"rule"`
	// Count is how many values one mark stands for, where those of a long list have one
	// (its place has an asterisk for the items); 0 is for one.
	Count int `json:"count,omitempty"`
}

// Origin is where the request was made: the country, how that is known, and which of a
// team's proxies saw it.
type Origin struct {
	// Country is an ISO 3166-1 alpha-2 code, empty when unknown.
	Country string `json:"country"`
	// Source is one of the Source constants.
	Source string `json:"source"`
	// Addr is the address that was looked up, empty where none was.
	Addr string `json:"addr,omitempty"`
	// ID names the proxy, empty where the store is that of a single one.
	ID string `json:"id,omitempty"`
}

// The sources of a country, in the order in which they decide.
const (
	SourceSetting   = "setting"
	SourceForwarded = "forwarded"
	SourcePeer      = "peer"
	SourceEgress    = "egress"
	SourceUnknown   = "unknown"
)

// Failure is an exchange that was judged failing, redacted and ready to store.
type Failure struct {
	// ID is the ID of the exchange.
	ID       string
	Time     time.Time
	Kind     Kind
	Reasons  []Reason
	Expected bool
	// Host is the lower-case host of the request, with its port unless that is
	// the default of the scheme.
	Host string
	// Endpoint is method, host and path template.
	Endpoint string
	// Fingerprint is the versioned key under which failures are the same
	// problem.
	Fingerprint string
	Vendor      Vendor
	// RequestIDs are the ids by which the vendor can find the request.
	RequestIDs []string
	Origin     Origin
	Redactions []Redaction
	// Exchange is the redacted exchange.
	Exchange proxy.Exchange
	// Chain names the attempts at one call, by the ID of the first; empty when
	// there was a single one. Attempt counts from 1.
	Chain   string
	Attempt int
	// Incident is the fingerprint of the host's group that the failure counts in,
	// empty when its own stands for itself.
	Incident string
	// Mark is what people said of it.
	Mark Mark
	// Before are calls of the same client before this one, oldest first, with all
	// those that led to it. Lists leave it out.
	Before []Call
}

// Mark is what people say of a failure. It stays on the machine: no ticket has it.
type Mark struct {
	// Pinned keeps the failure, whatever its age.
	Pinned bool
	// Note is a remark, of whoever NoteBy names.
	Note, NoteBy string
	Tags         []string
}

// Status returns the status code of the answer, 0 without one.
func (f *Failure) Status() int {
	if f.Exchange.Response == nil {
		return 0
	}
	return f.Exchange.Response.Status
}

// Group is what is known of all the failures with one fingerprint that are not
// expected.
type Group struct {
	Fingerprint string
	Host        string
	Endpoint    string
	Method      string
	Kind        Kind
	Status      int
	VendorCode  string
	// Count is the number of failures.
	Count     int64
	FirstSeen time.Time
	LastSeen  time.Time
	// FirstID and LastID name the earliest and the latest failure by time.
	FirstID string
	LastID  string
	// Parent is the fingerprint of the host's group that this one belongs to, empty
	// when it stands for itself.
	Parent string
	// Members are the groups that make up a host's group, empty for all others.
	Members []Member
	// Origins tell the failures apart by who caught them, those with the most failures
	// first. Pages of groups leave them out, and a folder's own store has none.
	Origins []OriginCount
}

// OriginCount counts the failures of a group that one proxy of a team caught, and whose
// requests came from one country.
type OriginCount struct {
	// ID, Machine and App are those of the proxy.
	ID      string
	Machine string
	App     string
	// Country is an ISO 3166-1 alpha-2 code, empty when unknown.
	Country             string
	Count               int64
	FirstSeen, LastSeen time.Time
}

// Member is one of the groups that are a single problem of their host.
type Member struct {
	Fingerprint string `json:"-"`
	Endpoint    string `json:"endpoint"`
	Count       int64  `json:"count"`
}
