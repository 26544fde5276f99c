package desk

import (
	_ "embed"
	"net/http"
)

// description is the API as OpenAPI 3.1.
//
//go:embed openapi.yaml
var description []byte

// apiDescribe gives the description of the API.
func (d *desk) apiDescribe(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml")
	// A failing write means that the caller is gone.
	_, _ = w.Write(description)
	return nil
}
