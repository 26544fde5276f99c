package service

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"flagrante/capture/har"
	"flagrante/draft/desk/door"
	"flagrante/proxy"
)

var (
	errNoExchange = &door.Problem{Status: http.StatusUnprocessableEntity, Key: "no_exchange"}
	errEnough     = errors.New("enough calls were read")
)

// plainCall is a call as people write it down: one object, without the rest of a HAR.
type plainCall struct {
	Method         string            `json:"method"`
	URL            string            `json:"url"`
	RequestHeaders map[string]string `json:"request_headers"`
	RequestBody    anyText           `json:"request_body"`
	Status         int               `json:"status"`
	Headers        map[string]string `json:"headers"`
	Body           anyText           `json:"body"`
}

// anyText is a JSON string, or any other JSON as it was written.
type anyText string

// UnmarshalJSON takes a string apart, and keeps the rest.
func (t *anyText) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = anyText(s)
		return nil
	}
	*t = anyText(data)
	return nil
}

// readExchanges reads calls that somebody pasted: a HAR, one of its entries, or a
// plainCall.
func readExchanges(pasted string, now time.Time, most int) ([]*proxy.Exchange, error) {
	var shape struct {
		Log     json.RawMessage `json:"log"`
		Request json.RawMessage `json:"request"`
		plainCall
	}
	if err := json.Unmarshal([]byte(pasted), &shape); err != nil {
		return nil, errNoExchange
	}
	switch {
	case shape.Log != nil:
		return readHAR(pasted, most)
	case shape.Request != nil:
		return readHAR(`{"log":{"version":"1.2","entries":[`+pasted+`]}}`, most)
	case shape.Status != 0 || shape.URL != "":
		return []*proxy.Exchange{shape.exchange(now)}, nil
	}
	return nil, errNoExchange
}

func readHAR(pasted string, most int) ([]*proxy.Exchange, error) {
	var all []*proxy.Exchange
	_, err := har.Read(strings.NewReader(pasted), func(x *proxy.Exchange) error {
		if all = append(all, x); len(all) == most {
			return errEnough
		}
		return nil
	})
	if len(all) == 0 && err != nil {
		return nil, errNoExchange
	}
	return all, nil
}

func (c plainCall) exchange(now time.Time) *proxy.Exchange {
	x := &proxy.Exchange{ID: "try", Start: now, Request: proxy.Request{
		Method: c.Method, URL: c.URL, Proto: "HTTP/1.1", Header: fieldsFrom(c.RequestHeaders), Body: bodyFrom(c.RequestBody),
	}}
	if x.Request.Method == "" {
		x.Request.Method = http.MethodGet
	}
	if x.Request.URL == "" {
		x.Request.URL = "https://api.example.com/"
	}
	if c.Status != 0 {
		x.Response = &proxy.Response{Status: c.Status, Reason: http.StatusText(c.Status), Proto: "HTTP/1.1", Header: fieldsFrom(c.Headers), Body: bodyFrom(c.Body)}
		if x.Response.Header.Get("Content-Type") == "" && json.Valid(x.Response.Body.Data) {
			x.Response.Header = append(x.Response.Header, proxy.Field{Name: "Content-Type", Value: "application/json"})
		}
	}
	return x
}

func fieldsFrom(headers map[string]string) (fields proxy.Fields) {
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		fields = append(fields, proxy.Field{Name: name, Value: headers[name]})
	}
	return fields
}

func bodyFrom(t anyText) proxy.Body {
	return proxy.Body{Data: []byte(t), Size: int64(len(t)), Complete: true}
}
