package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"strconv"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// problem is the body of an answer that the proxy gives itself (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	// Source tells an app's developer who speaks.
	Source string      `json:"source"`
	Phase  proxy.Phase `json:"phase"`
}

// refusal tells an app that there is no answer from the vendor, and why, in the
// terms of RFC 9209.
type refusal struct {
	status int
	header http.Header
	body   []byte
}

func newRefusal(host string, cause *proxy.Error) (refusal, error) {
	status := fault.Status(cause)
	body, err := json.Marshal(problem{
		Type:   "https://www.rfc-editor.org/rfc/rfc9209#name-proxy-error-types",
		Title:  "No answer from " + host + ": " + cause.Type,
		Status: status,
		Detail: "flagrante, the proxy, says this, not the vendor: " + cause.Text,
		Source: "flagrante",
		Phase:  cause.Phase,
	})
	return refusal{status: status, body: body, header: http.Header{
		"Proxy-Status":  {"flagrante; error=" + cause.Type},
		"Content-Type":  {"application/problem+json"},
		"Cache-Control": {"no-store"},
		// The next try starts with a new connection, and so with a new dial.
		"Connection":     {"close"},
		"Content-Length": {strconv.Itoa(len(body))},
	}}, err
}

// answerError answers a request with a refusal.
func answerError(w http.ResponseWriter, host string, cause *proxy.Error) {
	r, err := newRefusal(host, cause)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	maps.Copy(w.Header(), r.header)
	w.WriteHeader(r.status)
	// An app that has left by now misses nothing.
	_, _ = w.Write(r.body)
}

// lateAnswer writes the refusal for a vendor that takes too long, as an HTTP/1.1
// message.
func lateAnswer(w io.Writer, host string) error {
	return writeRefusal(w, host, fault.Of(os.ErrDeadlineExceeded, proxy.PhaseWait))
}

// writeRefusal writes a refusal as an HTTP/1.1 message.
func writeRefusal(w io.Writer, host string, cause *proxy.Error) error {
	r, err := newRefusal(host, cause)
	if err != nil {
		return err
	}
	var message bytes.Buffer
	fmt.Fprintf(&message, "HTTP/1.1 %d %s\r\n", r.status, http.StatusText(r.status))
	err = r.header.Write(&message)
	message.WriteString("\r\n")
	message.Write(r.body)
	if err != nil {
		return err
	}
	_, err = w.Write(message.Bytes())
	return err
}
