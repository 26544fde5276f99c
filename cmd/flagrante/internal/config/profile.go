package config

import (
	"fmt"
	"os"

	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/draft/profile"
)

// Guide returns the profile in use and its text.
func (c Config) Guide() (profile.Profile, []byte, error) {
	if c.Profile == "" {
		guide, err := profile.Default()
		return guide, profile.Source(), err
	}
	return ReadProfile(c.Profile)
}

// ReadProfile reads a support guide, and returns its text too.
func ReadProfile(path string) (profile.Profile, []byte, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return profile.Profile{}, nil, hinted.New(fmt.Errorf("read the profile: %w", err), "`flagrante profile show` prints one to begin with")
	}
	guide, err := profile.Parse(path, source)
	if err != nil {
		return profile.Profile{}, nil, hinted.New(err, "correct that line; docs/guide/profiles.en.md explains the keys")
	}
	return guide, source, nil
}
