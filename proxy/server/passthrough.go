package server

import (
	"cmp"
	"context"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"flagrante/proxy"
	"flagrante/proxy/fault"
	"flagrante/proxy/tap"
	"flagrante/proxy/upstream"
)

// Learned is a host that is not intercepted for now, because an app did not
// accept our certificate for it.
type Learned struct {
	// Host is the target of the tunnel, a host and a port.
	Host string
	// Since is when the app left, Until is when interception is tried again.
	Since, Until time.Time
	// Reason is how the app left, in words.
	Reason string
	// Rejections counts how often apps have left since the host was first known,
	// also in earlier times of the kind; Last is when one left most recently.
	Rejections int64
	Last       time.Time
}

const (
	// learnedFor is long enough to get an app's work done, and short enough for
	// somebody who has just installed the authority.
	learnedFor = 10 * time.Minute
	// maxLearned bounds the memory of hosts; the oldest are forgotten.
	maxLearned = 1000
)

// lessons are the hosts that apps have taught us not to intercept. Those whose
// time is over are kept for their count.
type lessons struct {
	mu    sync.Mutex
	hosts map[string]Learned
	// trusted are hosts under whose name an app has accepted our certificate.
	trusted map[string]bool
	// wordless are hosts from which an app went without a word, and when it last did.
	wordless map[string]time.Time
}

func newLessons() *lessons {
	return &lessons{hosts: map[string]Learned{}, trusted: map[string]bool{}, wordless: map[string]time.Time{}}
}

// again notes that an app went without a word, and reports whether that has happened
// lately for the host: once, it may be a probe, or an app at its deadline.
func (l *lessons) again(host string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	host = strings.ToLower(host)
	maps.DeleteFunc(l.wordless, func(_ string, at time.Time) bool { return now.Sub(at) >= learnedFor })
	_, before := l.wordless[host]
	if before || len(l.wordless) < maxLearned {
		l.wordless[host] = now
	}
	return before
}

// trust notes that an app has accepted our certificate for a host.
func (l *lessons) trust(host string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if host = strings.ToLower(host); len(l.trusted) < maxLearned || l.trusted[host] {
		l.trusted[host] = true
	}
	delete(l.wordless, host)
}

// trusts reports whether an app has accepted our certificate for a host.
func (l *lessons) trusts(host string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.trusted[strings.ToLower(host)]
}

// add counts an app that left, and reports whether that began a time in which
// the host is not intercepted.
func (l *lessons) add(host, reason string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	host = strings.ToLower(host)
	h, known := l.hosts[host]
	if !known && len(l.hosts) >= maxLearned {
		delete(l.hosts, l.oldest())
	}
	fresh := !now.Before(h.Until)
	if fresh {
		h.Host, h.Since, h.Until = host, now, now.Add(learnedFor)
	}
	h.Reason, h.Last = reason, now
	h.Rejections++
	l.hosts[host] = h
	return fresh
}

// oldest returns the host whose last lesson is the longest past.
func (l *lessons) oldest() string {
	return slices.MinFunc(slices.Collect(maps.Values(l.hosts)), func(a, b Learned) int { return a.Last.Compare(b.Last) }).Host
}

// list returns the hosts that are not intercepted, the oldest lesson first.
func (l *lessons) list(now time.Time) []Learned {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []Learned
	for _, h := range l.hosts {
		if now.Before(h.Until) {
			all = append(all, h)
		}
	}
	slices.SortFunc(all, func(a, b Learned) int {
		return cmp.Or(a.Since.Compare(b.Since), strings.Compare(a.Host, b.Host))
	})
	return all
}

func (l *lessons) has(host string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	h, known := l.hosts[strings.ToLower(host)]
	return known && now.Before(h.Until)
}

// forget drops a host and its count, and reports whether it was not intercepted.
func (l *lessons) forget(host string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	host = strings.ToLower(host)
	h, known := l.hosts[host]
	delete(l.hosts, host)
	delete(l.wordless, host)
	return known && now.Before(h.Until)
}

// Learned returns the hosts that are tunnelled because an app did not accept our
// certificate, the first one first.
func (s *Server) Learned() []Learned { return s.lessons.list(s.opts.Now()) }

// Forget lets a host of Learned be intercepted again, and reports whether it was
// one.
func (s *Server) Forget(host string) bool { return s.lessons.forget(host, s.opts.Now()) }

// sealed reports whether the tunnels to a target are left as they are.
func (s *Server) sealed(target string) bool {
	host, port, err := net.SplitHostPort(target)
	if err != nil {
		return false
	}
	return s.ruled(host, port) || s.lessons.has(target, s.opts.Now())
}

// ruled reports whether a host is never intercepted.
func (s *Server) ruled(host, port string) bool {
	return slices.ContainsFunc(s.opts.Passthrough, func(p upstream.Pattern) bool { return p.Match(host, port) })
}

// connectSealed answers an app that wants a tunnel to a host that is not
// intercepted. The vendor comes first, so that the app is told when there is none.
func (s *Server) connectSealed(t *tunnel, grant func() error, refuse func(*proxy.Error) error) {
	if !s.dialSealed(t) {
		// An app that has left by now misses nothing.
		_ = refuse(fault.Cause(t.failure))
		t.Close()
		return
	}
	if err := grant(); err != nil {
		t.Close()
		t.vendor.Close()
		return
	}
	s.linkSealed(t)
}

// passSealed is for an app that believes already that its tunnel is open.
func (s *Server) passSealed(t *tunnel) {
	if !s.dialSealed(t) {
		t.Close()
		return
	}
	s.linkSealed(t)
}

// linkSealed lets the bytes of a tunnel pass that is not intercepted. An app that
// turns down the vendor's own certificate as well has come to trust ours alone:
// then the lesson was one of a person who had not installed the authority yet.
func (s *Server) linkSealed(t *tunnel) {
	s.link(t, t, func(o tap.Options, c tap.Conn) tap.Tap {
		return newSealed(o, c, func() {
			if s.Forget(t.target) {
				s.opts.Log.Info().Str("host", t.target).Msg("the app did not accept the vendor's own certificate either: the host is intercepted again")
			}
		})
	})
}

// dialSealed connects the vendor, or records that there is no connection.
func (s *Server) dialSealed(t *tunnel) bool {
	t.scheme = "https"
	ctx, cancel := context.WithTimeout(s.base, s.opts.Timeouts.Connect)
	defer cancel()
	t.vendor, t.failure = s.opts.Dialer.Dial(ctx, t.target, upstream.Request{Via: t.via})
	if t.failure == nil {
		return true
	}
	s.tellUnreached(t)
	return false
}
