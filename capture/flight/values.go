package flight

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"flagrante/capture/decode"
	"flagrante/proxy"
)

const (
	// shortestValue and longestValue bound what is taken for an id or a token.
	shortestValue = 6
	longestValue  = 4096
	// wordless is the length from which letters alone are no word.
	wordless = 24
	// maxValues bounds what is looked at in one message, maxDepth how deep.
	maxValues = 1000
	maxDepth  = 32
	// maxWanted is how many texts are looked for before a body is read.
	maxWanted = 64
)

// value is an id or a token, and where it stands.
type value struct{ text, place string }

// collector gathers the values of one message.
type collector struct {
	values []value
	// wanted are the only texts that matter; nil where all do.
	wanted []string
}

// add takes a text that can be an id or a token.
func (c *collector) add(place, text string) {
	if len(c.values) < maxValues && identifies(text) {
		c.values = append(c.values, value{text, place})
	}
}

// identifies tells ids and tokens from words, amounts and times.
func identifies(s string) bool {
	if len(s) < shortestValue || len(s) > longestValue || strings.ContainsAny(s, " \t\r\n") {
		return false
	}
	if !strings.ContainsAny(s, "0123456789") {
		return len(s) >= wordless
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return !strings.ContainsAny(s, ".eE+-") && !strings.HasSuffix(s, "000")
	}
	if len(s) >= len(time.DateOnly) {
		if _, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)]); err == nil {
			return false
		}
	}
	return true
}

// requested returns what a request uses.
func requested(x *proxy.Exchange) []value {
	var c collector
	c.address("request.url", x.Request.URL)
	c.fields("request.header", x.Request.Header)
	c.body("request.body", x.Request.Body, x.Request.Header)
	return c.values
}

// answered returns what an answer gave, the wanted texts at least. To read a body takes
// long, and most hold nothing that is asked for later.
func answered(x *proxy.Exchange, wanted []string) []value {
	if x.Response == nil || len(wanted) == 0 {
		return nil
	}
	c := collector{wanted: wanted}
	c.fields("response.header", x.Response.Header)
	c.body("response.body", x.Response.Body, x.Response.Header)
	return c.values
}

// address takes the segments of the path and the values of the query.
func (c *collector) address(place, text string) {
	u, err := url.Parse(text)
	if err != nil {
		return
	}
	for i, segment := range strings.Split(strings.TrimPrefix(u.EscapedPath(), "/"), "/") {
		if plain, err := url.PathUnescape(segment); err == nil {
			c.add(place+".path/"+strconv.Itoa(i), plain)
		}
	}
	c.pairs(place+".query.", u.RawQuery)
}

// pairs takes the values of a form.
func (c *collector) pairs(place, encoded string) {
	for pair := range strings.SplitSeq(encoded, "&") {
		name, text, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(text); err == nil {
			c.add(place+name, plain)
		}
	}
}

// fields takes the fields in which clients and vendors put ids and tokens, which
// are all but those of the protocol.
func (c *collector) fields(place string, fields proxy.Fields) {
	for _, f := range fields {
		at := place + "." + f.Name
		switch name := strings.ToLower(f.Name); name {
		case "authorization", "proxy-authorization":
			_, credentials, _ := strings.Cut(f.Value, " ")
			c.add(at, strings.TrimSpace(credentials))
		case "cookie", "set-cookie":
			c.cookies(at, f.Value, name == "set-cookie")
		case "location", "content-location":
			c.text(at, f.Value)
		case "accept", "accept-encoding", "accept-language", "age", "cache-control", "connection", "content-length", "content-type", "content-encoding",
			"date", "expires", "host", "keep-alive", "last-modified", "server", "strict-transport-security", "traceparent", "tracestate", "user-agent", "vary", "via":
		default:
			c.add(at, f.Value)
		}
	}
}

func (c *collector) cookies(place, text string, set bool) {
	for pair := range strings.SplitSeq(text, ";") {
		name, text, _ := strings.Cut(strings.TrimSpace(pair), "=")
		c.add(place+"."+name, text)
		if set {
			return
		}
	}
}

// text takes a text, and what stands in it when it is an address.
func (c *collector) text(place, text string) {
	c.add(place, text)
	if strings.HasPrefix(text, "/") || strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
		c.address(place, text)
	}
}

func (c *collector) body(place string, b proxy.Body, header proxy.Fields) {
	if len(b.Data) == 0 {
		return
	}
	data := bytes.TrimSpace(decode.Body(b, header, maxBody).Data)
	switch {
	case len(data) == 0:
	case data[0] == '{' || data[0] == '[':
		if c.useless(data) {
			return
		}
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.UseNumber()
		c.json(decoder, place, 0)
	case data[0] == '<':
		c.xml(place, data)
	case mediaType(header) == "application/x-www-form-urlencoded":
		c.pairs(place+"/", string(data))
	}
}

// useless reports whether JSON plainly holds none of the texts that are wanted. Where
// letters are escaped it may hold them in another way.
func (c *collector) useless(data []byte) bool {
	if c.wanted == nil || len(c.wanted) > maxWanted || bytes.IndexByte(data, '\\') >= 0 || bytes.IndexByte(data, '%') >= 0 {
		return false
	}
	return !slices.ContainsFunc(c.wanted, func(text string) bool { return bytes.Contains(data, []byte(text)) })
}

// json reads one value and reports whether there may be more: a copy that was cut
// ends somewhere.
func (c *collector) json(d *json.Decoder, place string, depth int) bool {
	token, err := d.Token()
	if err != nil || depth > maxDepth || len(c.values) >= maxValues {
		return false
	}
	switch token := token.(type) {
	case string:
		c.text(place, token)
	case json.Number:
		c.add(place, token.String())
	case json.Delim:
		for i := 0; d.More(); i++ {
			name := strconv.Itoa(i)
			if token == '{' {
				key, err := d.Token()
				if err != nil {
					return false
				}
				name, _ = key.(string)
			}
			if !c.json(d, place+"/"+escape(name), depth+1) {
				return false
			}
		}
		_, err = d.Token()
		return err == nil
	}
	return true
}

// escape writes a name as a part of a JSON pointer (RFC 6901, section 3).
func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}
