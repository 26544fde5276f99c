package upstream

import (
	"net/http/httptrace"
	"sync"
	"time"

	"flagrante/proxy"
)

// stopwatch notes when the parts of an attempt began and ended. Several
// addresses are tried at once, and a hook may run after the attempt is over.
type stopwatch struct {
	now func() time.Time

	mu    sync.Mutex
	phase proxy.Phase
	began map[proxy.Phase]time.Time
	ended map[proxy.Phase]time.Time
}

func newStopwatch(now func() time.Time) *stopwatch {
	return &stopwatch{now: now, phase: proxy.PhaseConnect, began: map[proxy.Phase]time.Time{}, ended: map[proxy.Phase]time.Time{}}
}

func (w *stopwatch) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		DNSStart:     func(httptrace.DNSStartInfo) { w.begin(proxy.PhaseDNS) },
		DNSDone:      func(httptrace.DNSDoneInfo) { w.end(proxy.PhaseDNS) },
		ConnectStart: func(string, string) { w.begin(proxy.PhaseConnect) },
	}
}

// begin starts a phase; only its first beginning counts.
func (w *stopwatch) begin(p proxy.Phase) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.phase = p
	if _, ok := w.began[p]; !ok {
		w.began[p] = w.now()
	}
}

func (w *stopwatch) end(p proxy.Phase) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended[p] = w.now()
}

// phaseNow returns the phase that began last.
func (w *stopwatch) phaseNow() proxy.Phase {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.phase
}

// phases returns the durations. What has not ended ends now.
func (w *stopwatch) phases() proxy.Phases {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	took := func(p proxy.Phase) time.Duration {
		from, ok := w.began[p]
		if !ok {
			return 0
		}
		to, ok := w.ended[p]
		if !ok {
			to = now
		}
		return max(0, to.Sub(from))
	}
	return proxy.Phases{DNS: took(proxy.PhaseDNS), Connect: took(proxy.PhaseConnect), TLS: took(proxy.PhaseTLS)}
}
