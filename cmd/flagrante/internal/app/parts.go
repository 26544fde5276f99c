package app

import (
	"context"
	"io"
	"net/http"

	"flagrante/capture/record"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/desk"
	"flagrante/draft/desk/service"
	"flagrante/draft/export"
	"flagrante/draft/lifecycle"
	"flagrante/draft/views"
	"flagrante/proxy"
)

// pages are the desk, or what is there in its place.
func (a *App) pages(o Options) (_ http.Handler, err error) {
	if a.Archive == nil {
		return a.bare(), nil
	}
	options := a.deskOptions(o)
	if options.Users, err = o.Config.DeskUsers(); err != nil {
		return nil, err
	}
	return desk.New(options)
}

// observe takes an exchange from the traffic; it never waits.
func (a *App) observe(x *proxy.Exchange) {
	a.strip.Add(dot(x))
	if a.tracer != nil {
		a.tracer.Exchange(x)
	}
	a.Recorder.Observe(x)
}

// record starts what makes failures of the traffic.
func (a *App) record(o Options) error {
	rules, err := a.rules()
	if err != nil {
		return err
	}
	slow, err := o.Config.SlowRule()
	if err != nil {
		return err
	}
	contracts, err := o.Config.ContractSet()
	if err != nil {
		return err
	}
	for _, note := range contracts.Notes() {
		o.Log.Warn().Msg("contract " + note)
	}
	pipeline := record.NewPipeline(a.locator, rules, contracts, a.masking...)
	pipeline.SetSlow(slow)
	pipeline.Reuse(a.pool)
	pipeline.SetGallery(a.pictures)
	if a.Archive != nil {
		names, err := a.Store.Endpoints(context.Background())
		if err != nil {
			return err
		}
		pipeline.Learn(names)
	}
	a.Recorder.Begin(pipeline, a.health.watch(a.keeps))
	a.memory = limitMemory(o.World.Env)
	return a.conclude(o)
}

// conclude starts what is done with failures once they are stored.
func (a *App) conclude(o Options) error {
	if a.Archive == nil {
		return nil
	}
	limits, err := o.Config.Retention.Limits()
	if err != nil {
		return err
	}
	a.hearer = startHearer(a.Store, a.hub, o.Log)
	a.roller = startRoller(a.Book, a.stored, o.World.Now, o.Log)
	a.refresher = startRefresher(a.Book, o.World.Now, o.Log)
	a.keeper = startKeeper(a.Store, a.Masks, func() store.Limits { return limits(o.World.Now()) }, o.World.Now, o.Log)
	return nil
}

func (a *App) deskOptions(o Options) service.Options {
	return service.Options{
		Drafts: a.Book, Failures: a.Failures(), Exporter: a.Outbox, Exports: a.Outbox, Tickets: a.Outbox, Book: a.Book, Views: views.New(a.Store), Workings: a.workings(o), Gate: a.Gate,
		Bundle: func(ctx context.Context, w io.Writer, d draft.Draft) error {
			return export.Bundle(ctx, w, d, a.Bundle())
		},
		DraftID: lifecycle.DraftID,
		Status: func() service.Status {
			c := a.Recorder.Counts()
			return a.told(service.Status{Calls: c.Calls, Failures: c.Failures, Dropped: c.Dropped, Skipped: c.Skipped, Waiting: c.Waiting})
		},
		Passthrough: a.passthrough, Forget: a.proxy.Forget, Shelf: a.Shelf, Masks: a.Masks, Live: a.hub,
		Reveals: &revealing{a.Store, a.Compose.Redactor, o.Config.Desk.Reveal, o.World.Now}, Strip: a.strip, Pictures: a.pictures.Pictures,
		Ready: a.ready, Token: a.Token, Hosts: o.Config.Desk.Hosts, Lang: a.Compose.Lang, Profile: a.Compose.Profile, Zone: a.Compose.Zone,
		Now: o.World.Now, Version: o.World.Version, ProxyAddr: a.ProxyAddr.String(), CAPath: a.CAPath, CA: Certificate(a.ca), Logger: o.Log,
	}
}
