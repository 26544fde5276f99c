package desk

import (
	"fmt"
	"net/http"

	"flagrante/draft/text"
)

// healthz says that the process is alive.
func (d *desk) healthz(w http.ResponseWriter, _ *http.Request) error {
	return writeText(w, http.StatusOK, "ok")
}

// readyz says whether the product can do its work, and if not, why.
func (d *desk) readyz(w http.ResponseWriter, r *http.Request) error {
	if err := d.Ready(r.Context()); err != nil {
		return writeText(w, http.StatusServiceUnavailable, "not ready: "+text.Visible(err.Error()))
	}
	return writeText(w, http.StatusOK, "ready")
}

func writeText(w http.ResponseWriter, status int, line string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	// A failing write means that the caller is gone.
	_, _ = fmt.Fprintln(w, line)
	return nil
}
