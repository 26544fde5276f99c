package text

import (
	"time"

	"flagrante/draft"
)

// FiguresJSON are calls counted in the window that ends with the last failure.
type FiguresJSON struct {
	Known            bool  `json:"known"`
	WindowSeconds    int64 `json:"window_seconds"`
	EndpointCalls    int64 `json:"endpoint_calls"`
	EndpointFailing  int64 `json:"endpoint_failing"`
	HostCalls        int64 `json:"host_calls"`
	HostFailing      int64 `json:"host_failing"`
	EndpointsCalled  int   `json:"endpoints_called"`
	EndpointsFailing int   `json:"endpoints_failing"`
	// Failing are the endpoints of the host that failed, those that failed most first.
	Failing           []EndpointJSON `json:"failing"`
	Healed            int64          `json:"healed"`
	LastGood          string         `json:"last_good"`
	GoodAfter         string         `json:"good_after"`
	LatencyP50MS      int64          `json:"latency_p50_ms"`
	LatencyP99MS      int64          `json:"latency_p99_ms"`
	LatencyFailuresMS int64          `json:"latency_failures_ms"`
}

func figures(n draft.Figures, zone *time.Location) FiguresJSON {
	if !n.Known {
		return FiguresJSON{Failing: []EndpointJSON{}}
	}
	f := FiguresJSON{
		Known: true, Failing: []EndpointJSON{}, WindowSeconds: int64(n.Window / time.Second), EndpointCalls: n.Endpoint.Total, EndpointFailing: n.Endpoint.Failing,
		HostCalls: n.Host.Total, HostFailing: n.Host.Failing, EndpointsCalled: len(n.Endpoints), Healed: n.Healed,
		LastGood: stampOrNone(n.Endpoint.LastGood, zone), GoodAfter: stampOrNone(n.GoodAfter, zone),
		LatencyP50MS: n.Latency.P50.Milliseconds(), LatencyP99MS: n.Latency.P99.Milliseconds(), LatencyFailuresMS: n.Latency.Failures.Milliseconds(),
	}
	for _, e := range failingMost(n.Endpoints) {
		f.EndpointsFailing++
		f.Failing = append(f.Failing, EndpointJSON{e.Endpoint, e.Total, e.Failing})
	}
	return f
}

// EndpointJSON counts the calls to an endpoint in the window, and those that failed.
type EndpointJSON struct {
	Endpoint string `json:"endpoint"`
	Calls    int64  `json:"calls"`
	Failing  int64  `json:"failing"`
}
