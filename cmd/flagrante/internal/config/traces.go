package config

import (
	"flagrante/cmd/flagrante/internal/tracing"
)

// CheckTraces checks where spans are to go.
func (c Config) CheckTraces() error {
	if c.Traces.Endpoint == "" {
		return nil
	}
	return tracing.Check(c.Traces.Endpoint)
}
