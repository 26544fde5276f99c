package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"

	"flagrante/capture/locate"
	"flagrante/capture/record"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/desk"
	"flagrante/draft/export"
	"flagrante/draft/lifecycle"
	"flagrante/draft/views"
	"flagrante/proxy"
)

// pages are the desk, or what is there in its place.
func (a *app) pages(o appOptions) (_ http.Handler, err error) {
	if a.archive == nil {
		return a.bare(), nil
	}
	options := a.deskOptions(o)
	if options.Users, err = o.Config.deskUsers(); err != nil {
		return nil, err
	}
	return desk.New(options)
}

// observe takes an exchange from the traffic; it never waits.
func (a *app) observe(x *proxy.Exchange) {
	a.strip.Add(dot(x))
	if a.tracer != nil {
		a.tracer.Exchange(x)
	}
	a.recorder.Observe(x)
}

// record starts what makes failures of the traffic.
func (a *app) record(o appOptions) error {
	rules, err := a.rules()
	if err != nil {
		return err
	}
	slow, err := o.Config.slow()
	if err != nil {
		return err
	}
	contracts, err := o.Config.contracts()
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
	if a.archive != nil {
		names, err := a.store.Endpoints(context.Background())
		if err != nil {
			return err
		}
		pipeline.Learn(names)
	}
	a.recorder.Begin(pipeline, a.health.watch(a.keeps))
	a.memory = limitMemory(o.World.env)
	return a.conclude(o)
}

// conclude starts what is done with failures once they are stored.
func (a *app) conclude(o appOptions) error {
	if a.archive == nil {
		return nil
	}
	limits, err := o.Config.Retention.limits()
	if err != nil {
		return err
	}
	a.hearer = startHearer(a.store, a.hub, o.Log)
	a.roller = startRoller(a.book, a.stored, o.World.now, o.Log)
	a.refresher = startRefresher(a.book, o.World.now, o.Log)
	a.keeper = startKeeper(a.store, a.masks, func() store.Limits { return limits(o.World.now()) }, o.World.now, o.Log)
	return nil
}

func (a *app) deskOptions(o appOptions) desk.Options {
	return desk.Options{
		Drafts: a.book, Failures: a.failures(), Exporter: a.outbox, Exports: a.outbox, Tickets: a.outbox, Book: a.book, Views: views.New(a.store), Workings: a.workings(o), Gate: a.gate,
		Bundle: func(ctx context.Context, w io.Writer, d draft.Draft) error {
			return export.Bundle(ctx, w, d, a.bundle())
		},
		DraftID: lifecycle.DraftID,
		Status: func() desk.Status {
			c := a.recorder.Counts()
			return a.told(desk.Status{Calls: c.Calls, Failures: c.Failures, Dropped: c.Dropped, Skipped: c.Skipped, Waiting: c.Waiting})
		},
		Passthrough: a.passthrough, Forget: a.proxy.Forget, Shelf: a.shelf, Masks: a.masks, Live: a.hub,
		Reveals: &revealing{a.store, a.compose.Redactor, o.Config.Desk.Reveal, o.World.now}, Strip: a.strip, Pictures: a.pictures.Pictures,
		Ready: a.ready, Token: a.token, Hosts: o.Config.Desk.Hosts, Lang: a.compose.Lang, Profile: a.compose.Profile, Zone: a.compose.Zone,
		Now: o.World.now, Version: o.World.version, ProxyAddr: a.proxyAddr.String(), CAPath: a.caPath, CA: certificate(a.ca), Logger: o.Log,
	}
}

// newLocator knows where calls come from, by what the configuration says of it.
func newLocator(c config) (*locate.Locator, error) {
	trusted, err := prefixes("trusted peer", c.Origin.TrustedPeers)
	if err != nil {
		return nil, err
	}
	l := &locate.Locator{Trusted: trusted}
	if c.Origin.Country != "" {
		if l.Country, err = locate.ParseCountry(c.Origin.Country); err != nil {
			return nil, fmt.Errorf("origin.country: %w", err)
		}
	}
	if c.Origin.EgressIP != "" {
		if l.Egress, err = netip.ParseAddr(c.Origin.EgressIP); err != nil {
			return nil, &hinted{fmt.Errorf("origin.egress_ip: %q is not an IP address", c.Origin.EgressIP), "write the address with which requests leave for the internet"}
		}
	}
	if c.GeoIP != "" {
		l.DB, err = locate.Open(c.GeoIP)
	} else {
		l.DB, err = locate.Embedded()
	}
	return l, err
}
