package text

import (
	"encoding/base64"
	"time"
	"unicode/utf8"

	"flagrante/capture"
	"flagrante/capture/decode"
	"flagrante/draft"
	"flagrante/proxy"
)

// FailureDetail is a failure with all that was kept of its exchange.
type FailureDetail struct {
	FailureJSON
	VendorMessage string         `json:"vendor_message"`
	RequestIDs    []string       `json:"request_ids"`
	Aborted       bool           `json:"aborted"`
	Request       MessageJSON    `json:"request"`
	Response      *MessageJSON   `json:"response"`
	PhasesMS      PhasesJSON     `json:"phases_ms"`
	Upstream      proxy.Upstream `json:"upstream"`
}

// MessageJSON is a request or a response. Body is the captured part without its
// content coding, in base64 where Encoding says so; Size is what truly passed,
// in bytes.
type MessageJSON struct {
	Proto    string       `json:"proto"`
	Reason   string       `json:"reason,omitempty"`
	Header   proxy.Fields `json:"header"`
	Trailer  proxy.Fields `json:"trailer,omitempty"`
	Body     string       `json:"body"`
	Encoding string       `json:"encoding,omitempty"`
	Size     int64        `json:"size"`
	Cut      bool         `json:"cut"`
	Complete bool         `json:"complete"`
	Error    string       `json:"error,omitempty"`
}

// PhasesJSON are the durations of the parts of an exchange in milliseconds.
type PhasesJSON struct {
	DNS     float64 `json:"dns"`
	Connect float64 `json:"connect"`
	TLS     float64 `json:"tls"`
	Send    float64 `json:"send"`
	Wait    float64 `json:"wait"`
	Receive float64 `json:"receive"`
	Total   float64 `json:"total"`
}

// maxDetail is the most of a body, in bytes, that a detail shows.
const maxDetail = 4 << 20

// Detail returns f with its exchange, as JSON shows it.
func Detail(f *capture.Failure, draftID string, lang draft.Lang) FailureDetail {
	x := &f.Exchange
	p := x.Phases
	detail := FailureDetail{
		FailureJSON: FailureObject(f, draftID, lang), VendorMessage: f.Vendor.Message, RequestIDs: orEmpty(f.RequestIDs), Aborted: x.Aborted,
		Request:  messageJSON(x.Request.Proto, x.Request.Header, x.Request.Trailer, x.Request.Body),
		PhasesMS: PhasesJSON{ms(p.DNS), ms(p.Connect), ms(p.TLS), ms(p.Send), ms(p.Wait), ms(p.Receive), ms(p.Total)},
		Upstream: x.Upstream,
	}
	if r := x.Response; r != nil {
		m := messageJSON(r.Proto, r.Header, r.Trailer, r.Body)
		m.Reason = r.Reason
		detail.Response = &m
	}
	return detail
}

func messageJSON(proto string, header, trailer proxy.Fields, b proxy.Body) MessageJSON {
	plain := decode.Body(b, header, maxDetail)
	m := MessageJSON{
		Proto: proto, Header: orEmpty(header), Trailer: trailer, Body: string(plain.Data),
		Size: b.Size, Cut: b.Cut || plain.More, Complete: b.Complete, Error: b.Err,
	}
	if !utf8.Valid(plain.Data) {
		m.Body, m.Encoding = base64.StdEncoding.EncodeToString(plain.Data), "base64"
	}
	return m
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
