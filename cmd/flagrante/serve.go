package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/rs/zerolog"

	"flagrante/cmd/flagrante/internal/app"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world"
)

// serveCmd is the main job.
type serveCmd struct {
	serveFlags
	DeskToken string `help:"Token that opens the desk, instead of the one in the data folder." env:"FLAGRANTE_DESK_TOKEN" placeholder:"TOKEN"`
	Pprof     bool   `help:"Serve profiles of the program at /debug/pprof/ of the desk, for whoever has its token." env:"FLAGRANTE_PPROF"`
}

// serveFlags are those of every command that runs the proxy.
type serveFlags struct {
	Proxy         string        `help:"Address of the proxy (default: 127.0.0.1:8790)." env:"FLAGRANTE_PROXY" placeholder:"HOST:PORT"`
	Allow         []string      `help:"Address or network whose machines may use the proxy too." env:"FLAGRANTE_ALLOW" placeholder:"NET"`
	Desk          string        `help:"Address of the desk (default: 127.0.0.1:8791)." env:"FLAGRANTE_DESK" placeholder:"HOST:PORT"`
	GeoIP         string        `name:"geoip" help:"Country database to use instead of the built-in one (.mmdb)." env:"FLAGRANTE_GEOIP" placeholder:"FILE"`
	OriginCountry string        `help:"Country that all requests come from, such as BR." env:"FLAGRANTE_ORIGIN_COUNTRY" placeholder:"CODE"`
	EgressIP      string        `name:"egress-ip" help:"Address with which requests leave for the internet." env:"FLAGRANTE_EGRESS_IP" placeholder:"IP"`
	TrustedPeer   []string      `help:"Address or network that may say for whom it forwards (PROXY protocol, Forwarded, X-Forwarded-For)." env:"FLAGRANTE_TRUSTED_PEERS" placeholder:"NET"`
	UpstreamCA    string        `name:"upstream-ca" help:"Certificates that vendors may be signed by, besides those of the system." env:"FLAGRANTE_UPSTREAM_CA" placeholder:"FILE"`
	AnswerTimeout time.Duration `help:"How long a vendor may take to begin an answer (default: 10m)." env:"FLAGRANTE_ANSWER_TIMEOUT" placeholder:"TIME"`
	LogLevel      string        `help:"Least important messages to log: debug, info (the default), warn or error." env:"FLAGRANTE_LOG_LEVEL" enum:",debug,info,warn,error" default:""`
}

// apply puts the flags over the configuration.
func (f serveFlags) apply(c *config.Config) {
	config.Override(&c.Proxy.Listen, f.Proxy)
	config.Override(&c.Desk.Listen, f.Desk)
	config.Override(&c.GeoIP, f.GeoIP)
	config.Override(&c.Origin.Country, f.OriginCountry)
	config.Override(&c.Origin.EgressIP, f.EgressIP)
	config.Override(&c.Upstream.CAFile, f.UpstreamCA)
	if len(f.TrustedPeer) > 0 {
		c.Origin.TrustedPeers = f.TrustedPeer
	}
	if len(f.Allow) > 0 {
		c.Proxy.Allow = f.Allow
	}
	if f.AnswerTimeout > 0 {
		c.Proxy.AnswerTimeout = f.AnswerTimeout
	}
}

// log writes for people on a terminal and JSON otherwise.
func (f serveFlags) log(w world.World) (zerolog.Logger, error) {
	level := zerolog.InfoLevel
	if f.LogLevel != "" {
		var err error
		if level, err = zerolog.ParseLevel(f.LogLevel); err != nil {
			return zerolog.Nop(), err
		}
	}
	to := w.Err
	if world.IsTerminal(w.Err) {
		to = zerolog.ConsoleWriter{Out: w.Err, TimeFormat: time.TimeOnly, NoColor: !bool(coloursFor(w, w.Err))}
	}
	return zerolog.New(to).Level(level).Hook(zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) {
		e.Time(zerolog.TimestampFieldName, w.Now())
	})), nil
}

// Help says how it is told to read its configuration again.
func (*serveCmd) Help() string {
	return `SIGHUP has the configuration, the authority and all files that they name read again: new
connections go by it at once, running ones end as they began. An interrupt ends in good
order, a second one at once.

Examples:
  flagrante serve
  flagrante serve --proxy 127.0.0.1:3128 --upstream-ca staging.pem
  flagrante serve --proxy 172.17.0.1:8790 --allow 172.16.0.0/12`
}

// Run serves until the program is told to stop.
func (s *serveCmd) Run(ctx context.Context, c *cli, w world.World) (err error) {
	configure := func() (config.Config, error) {
		conf, err := c.settings(w)
		s.apply(&conf)
		return conf, err
	}
	conf, err := configure()
	if err != nil {
		return err
	}
	log, err := s.log(w)
	if err != nil {
		return err
	}
	again := make(chan os.Signal, 1)
	signal.Notify(again, syscall.SIGHUP)
	defer signal.Stop(again)
	o := app.Options{Dir: c.dataDir(w), Config: conf, Token: s.DeskToken, World: w, Log: log, Announce: true, Pprof: s.Pprof}
	o.Passing = func(proxy net.Addr) { fmt.Fprintf(w.Out, "proxy  http://%s\n", app.FromHere(proxy)) }
	a, err := app.Open(ctx, o)
	if err != nil {
		return err
	}
	// Who takes its place reads them anew, and lets no call pass that may be cut.
	o.World.Roots, o.Passing = nil, nil
	line := app.NewSuccession(a, o, configure)
	defer func() { err = errors.Join(err, line.Close()) }()
	a.Announce(w.Out)
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		return fmt.Errorf("tell the service manager that it serves: %w", err)
	}
	return line.Serve(ctx, again)
}
