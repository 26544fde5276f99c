// Package har reads and writes HTTP archives (HAR 1.2,
// http://www.softwareishard.com/blog/har-12-spec/), the recordings that
// browsers and debugging proxies keep of HTTP traffic.
//
// A HAR holds less than an exchange: who the client was, the header fields of
// the tunnel, trailers, what broke off a request, the port of the vendor, an
// upstream proxy and the facts of TLS are not in it. And it holds bodies decoded:
// content.text is what the content coding had packed, so such a body is marked as
// decoded, or every later reader would unpack it again.
package har

// BodyLimit is the largest copy of a body, in bytes, that Read keeps. The true
// size is kept whatever it is.
const BodyLimit = 1 << 20

// EntryLimit is the most input, in bytes, that one entry may take; a larger one
// is passed over as unreadable. It bounds the memory that reading a file of any
// size needs.
const EntryLimit = 32 << 20

// Creator names the program that wrote a HAR.
type Creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// entry is one exchange as HAR knows it. Fields that begin with an underscore
// are customs of the producers, not of the specification.
type entry struct {
	Started  string   `json:"startedDateTime"`
	Time     number   `json:"time"`
	Request  request  `json:"request"`
	Response response `json:"response"`
	Cache    nothing  `json:"cache"`
	Timings  timings  `json:"timings"`
	Server   custom   `json:"serverIPAddress,omitempty"`
	Error    custom   `json:"_error,omitempty"`
	Security custom   `json:"_securityState,omitempty"`
	// These are only read.
	FromCache truth    `json:"_fromCache,omitempty"`
	FetchType custom   `json:"_fetchType,omitempty"`
	Messages  messages `json:"_webSocketMessages,omitempty"`
}

type request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion custom    `json:"httpVersion"`
	Cookies     unread    `json:"cookies"`
	Headers     []pair    `json:"headers"`
	QueryString repeated  `json:"queryString"`
	PostData    *postData `json:"postData,omitempty"`
	HeadersSize number    `json:"headersSize"`
	BodySize    number    `json:"bodySize"`
}

type response struct {
	Status      number  `json:"status"`
	StatusText  custom  `json:"statusText"`
	HTTPVersion custom  `json:"httpVersion"`
	Cookies     unread  `json:"cookies"`
	Headers     []pair  `json:"headers"`
	Content     content `json:"content"`
	RedirectURL custom  `json:"redirectURL"`
	HeadersSize number  `json:"headersSize"`
	BodySize    number  `json:"bodySize"`
	Error       claim   `json:"_error,omitzero"`
	// These are only read.
	FailureText  custom  `json:"_failureText,omitempty"`
	TransferSize *number `json:"_transferSize,omitempty"`
	ViaWorker    truth   `json:"_fetchedViaServiceWorker,omitempty"`
	WorkerSource custom  `json:"_serviceWorkerResponseSource,omitempty"`
}

type postData struct {
	MimeType custom `json:"mimeType"`
	Text     custom `json:"text"`
	Params   []pair `json:"params,omitempty"`
	// The specification has no encoding for request bodies. Encoding is what
	// some producers write all the same, Packed is our own way to say it.
	Encoding custom `json:"encoding,omitempty"`
	Packed   custom `json:"_encoding,omitempty"`
}

type content struct {
	Size     number `json:"size"`
	MimeType custom `json:"mimeType"`
	Text     string `json:"text,omitempty"`
	Encoding custom `json:"encoding,omitempty"`
}

// timings are in milliseconds; -1 means that the part did not take place.
type timings struct {
	Blocked number `json:"blocked"`
	DNS     number `json:"dns"`
	Connect number `json:"connect"`
	Send    number `json:"send"`
	Wait    number `json:"wait"`
	Receive number `json:"receive"`
	SSL     number `json:"ssl"`
}

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// message is one of a WebSocket, or what the browser says of it.
type message struct {
	Type custom `json:"type"`
	Data custom `json:"data"`
}
