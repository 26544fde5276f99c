package config

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/traffic"
)

func TestSlowSettings(t *testing.T) {
	with := func(change func(*slowConfig)) Config {
		c := Defaults()
		change(&c.Slow)
		return c
	}
	tests := map[string]struct {
		conf Config
		want traffic.Rule
		err  string
	}{
		"default":  {Defaults(), traffic.DefaultRule(), ""},
		"off":      {with(func(s *slowConfig) { s.Enabled, s.Times = false, 0 }), traffic.Rule{}, ""},
		"stricter": {with(func(s *slowConfig) { s.Times, s.Over, s.Calls = 1.5, 0, 10 }), traffic.Rule{Times: 1.5, Calls: 10}, ""},
		"times":    {with(func(s *slowConfig) { s.Times = 0.5 }), traffic.Rule{}, "slow.times is below 1, so that usual answers would be slow"},
		"over":     {with(func(s *slowConfig) { s.Over = -time.Second }), traffic.Rule{}, "slow.over is negative"},
		"calls":    {with(func(s *slowConfig) { s.Calls = 0 }), traffic.Rule{}, "slow.calls is below 1, so that nothing is known of what is usual"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := test.conf.SlowRule()
			said := ""
			if err != nil {
				said = err.Error()
			}
			if diff := cmp.Diff(test.want, got); diff != "" || said != test.err {
				t.Errorf("error %q, want %q; rule:\n%s", said, test.err, diff)
			}
		})
	}
}
