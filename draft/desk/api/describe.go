package api

import (
	_ "embed"
	"net/http"
)

// Description is the API as OpenAPI 3.1.
//
//go:embed openapi.yaml
var Description []byte

// describe gives the description of the API.
func (d *API) describe(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	// A failing write means that the caller is gone.
	_, _ = w.Write(Description)
	return nil
}
