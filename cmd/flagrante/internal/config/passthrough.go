package config

import (
	"fmt"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/proxy/upstream"
)

// HostPatterns reads the hosts that are not intercepted.
func HostPatterns(texts []string) ([]upstream.Pattern, error) {
	var all []upstream.Pattern
	for _, text := range texts {
		p, err := upstream.ParsePattern(text)
		if err != nil {
			return nil, hinted.New(fmt.Errorf("proxy.passthrough: %w", err), "write api.bank.example, *.bank.example or api.bank.example:8443")
		}
		all = append(all, p)
	}
	return all, nil
}
