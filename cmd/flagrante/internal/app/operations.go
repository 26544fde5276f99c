package app

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/http/pprof"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"flagrante/capture/record"
	"flagrante/capture/store/trouble"
)

// operations puts what operators ask for beside the desk: metrics, and profiles
// where they were asked for. Both need the token of the desk as a bearer.
func (a *App) operations(desk http.Handler, o Options) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", desk)
	// Nobody may ever ask, so it is made when somebody does.
	metrics := sync.OnceValue(func() http.Handler { return promhttp.HandlerFor(a.metrics(o.World.Version), promhttp.HandlerOpts{}) })
	mux.Handle("GET /metrics", a.bearer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { metrics().ServeHTTP(w, r) })))
	if o.Pprof {
		mux.Handle("/debug/pprof/", a.bearer(http.HandlerFunc(pprof.Index)))
		mux.Handle("/debug/pprof/profile", a.bearer(http.HandlerFunc(pprof.Profile)))
		mux.Handle("/debug/pprof/trace", a.bearer(http.HandlerFunc(pprof.Trace)))
	}
	return mux
}

// bearer lets those pass who have the token. A page of another site has no way to
// send this header.
func (a *App) bearer(h http.Handler) http.Handler {
	want := sha256.Sum256([]byte(a.Token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		got := sha256.Sum256([]byte(token))
		if !ok || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "send the token of the desk: Authorization: Bearer TOKEN", http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// metrics returns the numbers of this app. Hosts are no labels: a vendor could make
// up as many as it likes.
func (a *App) metrics(version string) *prometheus.Registry {
	r := prometheus.NewRegistry()
	count := func(name, help string, value func(record.Counts) int64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "flagrante", Name: name, Help: help}, func() float64 {
			return float64(value(a.Recorder.Counts()))
		}))
	}
	count("calls_total", "Calls that passed the proxy.", func(c record.Counts) int64 { return c.Calls })
	count("failures_total", "Calls that were judged failing.", func(c record.Counts) int64 { return c.Failures })
	count("failures_stored_total", "Failures that are in the store.", func(c record.Counts) int64 { return c.Stored })
	count("failures_dropped_total", "Failures whose copy was given up; the traffic was not touched.", func(c record.Counts) int64 { return c.Dropped })
	count("calls_skipped_total", "Calls that succeeded and were not counted for their endpoint.", func(c record.Counts) int64 { return c.Skipped })
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "flagrante", Name: name, Help: help}, value))
	}
	gauge("queue_exchanges", "Exchanges that wait to be judged and stored.", func() float64 { return float64(a.Recorder.Counts().Waiting) })
	gauge("passthrough_hosts", "Hosts that pass unread, because an app turned our certificate down.", func() float64 { return float64(len(a.proxy.Learned())) })
	gauge("store_write_errors", "1 when the last write to the store failed.", func() float64 {
		if a.health.failed.Load() != nil {
			return 1
		}
		return 0
	})
	if a.keeper != nil {
		gauge("search_behind_failures", "Failures that are not found by their words yet.", func() float64 { return float64(a.keeper.behind.Load()) })
	}
	a.teamMetrics(r)
	for _, cause := range trouble.Causes() {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: "flagrante", Name: "store_trouble", Help: "1 while failures can't be stored, by the cause.", ConstLabels: prometheus.Labels{"cause": cause},
		}, func() float64 {
			if t, ok := a.trouble(); ok && t.Cause == cause {
				return 1
			}
			return 0
		}))
	}
	gauge("store_set_aside", "1 when a corrupt database was set aside since the start.", func() float64 {
		if a.aside.Load() != nil {
			return 1
		}
		return 0
	})
	build := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "flagrante", Name: "build_info", Help: "The version.", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	r.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}
