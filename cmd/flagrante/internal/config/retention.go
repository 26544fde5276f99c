package config

import (
	"fmt"
	"time"

	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/hinted"
)

// Retention says how much is kept. Nothing is taken away without it.
type Retention struct {
	// Age is a duration such as 90d, Size a number of bytes such as 2GB.
	Age      string `yaml:"age"`
	Failures int64  `yaml:"failures"`
	Size     string `yaml:"size"`
}

// Limits reads the settings, for a time that Age counts back from.
func (c Retention) Limits() (func(now time.Time) store.Limits, error) {
	var age time.Duration
	var ok bool
	if c.Age != "" {
		if age, ok = filter.ParseDuration(c.Age); !ok || age <= 0 {
			return nil, hinted.New(fmt.Errorf("retention.age: %q is no duration", c.Age), "write a number of days or hours, such as 90d")
		}
	}
	var bytes int64
	if c.Size != "" {
		if bytes, ok = filter.ParseSize(c.Size); !ok || bytes <= 0 {
			return nil, hinted.New(fmt.Errorf("retention.size: %q is no size", c.Size), "write a number of bytes, such as 2GB")
		}
	}
	if c.Failures < 0 {
		return nil, hinted.New(fmt.Errorf("retention.failures: %d is less than none", c.Failures), "write how many failures are kept, or leave it out")
	}
	return func(now time.Time) store.Limits {
		l := store.Limits{Failures: c.Failures, Bytes: bytes}
		if age > 0 {
			l.Before = now.Add(-age)
		}
		return l
	}, nil
}
