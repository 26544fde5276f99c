package page

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
)

func TestBarsFollowEachOther(t *testing.T) {
	got := barsOf(proxy.Phases{DNS: 10 * time.Millisecond, TLS: 40 * time.Millisecond, Wait: 50 * time.Millisecond, Receive: time.Microsecond})
	want := []bar{
		{"dns", 0, 99, 10 * time.Millisecond}, {"tls", 99, 399, 40 * time.Millisecond},
		{"wait", 499, 499, 50 * time.Millisecond}, {"receive", 996, 4, time.Microsecond},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := barsOf(proxy.Phases{Total: time.Second}); got != nil {
		t.Errorf("bars of nothing: %v", got)
	}
}
