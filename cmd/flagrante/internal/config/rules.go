package config

import (
	"fmt"

	"flagrante/capture/judge"
	"flagrante/cmd/flagrante/internal/hinted"
)

// Judge returns the judge with the rules of the configuration.
func (c Config) Judge() (*judge.Judge, error) {
	j, err := judge.New(c.Rules)
	if err != nil {
		return nil, hinted.New(fmt.Errorf("the rules of the configuration: %w", err), "correct that rule; docs/guide/rules.en.md explains them")
	}
	return j, nil
}
