package store

import (
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"flagrante/capture"
	"flagrante/proxy"
)

// head is what is kept of an exchange besides the columns of a list and the
// bodies. It is the format of a column, so its names stay.
type head struct {
	Peer     netip.AddrPort `json:"peer"`
	Aborted  bool           `json:"aborted,omitempty"`
	Unread   string         `json:"unread,omitempty"`
	Tunnel   proxy.Fields   `json:"tunnel,omitempty"`
	Request  message        `json:"request"`
	Response *answer        `json:"response,omitempty"`
	Phases   proxy.Phases   `json:"phases"`
	Upstream proxy.Upstream `json:"upstream"`
}

type message struct {
	Proto   string       `json:"proto,omitempty"`
	Header  proxy.Fields `json:"header,omitempty"`
	Trailer proxy.Fields `json:"trailer,omitempty"`
	Body    bodyFacts    `json:"body"`
}

type answer struct {
	message
	Reason string `json:"reason,omitempty"`
}

type bodyFacts struct {
	Size     int64  `json:"size"`
	Cut      bool   `json:"cut,omitempty"`
	Decoded  bool   `json:"decoded,omitempty"`
	Complete bool   `json:"complete,omitempty"`
	BareEnd  bool   `json:"bare_end,omitempty"`
	Err      string `json:"err,omitempty"`
}

func (f bodyFacts) body(data []byte) proxy.Body {
	if len(data) == 0 {
		data = nil
	}
	return proxy.Body{Data: data, Cut: f.Cut, Decoded: f.Decoded, Size: f.Size, Complete: f.Complete, BareEnd: f.BareEnd, Err: f.Err}
}

// fill puts what h holds into an exchange that was read from a list.
func (h head) fill(x *proxy.Exchange, requestBody, responseBody []byte) {
	x.Peer, x.Aborted, x.Unread, x.Tunnel, x.Phases, x.Upstream = h.Peer, h.Aborted, h.Unread, h.Tunnel, h.Phases, h.Upstream
	x.Request.Proto, x.Request.Header, x.Request.Trailer = h.Request.Proto, h.Request.Header, h.Request.Trailer
	x.Request.Body = h.Request.Body.body(requestBody)
	if h.Response == nil {
		return
	}
	if x.Response == nil {
		x.Response = &proxy.Response{}
	}
	r := x.Response
	r.Reason, r.Proto, r.Header, r.Trailer = h.Response.Reason, h.Response.Proto, h.Response.Header, h.Response.Trailer
	r.Body = h.Response.Body.body(responseBody)
}

const listColumns = `id, time, kind, reasons, expected, method, url, host, endpoint, status, error,
	vendor_code, vendor_message, duration, country, country_source, country_addr, client, fingerprint, request_ids, redactions, chain, attempt, origin`

// failureColumns are those that are written.
const failureColumns = listColumns + `, request_size, response_size`

// readColumns are those that are read of a failure, what people said of it, and the group
// of the host that it counts in.
const readColumns = listColumns + `, pinned, note, note_by, tags, coalesce((SELECT parent FROM groups WHERE groups.fingerprint = failures.fingerprint), '')`

// values returns the columns of a failure, in the order of failureColumns.
func values(f *capture.Failure) []driver.Value {
	x := &f.Exchange
	var transport driver.Value
	if x.Err != nil {
		transport = asJSON(x.Err)
	}
	expected, answered := int64(0), int64(0)
	if f.Expected {
		expected = 1
	}
	if x.Response != nil {
		answered = x.Response.Body.Size
	}
	return []driver.Value{
		f.ID, f.Time.UnixMicro(), string(f.Kind), listText(f.Reasons), expected, x.Request.Method, x.Request.URL, f.Host, f.Endpoint, int64(f.Status()), transport,
		f.Vendor.Code, f.Vendor.Message, x.Phases.Total.Microseconds(), f.Origin.Country, f.Origin.Source, f.Origin.Addr,
		clientText(x.Client), f.Fingerprint, textsText(f.RequestIDs), listText(f.Redactions), f.Chain, int64(f.Attempt), f.Origin.ID,
		x.Request.Body.Size, answered,
	}
}

// clientText leaves out the address that recordings do not have.
func clientText(client netip.AddrPort) string {
	if !client.IsValid() {
		return ""
	}
	return client.String()
}

// scan reads the columns of readColumns.
func scan(row func(...any) error) (*capture.Failure, error) {
	f := &capture.Failure{}
	x := &f.Exchange
	var micros, duration int64
	var status int
	var reasons, client, ids, redactions, tags string
	var transport *string
	err := row(&f.ID, &micros, &f.Kind, &reasons, &f.Expected, &x.Request.Method, &x.Request.URL, &f.Host, &f.Endpoint, &status, &transport,
		&f.Vendor.Code, &f.Vendor.Message, &duration, &f.Origin.Country, &f.Origin.Source, &f.Origin.Addr, &client, &f.Fingerprint, &ids, &redactions, &f.Chain, &f.Attempt, &f.Origin.ID,
		&f.Mark.Pinned, &f.Mark.Note, &f.Mark.NoteBy, &tags, &f.Incident)
	if err != nil {
		return nil, err
	}
	f.Time = time.UnixMicro(micros).UTC()
	x.ID, x.Start = f.ID, f.Time
	x.Phases.Total = time.Duration(duration) * time.Microsecond
	if client != "" {
		x.Client, err = netip.ParseAddrPort(client)
		if err != nil {
			return nil, fmt.Errorf("read the client of failure %s: %w", f.ID, err)
		}
	}
	if status != 0 {
		x.Response = &proxy.Response{Status: status}
	}
	return f, fromJSON(f, transport, reasons, ids, redactions, tags)
}

func fromJSON(f *capture.Failure, transport *string, reasons, ids, redactions, tags string) error {
	if transport != nil {
		f.Exchange.Err = &proxy.Error{}
		if err := json.Unmarshal([]byte(*transport), f.Exchange.Err); err != nil {
			return fmt.Errorf("read the error of failure %s: %w", f.ID, err)
		}
	}
	err := errors.Join(
		json.Unmarshal([]byte(reasons), &f.Reasons),
		json.Unmarshal([]byte(ids), &f.RequestIDs),
		json.Unmarshal([]byte(redactions), &f.Redactions),
		json.Unmarshal([]byte(tags), &f.Mark.Tags),
	)
	if err != nil {
		return fmt.Errorf("read failure %s: %w", f.ID, err)
	}
	if len(f.Mark.Tags) == 0 {
		f.Mark.Tags = nil
	}
	return nil
}
