package door

import (
	"net/netip"
	"testing"
	"time"
)

func TestLimiterIsBounded(t *testing.T) {
	l := newLimiter(time.Now)
	peer := netip.MustParseAddr("10.0.0.0")
	for range limitPeers + limitPeers/8 {
		l.failed(peer)
		peer = peer.Next()
	}
	if len(l.peers) > limitPeers {
		t.Errorf("remembers %d peers", len(l.peers))
	}
}

func TestLimiterToldApartByAddress(t *testing.T) {
	l := newLimiter(time.Now)
	guesser, owner := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for range LimitTries {
		l.failed(guesser)
	}
	if !l.closed(guesser) || l.closed(owner) {
		t.Errorf("closed to the guesser %v, to the owner %v", l.closed(guesser), l.closed(owner))
	}
}
