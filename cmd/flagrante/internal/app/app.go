// Package app is the whole product, running: the proxy, the pipeline behind it, and the desk.
package app

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/background"
	"flagrante/capture/gallery"
	"flagrante/capture/judge"
	"flagrante/capture/locate"
	"flagrante/capture/record"
	"flagrante/capture/redact"
	"flagrante/cmd/flagrante/internal/archive"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/serving"
	"flagrante/cmd/flagrante/internal/tracing"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/desk/live"
	"flagrante/proxy"
	"flagrante/proxy/authority"
	"flagrante/proxy/server"
	"flagrante/proxy/upstream"
)

// bodyLimit is the number of bytes captured of each body.
const bodyLimit = 1 << 20

// ShutdownPatience is how long running exchanges may go on after the stop.
const ShutdownPatience = 10 * time.Second

// Options are what an app is opened with.
type Options struct {
	Dir    string
	Config config.Config
	// Token opens the desk; empty means the one in the data folder.
	Token string
	// UpstreamPEM are certificates that vendors may also be signed by.
	UpstreamPEM []byte
	World       world.World
	Log         zerolog.Logger
	// Announce lets other commands find this one by its data folder.
	Announce bool
	// Inherited are the listeners of the app whose place this one takes; nil opens
	// new ones.
	Inherited *Listeners
	// Pprof serves the profiles of the Go runtime at the desk.
	Pprof bool
	// Passing is called as soon as calls pass, before what they are kept in is open: what they
	// were waits until then. Without it nothing passes until all is open.
	Passing func(proxy net.Addr)
	// Elsewhere are the addresses that may be others when they are taken.
	Elsewhere Elsewhere
}

// Elsewhere says of which listener the port does not matter.
type Elsewhere struct{ Proxy, Desk bool }

// App is the whole product, running: main and the end-to-end tests open it.
type App struct {
	// archive is nil for a proxy of a team that keeps and shows nothing itself.
	*archive.Archive
	// keeps takes what was caught: the store, or a journal that courier empties.
	keeps   record.Appender
	courier *courier
	// masking is what a Redactor is made with.
	masking  []redact.Option
	Recorder *record.Recorder
	// pool lends the memory of exchanges to the proxy, and recorder gives it back.
	pool      *proxy.Pool
	hearer    *hearer
	roller    *roller
	sender    *background.Task
	refresher *refresher
	memory    *background.Task
	keeper    *keeper
	// hub tells open pages what changed, strip remembers the calls that passed.
	hub   *live.Hub
	strip *live.Strip
	// pictures are those of failing calls, in memory alone.
	pictures  *gallery.Gallery
	proxy     *server.Server
	ProxyAddr net.Addr
	desk      *http.Server
	DeskAddr  net.Addr
	Token     string
	CAPath    string
	claim     *serving.Claim
	listeners Listeners
	health    *health
	// tracer sends spans to a collector; nil for nowhere.
	tracer *tracing.Tracer
	// aside is where a corrupt database was put since the start, nil for nowhere.
	aside atomic.Pointer[string]
	// sealed are the hosts of the settings that are not intercepted.
	sealed  []upstream.Pattern
	serving chan error
	running int
	// rules are compiled when they are first asked for.
	rules   func() (*judge.Judge, error)
	ca      *authority.Authority
	locator *locate.Locator
}

// serve runs one of the servers until Close.
func (a *App) serve(f func() error) {
	a.running++
	go func() {
		err := f()
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		}
		a.serving <- err
	}()
}

// DeskURL opens the desk, token included.
func (a *App) DeskURL() string {
	return "http://" + FromHere(a.DeskAddr) + "/login?token=" + a.Token
}

// FromHere is an address as this machine calls it: one that stands for all addresses of a
// machine, as it does in a container, can't be clicked.
func FromHere(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsUnspecified() {
		return addr.String()
	}
	return net.JoinHostPort("localhost", port)
}

// Wait returns when ctx ends, with the error of a server that could not go on, or
// when the configuration is to be read again.
func (a *App) Wait(ctx context.Context, again <-chan os.Signal) (reload bool, err error) {
	for {
		select {
		case <-ctx.Done():
			return false, nil
		case <-again:
			return true, nil
		case err := <-a.serving:
			a.running--
			if err != nil {
				return false, err
			}
		}
	}
}

// Settle ends the proxy, which waits for running exchanges until ctx ends, and returns
// when all that passed it is stored. The desk stays open.
func (a *App) Settle(ctx context.Context) error {
	err := ignoreDeadline(a.proxy.Shutdown(ctx))
	// However long the proxy has waited: what it saw last is worth as much.
	storing, cancel := context.WithTimeout(context.WithoutCancel(ctx), ShutdownPatience)
	defer cancel()
	err = errors.Join(err, a.Recorder.Close(storing))
	if a.courier != nil {
		a.courier.settle(storing)
	}
	return err
}

// Close lets running exchanges end, stores what they were, and closes all.
func (a *App) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), ShutdownPatience)
	defer cancel()
	errs := []error{a.claim.Close()}
	a.claim = nil
	if a.proxy != nil {
		errs = append(errs, a.Settle(ctx))
	}
	if a.desk != nil {
		errs = append(errs, ignoreDeadline(a.desk.Shutdown(ctx)), a.desk.Close())
	}
	return errors.Join(append(errs, a.end())...)
}

// end closes what is left when nothing passes any more.
func (a *App) end() error {
	var errs []error
	for range a.running {
		errs = append(errs, <-a.serving)
	}
	a.memory.Close()
	a.sender.Close()
	if a.courier != nil {
		errs = append(errs, a.courier.Close())
	}
	if a.roller != nil {
		a.hearer.Close()
		a.roller.Close()
		a.refresher.Close()
	}
	if a.keeper != nil {
		a.keeper.Close()
	}
	if a.Archive != nil {
		errs = append(errs, a.Archive.Close())
	}
	if a.tracer != nil {
		errs = append(errs, a.tracer.Close())
	}
	return errors.Join(errs...)
}

// ignoreDeadline forgives exchanges that did not end in time: they have been cut
// off by then.
func ignoreDeadline(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}
