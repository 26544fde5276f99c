// Package proxy holds the words of the proxy: what an exchange between an app
// and a vendor is. Its folders make exchanges: server stands between the two,
// authority makes the certificates, fault names what went wrong. None of them
// knows of failures, storage or tickets.
package proxy

import (
	"net/http"
	"net/netip"
	"time"
)

// Exchange is one request and what came of it. Exactly one of three things
// holds: Response is set (the vendor answered, perhaps not to the end), Err is
// set (no answer came, for a reason of the network or of TLS), or Aborted is
// true with neither (the app gave up before an answer). Where none does, Unread
// says why that is not known.
type Exchange struct {
	// ID is unique and sorts by time (a ULID, https://github.com/ulid/spec).
	ID string
	// Start is when the request head had been read from the app.
	Start time.Time
	// Client is the network peer of the proxy, or the source address that a
	// trusted peer named in a PROXY protocol header.
	Client netip.AddrPort
	// Peer is the network peer itself; it differs from Client only behind the
	// PROXY protocol.
	Peer netip.AddrPort
	// Tunnel holds the header fields of the CONNECT request that opened the
	// tunnel, empty for plain HTTP.
	Tunnel Fields
	// Request is what the app sent.
	Request Request
	// Response is what the vendor answered, nil when there was no answer.
	Response *Response
	// Err says why there was no answer; nil when there was one.
	Err *Error
	// Aborted reports that the app went away before the exchange was over.
	Aborted bool
	// Unread says why the bytes of the connection could not be followed beyond
	// this exchange, which may be known in part only; empty when they could. It
	// never holds a part of those bytes.
	Unread string
	// Phases are the times that the parts of the exchange took.
	Phases Phases
	// Upstream says which connection carried the exchange.
	Upstream Upstream
	// Pooled reports that the memory of the exchange is that of a Pool.
	Pooled bool
}

// Request is the request of an exchange, as it was sent to the vendor.
type Request struct {
	Method string
	// URL is absolute, and holds whatever the app wrote, secrets included.
	URL string
	// Proto is the version that the app spoke, such as "HTTP/1.1".
	Proto  string
	Header Fields
	Body   Body
	// Trailer holds the fields that followed the body.
	Trailer Fields
}

// ProtocolField is the one pseudo-header field that stands in the Header of a Request:
// nothing else says what an extended CONNECT opens (RFC 8441, section 4).
const ProtocolField = ":protocol"

// Opens returns what an extended CONNECT opens, such as "websocket", and "" for every
// other request.
func (r *Request) Opens() string {
	if r.Method != http.MethodConnect {
		return ""
	}
	return r.Header.Get(ProtocolField)
}

// Response is the vendor's final answer.
type Response struct {
	Status int
	// Reason is the reason phrase; HTTP/2 has none.
	Reason  string
	Proto   string
	Header  Fields
	Body    Body
	Trailer Fields
}

// Field is one header or trailer field line.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Fields is a list of header or trailer field lines.
type Fields []Field

// Body is the captured copy of a message body.
type Body struct {
	// Data holds the first bytes of the body, at most the capture limit, in the
	// content coding in which they were sent unless Decoded is set.
	Data []byte
	// Decoded reports that the content codings of the header have been undone.
	Decoded bool
	// Cut reports that Data ends before what passed does.
	Cut bool
	// Size is the true number of body bytes that passed.
	Size int64
	// Complete reports that the body ended as its framing announced. It is
	// false when either side broke off, whatever Data holds.
	Complete bool
	// BareEnd reports of a complete body that only the end of its connection ended it, and that
	// TLS was not told of that end: it may have been cut (RFC 9112, section 9.8).
	BareEnd bool
	// Err says why a vendor's body broke off; empty when it did not.
	Err string
}

// CutByUs is the Err of a body that the proxy cut off itself, as it was told to end.
const CutByUs = "the proxy closed the connection before the answer was over"

// Phases are the durations of the parts of an exchange. A part that did not
// take place, such as the handshake on a reused connection, is zero.
type Phases struct {
	DNS     time.Duration `json:"dns"`
	Connect time.Duration `json:"connect"`
	TLS     time.Duration `json:"tls"`
	// Send runs from the first to the last byte of the request.
	Send time.Duration `json:"send"`
	// Wait runs from the sent request to the first byte of the answer.
	Wait time.Duration `json:"wait"`
	// Receive runs from the first to the last byte of the answer.
	Receive time.Duration `json:"receive"`
	// Total runs from Start to the end, whatever the end was.
	Total time.Duration `json:"total"`
}

// Upstream describes the connection to the vendor.
type Upstream struct {
	// Addr is the vendor's address, empty when no connection was made, or when
	// an upstream proxy made it.
	Addr string `json:"addr,omitempty"`
	// Proxy is the host and port of the upstream proxy in between, empty when
	// there was none.
	Proxy string `json:"proxy,omitempty"`
	// Reused reports that an earlier exchange had opened the connection.
	Reused bool `json:"reused,omitempty"`
	// TLSVersion, Cipher, and ALPN are as negotiated, empty without TLS.
	TLSVersion string `json:"tls_version,omitempty"`
	Cipher     string `json:"cipher,omitempty"`
	ALPN       string `json:"alpn,omitempty"`
	// CertSubject, CertIssuer and CertNotAfter describe the vendor's leaf.
	CertSubject  string    `json:"cert_subject,omitempty"`
	CertIssuer   string    `json:"cert_issuer,omitempty"`
	CertNotAfter time.Time `json:"cert_not_after,omitzero"`
}

// Phase names the part of an exchange in which an error happened.
type Phase string

// The phases of an exchange, in their order.
const (
	PhaseDNS     Phase = "dns"
	PhaseConnect Phase = "connect"
	PhaseTLS     Phase = "tls"
	PhaseSend    Phase = "send"
	PhaseWait    Phase = "wait"
	PhaseReceive Phase = "receive"
)

// Error is a transport error: the reason why a request has no answer.
type Error struct {
	// Type is a proxy error type of RFC 9209, section 2.3.
	Type string `json:"type"`
	// Phase is where it happened.
	Phase Phase `json:"phase"`
	// Text is the cause in words. It never holds a URL, header or body.
	Text string `json:"text"`
}

// Error returns the type, the phase and the cause.
func (e *Error) Error() string { return e.Type + " (" + string(e.Phase) + "): " + e.Text }

// Observer receives every exchange once, when it is over. It is called on the
// goroutine of the traffic, so it must return at once and never block. What it receives
// is its own: it may give it back to the Pool of the proxy, or keep it.
type Observer func(*Exchange)
