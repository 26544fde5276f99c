package service

import (
	"testing"

	"flagrante/capture/store/trouble"
)

func TestNumbersAreTheSame(t *testing.T) {
	full, again := &trouble.Report{Cause: trouble.Full}, &trouble.Report{Cause: trouble.Full}
	for name, c := range map[string]struct {
		a, b Status
		want bool
	}{
		"none":          {Status{}, Status{}, true},
		"another call":  {Status{Calls: 1}, Status{}, false},
		"trouble":       {Status{Trouble: full}, Status{Trouble: again}, true},
		"begins":        {Status{}, Status{Trouble: full}, false},
		"ends":          {Status{Trouble: full}, Status{}, false},
		"another cause": {Status{Trouble: full}, Status{Trouble: &trouble.Report{Cause: trouble.Locked}}, false},
		"more calls":    {Status{Trouble: full, Calls: 1}, Status{Trouble: again}, false},
	} {
		if got := c.a.Same(c.b); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
