package config

import (
	"errors"
	"time"

	"flagrante/capture/traffic"
	"flagrante/cmd/flagrante/internal/hinted"
)

// slowConfig says from when on an answer is slow.
type slowConfig struct {
	Enabled bool          `yaml:"enabled"`
	Times   float64       `yaml:"times"`
	Over    time.Duration `yaml:"over"`
	Calls   int64         `yaml:"calls"`
}

func defaultSlow() slowConfig {
	r := traffic.DefaultRule()
	return slowConfig{Enabled: true, Times: r.Times, Over: r.Over, Calls: r.Calls}
}

// SlowRule returns what is slow, and an error for what can't be meant.
func (c Config) SlowRule() (traffic.Rule, error) {
	s := c.Slow
	var wrong error
	switch {
	case !s.Enabled:
		return traffic.Rule{}, nil
	case !(s.Times >= 1):
		wrong = errors.New("slow.times is below 1, so that usual answers would be slow")
	case s.Over < 0:
		wrong = errors.New("slow.over is negative")
	case s.Calls < 1:
		wrong = errors.New("slow.calls is below 1, so that nothing is known of what is usual")
	}
	if wrong != nil {
		return traffic.Rule{}, hinted.New(wrong, "correct it in the configuration, or write `slow: {enabled: false}`")
	}
	return traffic.Rule{Times: s.Times, Over: s.Over, Calls: s.Calls}, nil
}
