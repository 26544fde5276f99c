package har

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/proxy"
)

// Write writes the failures as one HAR. They must be redacted already, as
// stored failures are: Write hides nothing. Why an answer is missing or broke
// off stands in the response's _error, where Chromium writes it too. A body of
// which only the beginning was kept has that beginning as its text, and its
// true size.
func Write(w io.Writer, by Creator, failures []*capture.Failure) error {
	b := bufio.NewWriter(w)
	creator, err := json.Marshal(by)
	if err != nil {
		return fmt.Errorf("write the creator of the HAR: %w", err)
	}
	fmt.Fprintf(b, `{"log":{"version":"1.2","creator":%s,"entries":[`, creator)
	for i, f := range failures {
		text, err := json.Marshal(entryOf(&f.Exchange))
		if err != nil {
			return fmt.Errorf("write log.entries[%d] of the HAR: %w", i, err)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		b.Write(text)
	}
	b.WriteString("\n]}}\n")
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write the HAR: %w", err)
	}
	return nil
}

func entryOf(e *proxy.Exchange) entry {
	return entry{
		Started:  e.Start.Format(time.RFC3339Nano),
		Time:     millis(e.Phases.Total),
		Request:  requestOf(e.Request),
		Response: responseOf(e),
		Timings:  timingsOf(e.Phases),
		Server:   custom(server(e.Upstream.Addr)),
	}
}

func requestOf(r proxy.Request) request {
	q := request{
		Method: r.Method, URL: r.URL, HTTPVersion: custom(r.Proto), Cookies: unread{},
		Headers: pairs(r.Header), QueryString: query(r.URL), HeadersSize: -1, BodySize: number(r.Body.Size),
	}
	if len(r.Body.Data) > 0 {
		mimeType := r.Header.Get("Content-Type")
		text, encoding := encode(r.Body.Data, mimeType)
		q.PostData = &postData{MimeType: custom(mimeType), Text: custom(text), Packed: custom(encoding)}
	}
	return q
}

func responseOf(e *proxy.Exchange) response {
	r := e.Response
	if r == nil {
		return response{Cookies: unread{}, Headers: []pair{}, HeadersSize: -1, BodySize: -1, Error: claim{text: custom(reason(e))}}
	}
	return response{
		Status: number(r.Status), StatusText: custom(r.Reason), HTTPVersion: custom(r.Proto), Cookies: unread{},
		Headers: pairs(r.Header), RedirectURL: custom(r.Header.Get("Location")), HeadersSize: -1, BodySize: number(r.Body.Size),
		Content: contentOf(r), Error: claim{text: custom(reason(e))},
	}
}

// reason says why the exchange has no answer or no whole one, "" when it has.
func reason(e *proxy.Exchange) string {
	switch {
	case e.Aborted:
		return gaveUp
	case e.Err != nil:
		return e.Err.Error()
	case e.Response == nil:
		return "no answer"
	case e.Response.Body.Err != "":
		return e.Response.Body.Err
	case !e.Response.Body.Complete:
		return "the answer broke off"
	}
	return ""
}

func pairs(fields proxy.Fields) []pair {
	list := make([]pair, len(fields))
	for i, f := range fields {
		list[i] = pair(f)
	}
	return list
}

// query returns the parameters of the URL in their order; one that cannot be
// unescaped stays as it is.
func query(target string) repeated {
	list := repeated{}
	_, raw, _ := strings.Cut(target, "?")
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		list = append(list, pair{Name: unescape(name), Value: unescape(value)})
	}
	return list
}

func unescape(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// server returns the address without its port, which HAR has no place for.
func server(addr string) string {
	full, err := netip.ParseAddrPort(addr)
	if err != nil {
		return ""
	}
	return full.Addr().String()
}
