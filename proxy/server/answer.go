package server

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"

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

// errorResponse tells the app that there is no answer from the vendor, and why,
// in the terms of RFC 9209.
func errorResponse(host string, cause *proxy.Error) *http.Response {
	status := fault.Status(cause)
	// All of it is text of ours, which can be encoded.
	body, _ := json.Marshal(problem{
		Type:   "https://www.rfc-editor.org/rfc/rfc9209#name-proxy-error-types",
		Title:  "No answer from " + host + ": " + cause.Type,
		Status: status,
		Detail: "flagrante, the proxy, says this, not the vendor: " + cause.Text,
		Source: "flagrante",
		Phase:  cause.Phase,
	})
	return &http.Response{
		StatusCode: status, ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{
			"Proxy-Status":  {"flagrante; error=" + cause.Type},
			"Content-Type":  {"application/problem+json"},
			"Cache-Control": {"no-store"},
		},
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		// The next try starts with a new connection, and so with a new dial.
		Close: true,
	}
}

// answerError answers a request with an errorResponse.
func answerError(w http.ResponseWriter, host string, cause *proxy.Error) {
	r := errorResponse(host, cause)
	maps.Copy(w.Header(), r.Header)
	w.Header().Set("Connection", "close")
	w.WriteHeader(r.StatusCode)
	io.Copy(w, r.Body)
}

// lateAnswer writes an errorResponse for a vendor that takes too long.
func lateAnswer(w io.Writer, host string) error {
	return errorResponse(host, fault.Of(os.ErrDeadlineExceeded, proxy.PhaseWait)).Write(w)
}
