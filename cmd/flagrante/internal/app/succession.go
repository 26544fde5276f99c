package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/hinted"
)

// Listeners are where an app is reached.
type Listeners struct{ proxy, desk net.Listener }

// open opens both, unless they are inherited from the app before.
func (o Options) listeners() (Listeners, error) {
	if o.Inherited != nil {
		return *o.Inherited, nil
	}
	proxyListener, err := listen(o.Config.Proxy.Listen, "proxy", o.Elsewhere.Proxy, o.Log)
	if err != nil {
		return Listeners{}, err
	}
	deskListener, err := listen(o.Config.Desk.Listen, "desk", o.Elsewhere.Desk, o.Log)
	if err != nil {
		return Listeners{}, errors.Join(err, proxyListener.Close())
	}
	return Listeners{proxyListener, deskListener}, nil
}

// Close closes those that nobody serves on, or has.
// Close closes both.
func (l Listeners) Close() error {
	var errs []error
	for _, one := range []net.Listener{l.proxy, l.desk} {
		if err := one.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// shared returns listeners on the same sockets: connections that wait there are
// taken by whoever accepts next, so that none is refused while one app takes over
// from another.
func (l Listeners) shared() (*Listeners, error) {
	first, err := sameSocket(l.proxy)
	if err != nil {
		return nil, err
	}
	second, err := sameSocket(l.desk)
	if err != nil {
		return nil, errors.Join(err, first.Close())
	}
	return &Listeners{first, second}, nil
}

func sameSocket(l net.Listener) (net.Listener, error) {
	tcp, ok := l.(*net.TCPListener)
	if !ok {
		return nil, fmt.Errorf("the listener %s can't be handed over", l.Addr())
	}
	file, err := tcp.File()
	if err != nil {
		return nil, fmt.Errorf("hand the listener over: %w", err)
	}
	defer file.Close()
	return net.FileListener(file)
}

// Succession is the app that serves, and those before it that still end what they
// had begun.
type Succession struct {
	*App
	options Options
	// configure reads the configuration again.
	configure func() (config.Config, error)
	former    sync.WaitGroup
	// abandon gives up what former apps have not ended.
	abandon context.CancelFunc
	drain   context.Context //nolint:containedctx // It bounds the ends of all former apps.
}

// NewSuccession begins with an app that serves. configure reads the configuration again.
func NewSuccession(a *App, o Options, configure func() (config.Config, error)) *Succession {
	s := &Succession{App: a, options: o, configure: configure}
	s.drain, s.abandon = context.WithCancel(context.Background())
	return s
}

// Serve waits for the end, and has the configuration read again whenever told to.
func (s *Succession) Serve(ctx context.Context, again <-chan os.Signal) error {
	for {
		reload, err := s.Wait(ctx, again)
		if !reload {
			return err
		}
		if err := s.reload(ctx); err != nil {
			event := s.options.Log.Error().Err(err)
			if h := (*hinted.Error)(nil); errors.As(err, &h) {
				event = event.Str("hint", h.Hint)
			}
			event.Msg("the configuration could not be read again; the one before holds on")
		}
	}
}

// reload opens an app with the new configuration beside the one that serves, and
// lets it take over. On an error nothing has changed.
func (s *Succession) reload(ctx context.Context) error {
	conf, err := s.configure()
	if err != nil {
		return err
	}
	o := s.options
	o.Config, o.Announce = conf, false
	if o.Inherited, err = s.listeners.shared(); err != nil {
		return err
	}
	next, err := Open(ctx, o)
	if err != nil {
		return err
	}
	needRestart(o.Log, s.options.Config, conf)
	old := s.App
	next.claim, old.claim = old.claim, nil
	s.App, s.options.Config = next, conf
	ended := old.proxy.Drain(s.drain)
	s.former.Go(func() {
		if err := old.retire(s.drain, ended); err != nil {
			o.Log.Error().Err(err).Msg("the former configuration did not end in good order")
		}
	})
	o.Log.Info().Msg("the configuration was read again, and holds for new connections")
	return nil
}

// needRestart says which changes wait for the next start.
func needRestart(log zerolog.Logger, before, now config.Config) {
	for key, changed := range map[string]bool{"proxy.listen": before.Proxy.Listen != now.Proxy.Listen, "desk.listen": before.Desk.Listen != now.Desk.Listen} {
		if changed {
			log.Warn().Str("key", key).Msg("this change needs a restart")
		}
	}
}

// Close ends the app that serves, and those before it.
func (s *Succession) Close() error {
	err := s.App.Close()
	s.abandon()
	s.former.Wait()
	return err
}

// deskPatience is how long pages and live updates of a former app may take to end.
const deskPatience = time.Second

// retire ends an app whose place another has taken: at once what only one may do,
// and the proxy when its last connection has ended or ctx does.
func (a *App) retire(ctx context.Context, ended func()) error {
	bounded, cancel := context.WithTimeout(ctx, deskPatience)
	defer cancel()
	errs := []error{ignoreDeadline(a.desk.Shutdown(bounded)), a.desk.Close()}
	ended()
	errs = append(errs, ignoreCancel(a.proxy.Shutdown(ctx)))
	last, cancelLast := context.WithTimeout(context.Background(), ShutdownPatience)
	defer cancelLast()
	errs = append(errs, a.Recorder.Close(last))
	return errors.Join(append(errs, a.end())...)
}

func ignoreCancel(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
