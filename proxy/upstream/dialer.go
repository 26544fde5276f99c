// Package upstream makes the connections to vendors: directly or through an
// upstream proxy, with client certificates and roots by rule, and never to
// flagrante's own listeners.
package upstream

import (
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// Options are what a Dialer needs. Only Now must be set. Of several rules that
// match a host the most specific one holds; see Pattern.
type Options struct {
	Now      func() time.Time
	Timeouts Timeouts
	// Roots returns what the vendors' certificates are verified by, whenever one is to be; nil, or nil
	// from it, means those of the system.
	Roots func() *Roots
	// Resolver looks names up; nil means that of the system.
	Resolver *net.Resolver
	// Closed are addresses that are never dialled, such as the desk's. For the
	// proxy's own see Own.
	Closed []net.Addr
	// Certificates are shown to vendors that ask for one.
	Certificates []Certificate
	// ExtraRoots are trusted beside Roots.
	ExtraRoots []ExtraRoots
	// Unverified are hosts, with or without a port, whose certificates are not
	// verified. Wildcards are refused.
	Unverified []string
	// Proxies are the ways to vendors; for hosts without a rule Environment holds.
	Proxies     []ProxyRule
	Environment Environment
	// LookupEnv returns a variable of the environment, for Secret. It may be nil.
	LookupEnv func(string) (string, bool)
	// Pseudonym is under what upstream proxies know this proxy (RFC 9110, section 7.6.3).
	// It begins with "flagrante-" and no other proxy has it; empty means that a circle of
	// proxies is not noticed.
	Pseudonym string
	Log       zerolog.Logger
}

// Timeouts bound the parts of an attempt; zero means no bound.
type Timeouts struct {
	// Connect is for DNS and TCP, and for an upstream proxy to do the same.
	Connect time.Duration
	// Handshake is for TLS with the vendor.
	Handshake time.Duration
}

// Request says what kind of connection is needed.
type Request struct {
	// ServerName is what the vendor's certificate must be for, and what rules
	// about certificates go by. Empty means the host of the target.
	ServerName string
	// TLS asks for a handshake; ALPN are the protocols to offer in it.
	TLS  bool
	ALPN []string
	// Offer bounds what is offered besides; the zero value offers the usual.
	Offer Offer
	// AbsoluteForm says that plain HTTP requests follow, and that the caller can
	// write them for an upstream proxy; see Conn. Without it an upstream proxy
	// is asked for a tunnel, which many refuse for other ports than 443.
	AbsoluteForm bool
	// Via says which proxies the request has come through, as the field of that name
	// does (RFC 9110, section 7.6.3). If we are among them, there is no connection.
	Via string
}

// Dialer makes connections to vendors. It may be used by several goroutines.
type Dialer struct {
	now      func() time.Time
	timeouts Timeouts
	net      net.Dialer
	guard    *guard
	trust    *trust
	routes   *routes
	rounds   *rounds
}

// New reads the files that the rules name. Its errors name the rule, and hold
// no secrets.
func New(o Options) (*Dialer, error) {
	trust, err := newTrust(o)
	if err != nil {
		return nil, err
	}
	routes, err := newRoutes(o)
	if err != nil {
		return nil, err
	}
	d := &Dialer{now: o.Now, timeouts: o.Timeouts, guard: newGuard(o.Closed), trust: trust, routes: routes,
		rounds: &rounds{name: o.Pseudonym, open: map[string]context.CancelCauseFunc{}}}
	d.net = net.Dialer{Resolver: o.Resolver, ControlContext: d.guard.control}
	return d, nil
}

// Own says that the proxy itself listens on addr, where a connection would go
// round in a circle.
func (d *Dialer) Own(addr net.Addr) { d.guard.add(addr) }

// CameBack reports whether a request has been sent on by this proxy before, by what its
// field Via says. What was to be connected for it is given up then.
func (d *Dialer) CameBack(via string) bool { return d.rounds.back(via) }

// Dial connects to target, a host and a port. Its error is an *Error.
func (d *Dialer) Dial(ctx context.Context, target string, r Request) (*Conn, error) {
	a := &attempt{Dialer: d, request: r, watch: newStopwatch(d.now)}
	conn, err := a.run(ctx, target)
	if err != nil {
		err = fault.In(a.watch.phaseNow(), err)
		return nil, &Error{Err: err, Setup: a.watch.phases(), Upstream: a.upstream}
	}
	conn.Setup, conn.Upstream = a.watch.phases(), a.upstream
	return conn, nil
}

// attempt is one call of Dial.
type attempt struct {
	*Dialer
	request  Request
	watch    *stopwatch
	upstream proxy.Upstream

	target string
	host   string
	port   string
	// via is what upstream proxies are told of those before them, ourselves included.
	via string
}

func (a *attempt) run(ctx context.Context, target string) (*Conn, error) {
	if a.rounds.back(a.request.Via) {
		return nil, fault.ErrCameBack
	}
	number, err := a.aim(target)
	if err != nil {
		return nil, fault.BadTarget(err)
	}
	ctx, mark, end := a.rounds.begin(ctx)
	defer end()
	a.via = onto(a.request.Via, mark)
	conn, err := a.connect(ctx, number)
	if err != nil && errors.Is(context.Cause(ctx), fault.ErrCameBack) {
		return nil, fault.Circle(a.upstream.Proxy)
	}
	return conn, err
}

func (a *attempt) connect(ctx context.Context, number uint16) (*Conn, error) {
	conn, err := a.reach(ctx, number)
	if err != nil {
		return nil, err
	}
	a.watch.end(proxy.PhaseConnect)
	if !a.request.TLS {
		return conn, nil
	}
	a.watch.begin(proxy.PhaseTLS)
	defer a.watch.end(proxy.PhaseTLS)
	return conn, a.secure(ctx, conn)
}

// aim takes the target apart, and returns its port.
func (a *attempt) aim(target string) (port uint16, err error) {
	a.target = target
	if a.host, a.port, err = net.SplitHostPort(target); err != nil {
		return 0, err
	}
	number, err := strconv.ParseUint(a.port, 10, 16)
	if err != nil {
		return 0, err
	}
	if a.host == "" || number == 0 || strings.ContainsFunc(a.host, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return 0, &net.AddrError{Err: "unusable host or port"}
	}
	return uint16(number), nil
}

// reach makes the connection that carries the bytes to the vendor.
func (a *attempt) reach(ctx context.Context, port uint16) (*Conn, error) {
	if a.timeouts.Connect > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, a.timeouts.Connect)
		defer cancel()
	}
	hop, err := a.routes.to(a.host, a.port, a.plain())
	if err != nil {
		return nil, err
	}
	if hop == nil {
		conn, err := a.tcp(ctx, a.target)
		if err != nil {
			return nil, err
		}
		a.upstream.Addr = conn.RemoteAddr().String()
		return &Conn{Conn: conn}, nil
	}
	if err := a.guard.checkTarget(ctx, a.net.Resolver, a.host, port); err != nil {
		return nil, err
	}
	a.upstream.Proxy = hop.addr
	return a.through(ctx, hop)
}

// plain reports whether plain HTTP requests follow.
func (a *attempt) plain() bool { return a.request.AbsoluteForm && !a.request.TLS }

func (a *attempt) tcp(ctx context.Context, addr string) (net.Conn, error) {
	if host, port, err := net.SplitHostPort(addr); err == nil && isLocal(host) {
		addr = net.JoinHostPort("localhost", port)
	}
	return a.net.DialContext(httptrace.WithClientTrace(ctx, a.watch.trace()), "tcp", addr)
}

// secure turns conn into TLS with the vendor, or closes it.
func (a *attempt) secure(ctx context.Context, conn *Conn) error {
	name := a.request.ServerName
	if name == "" {
		name = a.host
	}
	h := a.trust.handshake(name, a.port, a.request.ALPN)
	a.request.Offer.apply(h.config)
	secured, err := h.run(ctx, conn.Conn, a.timeouts.Handshake)
	if err != nil {
		conn.Close()
		describeRefused(&a.upstream, err)
		if a.request.Offer.Lacking && !h.asked.Load() {
			err = fault.Suites(err, a.host)
		}
		return h.explain(err)
	}
	describe(&a.upstream, secured.ConnectionState())
	conn.Conn, conn.vendor = secured, h
	return nil
}
