package server

import (
	"encoding/json"
	"net/http"

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

// answerError tells the app that there is no answer from the vendor, and why,
// in the terms of RFC 9209.
func answerError(w http.ResponseWriter, r *http.Request, cause *proxy.Error) {
	status := fault.Status(cause)
	w.Header().Set("Proxy-Status", "flagrante; error="+cause.Type)
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	// The next try starts with a new connection, and so with a new dial.
	w.Header().Set("Connection", "close")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(problem{
		Type:   "https://www.rfc-editor.org/rfc/rfc9209#name-proxy-error-types",
		Title:  "No answer from " + r.Host + ": " + cause.Type,
		Status: status,
		Detail: "flagrante, the proxy, says this, not the vendor: " + cause.Text,
		Source: "flagrante",
		Phase:  cause.Phase,
	})
}
