package main

import (
	"strings"
	"testing"

	"flagrante/draft/desk/service"
)

func TestRemarksSayWhatTheNumbersLeaveOpen(t *testing.T) {
	for _, c := range []struct {
		name   string
		status service.Status
		hidden bool
		want   []string
	}{
		{"all is known", service.Status{Calls: 3, Failures: 1}, false, nil},
		{"a proxy of its own has no desk", service.Status{Calls: 3, Failures: 1}, true, []string{"hint: `flagrante serve`"}},
		{"nothing came", service.Status{}, true, []string{"hint: no call went through the proxy"}},
		{"another proxy is busy", service.Status{Calls: 3, Waiting: 2}, false, []string{"warning: 2 calls of all apps still had"}},
		{"too much came", service.Status{Calls: 3, Dropped: 1}, false, []string{"warning: 1 call came too fast"}},
	} {
		got := remarks(c.status, c.hidden)
		if len(got) != len(c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
			continue
		}
		for i := range got {
			if !strings.HasPrefix(got[i], c.want[i]) {
				t.Errorf("%s: %q, want %q", c.name, got[i], c.want[i])
			}
		}
	}
}
