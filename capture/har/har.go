// Package har reads and writes HTTP archives (HAR 1.2,
// http://www.softwareishard.com/blog/har-12-spec/), the recordings that
// browsers and debugging proxies keep of HTTP traffic.
//
// A HAR holds less than an exchange: the header fields of the tunnel, trailers
// and the facts of TLS are not in it. And it holds bodies decoded: content.text
// is what the content coding had packed. So the Content-Encoding field is left
// out of an exchange whose body a producer has unpacked, or every later reader
// would unpack it again.
package har

import (
	"bytes"
	"encoding/json"
)

// BodyLimit is the largest copy of a body, in bytes, that Read keeps. The true
// size is kept whatever it is.
const BodyLimit = 1 << 20

// EntryLimit is the most input, in bytes, that one entry may take. It bounds
// the memory that reading a file of any size needs.
const EntryLimit = 64 << 20

// Creator names the program that wrote a HAR.
type Creator struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// entry is one exchange as HAR knows it. Fields that begin with an underscore
// are customs of the producers, not of the specification.
type entry struct {
	Started  string   `json:"startedDateTime"`
	Time     float64  `json:"time"`
	Request  request  `json:"request"`
	Response response `json:"response"`
	Cache    struct{} `json:"cache"`
	Timings  timings  `json:"timings"`
	Server   string   `json:"serverIPAddress,omitempty"`
	Error    custom   `json:"_error,omitempty"`
	Security custom   `json:"_securityState,omitempty"`
}

type request struct {
	Method      string    `json:"method"`
	URL         string    `json:"url"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []nothing `json:"cookies"`
	Headers     []pair    `json:"headers"`
	QueryString []pair    `json:"queryString"`
	PostData    *postData `json:"postData,omitempty"`
	HeadersSize float64   `json:"headersSize"`
	BodySize    float64   `json:"bodySize"`
}

type response struct {
	Status      float64   `json:"status"`
	StatusText  string    `json:"statusText"`
	HTTPVersion string    `json:"httpVersion"`
	Cookies     []nothing `json:"cookies"`
	Headers     []pair    `json:"headers"`
	Content     content   `json:"content"`
	RedirectURL string    `json:"redirectURL"`
	HeadersSize float64   `json:"headersSize"`
	BodySize    float64   `json:"bodySize"`
	Error       custom    `json:"_error,omitempty"`
}

type postData struct {
	MimeType string `json:"mimeType"`
	Text     string `json:"text"`
	Params   []pair `json:"params,omitempty"`
	// The specification has no encoding for request bodies. Encoding is what
	// some producers write all the same, Packed is our own way to say it.
	Encoding custom `json:"encoding,omitempty"`
	Packed   custom `json:"_encoding,omitempty"`
}

type content struct {
	Size     float64 `json:"size"`
	MimeType string  `json:"mimeType"`
	Text     string  `json:"text,omitempty"`
	Encoding string  `json:"encoding,omitempty"`
}

// timings are in milliseconds; -1 means that the part did not take place.
type timings struct {
	Blocked float64 `json:"blocked"`
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"`
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
	SSL     float64 `json:"ssl"`
}

type pair struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// nothing stands for a part that is read past and always written empty.
type nothing struct{}

// UnmarshalJSON takes any value and keeps none of it.
func (*nothing) UnmarshalJSON([]byte) error { return nil }

// custom is the text of a field that no specification describes: a value that
// is no string is not known, not an error.
type custom string

// UnmarshalJSON keeps a string and nothing else.
func (c *custom) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte(`"`)) {
		return nil
	}
	return json.Unmarshal(data, (*string)(c))
}
