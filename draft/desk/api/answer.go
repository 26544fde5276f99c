package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"flagrante/draft/desk/door"
	"flagrante/draft/gate"
	"flagrante/draft/text"
)

// FailJSON answers with a problem, and with what the gate found where it held something back.
func (d *API) FailJSON(w http.ResponseWriter, r *http.Request, p *door.Problem, err error) {
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="flagrante"`)
	}
	var findings []gate.Finding
	if blocked, ok := errors.AsType[*gate.BlockedError](err); ok {
		findings = blocked.Findings
	}
	say := d.Books[d.LangOf(r)].Say
	writeJSON(w, p.Status, struct {
		Error    string         `json:"error"`
		Hint     string         `json:"hint"`
		Findings []gate.Finding `json:"findings,omitempty"`
	}{say("error." + p.Key), strings.TrimSpace(say("error."+p.Key+".hint") + " " + text.Visible(p.Detail)), findings})
}

// writeJSON answers with a JSON document. Characters of HTML are escaped, in case
// that a browser is made to read it as a page.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// A failing write means that the caller is gone.
	_ = json.NewEncoder(w).Encode(v)
}
