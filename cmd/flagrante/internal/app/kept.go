package app

import (
	"context"
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"

	"flagrante/capture/store"
	"flagrante/capture/store/trouble"
	"flagrante/draft/text"
)

// openKept opens where what is caught goes: the store, with a journal before it where
// that is shared with others; for a proxy of a team the journal alone.
func (a *App) openKept(ctx context.Context, o Options) (err error) {
	if err := o.Config.CheckRole(); err != nil {
		return err
	}
	if o.Config.OnlyProxy() {
		if a.masking, err = o.Config.Redaction(o.Dir); err != nil {
			return err
		}
		return a.openCourier(ctx, o)
	}
	if err := a.openStored(ctx, o); err != nil {
		return err
	}
	a.masking, a.keeps = a.Redaction, announcer{a.Store, a.hub}
	if a.tracer != nil {
		a.Book = a.Book.WithWatch(a.tracer.Draft)
		a.Outbox.Ran = a.tracer.Export
	}
	if !a.Store.Central() {
		return nil
	}
	return a.openCourier(ctx, o)
}

// stored counts what was stored by this process, and what it heard of others.
func (a *App) stored() int64 {
	if a.courier != nil {
		return a.courier.stored.Load() + a.hearer.heard.Load()
	}
	return a.Recorder.Counts().Stored
}

// trouble says why what is caught can't be kept, or not be sent, and whether it can't.
func (a *App) trouble() (trouble.Report, bool) {
	if a.courier == nil {
		return a.Store.Trouble()
	}
	if t, ok := a.courier.journal.Trouble(); ok {
		return t, true
	}
	if err := a.courier.shipper.Away(); err != nil {
		return trouble.Report{Cause: trouble.Away, Text: err.Error()}, true
	}
	return trouble.Report{}, false
}

// keepsReady returns nil when what is caught can be kept, and shown where there is a
// desk.
func (a *App) keepsReady(ctx context.Context) error {
	if a.courier != nil {
		if err := a.courier.journal.Ready(ctx); err != nil {
			return err
		}
	}
	if a.Archive == nil {
		return nil
	}
	return a.Store.Ready(ctx)
}

// bare says how a proxy of a team is, which has no desk.
func (a *App) bare() http.Handler {
	mux := http.NewServeMux()
	say := func(w http.ResponseWriter, status int, line string) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		fmt.Fprintln(w, line)
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := a.ready(r.Context()); err != nil {
			say(w, http.StatusServiceUnavailable, "not ready: "+text.Visible(err.Error()))
			return
		}
		line := "ready"
		if held := a.courier.journal.Held(); a.courier.shipper.Away() != nil {
			line += fmt.Sprintf("; the team's store is away, and its deliveries wait in the journal: %d", held.Deliveries)
		}
		say(w, http.StatusOK, line)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusNotFound, "this process is a proxy of a team: its desk is elsewhere")
	})
	return mux
}

// teamMetrics are the numbers of the way to a shared store.
func (a *App) teamMetrics(r *prometheus.Registry) {
	c := a.courier
	if c == nil {
		return
	}
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "flagrante", Name: name, Help: help}, value))
	}
	gauge("journal_deliveries", "Deliveries in the journal of this machine, to be sent to the team's store.", func() float64 { return float64(c.journal.Held().Deliveries) })
	gauge("journal_failures", "Failures in the journal of this machine.", func() float64 { return float64(c.journal.Held().Failures) })
	gauge("journal_bytes", "Bytes in the journal of this machine.", func() float64 { return float64(c.journal.Held().Bytes) })
	gauge("store_away", "1 while the team's store takes no deliveries.", func() float64 {
		if c.shipper.Away() != nil {
			return 1
		}
		return 0
	})
	r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "flagrante", Name: "deliveries_sent_total", Help: "Deliveries that the team's store has taken."}, func() float64 {
		return float64(c.shipper.Sent())
	}))
	if c.worker == nil {
		return
	}
	delivered := func(of func(store.Delivered) int64) func() float64 {
		return func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), readyPatience)
			defer cancel()
			d, err := a.Store.Delivered(ctx)
			if err != nil {
				return -1
			}
			return float64(of(d))
		}
	}
	gauge("deliveries_waiting", "Deliveries in the team's store whose failures are not stored yet; -1 where it can't be asked.", delivered(func(d store.Delivered) int64 { return d.Waiting }))
	gauge("deliveries_refused", "Deliveries that can't be stored; -1 where the store can't be asked.", delivered(func(d store.Delivered) int64 { return d.Refused }))
}
