package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"flagrante/capture/background"
	"flagrante/capture/gallery"
	"flagrante/capture/record"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/desk/live"
	"flagrante/draft/outbox"
	"flagrante/proxy"
	"flagrante/proxy/authority"
	"flagrante/proxy/server"
)

// Open opens the data folder and both listeners, and serves until Close.
func Open(ctx context.Context, o Options) (_ *App, err error) {
	if o.World.Roots == nil {
		o.World = o.World.ReadingRoots()
	}
	a := &App{
		hub: live.NewHub(world.NewID(o.World.Now())), strip: &live.Strip{}, pictures: &gallery.Gallery{}, pool: &proxy.Pool{}, serving: make(chan error, 2), health: &health{now: o.World.Now},
		rules: sync.OnceValues(o.Config.Judge), CAPath: filepath.Join(o.Dir, "ca", authority.CertFile),
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, datadir.Unusable(o.Dir, fmt.Errorf("make the data folder: %w", err))
	}
	if err := a.lock(o); err != nil {
		return nil, err
	}
	if err := a.openListeners(o); err != nil {
		return nil, errors.Join(err, a.claim.Close())
	}
	if err := a.open(ctx, o); err != nil {
		return nil, errors.Join(err, a.Close(), a.listeners.Close())
	}
	return a, nil
}

// openListeners opens the listeners, with what is shown to those who come there.
func (a *App) openListeners(o Options) (err error) {
	if a.ca, err = authority.Open(filepath.Dir(a.CAPath), o.World.Now); err != nil {
		return datadir.Unusable(o.Dir, err)
	}
	if a.Token, err = datadir.DeskToken(o.Dir, o.Token); err != nil {
		return datadir.Unusable(o.Dir, err)
	}
	if a.listeners, err = o.listeners(); err != nil {
		return err
	}
	a.ProxyAddr, a.DeskAddr = a.listeners.proxy.Addr(), a.listeners.desk.Addr()
	return nil
}

// open lets calls pass, and opens what they are kept in, and the desk that shows it. Where somebody
// waits for calls to pass, the former comes first, and the first of them before the latter: both take about as long.
func (a *App) open(ctx context.Context, o Options) error {
	if err := a.buildProxy(ctx, o); err != nil {
		return err
	}
	if o.Passing == nil {
		if err := a.openKeeping(ctx, o); err != nil {
			return err
		}
		a.serve(func() error { return a.proxy.Serve(a.listeners.proxy) })
	} else {
		a.serve(func() error { return a.proxy.Serve(a.listeners.proxy) })
		o.Passing(a.ProxyAddr)
		outlasting, end := outlast(ctx, ShutdownPatience)
		defer end()
		if err := background.Behind(func() error { return a.openKeeping(outlasting, o) }); err != nil {
			return err
		}
	}
	a.serve(func() error { return a.desk.Serve(a.listeners.desk) })
	return a.announceIn(o)
}

// openKeeping opens what calls are kept in, and makes the desk.
func (a *App) openKeeping(ctx context.Context, o Options) error {
	if err := a.openKept(ctx, o); err != nil {
		return err
	}
	return a.buildDesk(o)
}

// outlast returns a context that ends so long after ctx: what passes until then is to be kept.
func outlast(ctx context.Context, patience time.Duration) (context.Context, context.CancelFunc) {
	longer, end := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { time.AfterFunc(patience, end) })
	return longer, end
}

// buildProxy makes what calls pass through.
func (a *App) buildProxy(ctx context.Context, o Options) error {
	access, err := o.Config.Access(o.World)
	if err != nil {
		return err
	}
	if err := mayListen(a.ProxyAddr, access); err != nil {
		return err
	}
	if a.locator, err = config.NewLocator(o.Config); err != nil {
		return err
	}
	timeouts := server.DefaultTimeouts()
	timeouts.Answer = o.Config.Proxy.AnswerTimeout
	dialer, err := NewDialer(o, timeouts, a.DeskAddr)
	if err != nil {
		return err
	}
	if a.sealed, err = config.HostPatterns(o.Config.Proxy.Passthrough); err != nil {
		return err
	}
	if err := a.trace(ctx, o); err != nil {
		return err
	}
	a.Recorder = record.Hold(a.rules, a.pool, o.Log)
	a.proxy = server.New(server.Options{
		Minter: a.ca, Pool: a.pool, Observe: a.observe, Now: o.World.Now, NewID: world.NewID, BodyLimit: bodyLimit,
		Dialer: dialer, Passthrough: a.sealed, Timeouts: timeouts, Access: access, TrustedPeers: a.locator.Trusted, Log: o.Log,
	})
	return nil
}

// buildDesk begins to record, and makes what shows that.
func (a *App) buildDesk(o Options) error {
	if err := a.record(o); err != nil {
		return err
	}
	handler, err := a.pages(o)
	if err != nil {
		return err
	}
	a.desk = &http.Server{Handler: a.operations(handler, o), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	a.desk.RegisterOnShutdown(a.hub.Close)
	if a.Archive != nil {
		a.sender = outbox.Start(a.Outbox, o.Log)
	}
	return nil
}
