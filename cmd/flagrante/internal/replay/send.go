package replay

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"flagrante/proxy"
)

// bodyLimit is what is read of an answer, in bytes.
const bodyLimit = 1 << 20

// Send writes a request of Prepare over a connection to the vendor, as HTTP/1.1 and
// with its fields in their order, and reads the answer.
func Send(ctx context.Context, conn net.Conn, r proxy.Request, now func() time.Time) (*proxy.Exchange, error) {
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	x := &proxy.Exchange{Start: now(), Request: r}
	if err := write(conn, r); err != nil {
		return nil, fmt.Errorf("send the request: %w", err)
	}
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: r.Method})
	if err != nil {
		return nil, fmt.Errorf("wait for the answer: %w", err)
	}
	defer answer.Body.Close()
	x.Phases.Wait = now().Sub(x.Start)
	data, err := io.ReadAll(io.LimitReader(answer.Body, bodyLimit+1))
	body := proxy.Body{Data: data[:min(len(data), bodyLimit)], Size: int64(len(data)), Cut: len(data) > bodyLimit, Complete: err == nil}
	if err != nil {
		body.Err = err.Error()
	}
	x.Response = &proxy.Response{Status: answer.StatusCode, Proto: answer.Proto, Body: body}
	for name, values := range answer.Header {
		for _, value := range values {
			x.Response.Header = append(x.Response.Header, proxy.Field{Name: name, Value: value})
		}
	}
	x.Phases.Total = now().Sub(x.Start)
	return x, nil
}

func write(conn net.Conn, r proxy.Request) error {
	u, err := url.Parse(r.URL)
	if err != nil {
		return ErrTarget
	}
	w := bufio.NewWriter(conn)
	fmt.Fprintf(w, "%s %s HTTP/1.1\r\n", r.Method, u.RequestURI())
	if !has(r.Header, "Host") {
		fmt.Fprintf(w, "Host: %s\r\n", u.Host)
	}
	for _, f := range r.Header {
		fmt.Fprintf(w, "%s: %s\r\n", f.Name, f.Value)
	}
	if len(r.Body.Data) > 0 || !Safe(r.Method) {
		fmt.Fprintf(w, "Content-Length: %d\r\n", len(r.Body.Data))
	}
	w.WriteString("Connection: close\r\n\r\n")
	w.Write(r.Body.Data)
	return w.Flush()
}

func has(fields proxy.Fields, name string) bool {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return true
		}
	}
	return false
}
