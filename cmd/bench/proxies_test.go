package bench_test

import (
	"crypto/x509"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// streamSize is the size of a long answer in bytes.
const streamSize = 1 << 30

// rounds is how often each measurement is made; the median counts.
const rounds = 9

// paced is how long failures come at half of the rate at which they can be stored.
const paced = 5 * time.Second

// setup is what all measurements share.
type setup struct {
	dir, target string
	vendor      *vendor
	roots       *x509.CertPool
	// medians are by load and proxy.
	medians map[load]map[string]result
}

func newSetup(tb testing.TB) *setup {
	tb.Helper()
	s := &setup{dir: tb.TempDir(), roots: x509.NewCertPool(), medians: map[load]map[string]result{}}
	s.vendor = newVendor(tb, s.dir)
	s.roots.AddCert(s.vendor.ca.Root())
	s.target = s.vendor.listen(tb, "127.0.0.1")
	return s
}

func (s *setup) app(p *process) app {
	if p == nil {
		return app{roots: s.roots}
	}
	return app{proxy: p.addr, roots: s.roots}
}

// BenchmarkProxies prints the tables of docs/performance.md. It is one
// measurement of its own: -benchtime 1x.
func BenchmarkProxies(b *testing.B) {
	s := newSetup(b)
	for b.Loop() {
		for _, part := range []struct {
			name string
			of   func(testing.TB)
		}{{"throughput", s.throughput}, {"ceiling", s.ceiling}, {"memories", s.memories}, {"starts", s.starts}} {
			if parts := os.Getenv(partsEnv); parts == "" || strings.Contains(parts, part.name) {
				part.of(b)
			}
		}
	}
}

// partsEnv names the parts to be measured, all where it is empty, and loadsEnv
// the loads, as a regular expression over KiB/connections/share.
const (
	partsEnv = "FLAGRANTE_BENCH_PARTS"
	loadsEnv = "FLAGRANTE_BENCH_LOADS"
)

func kinds() []string { return []string{"direct", "tunnel", "goproxy", "relay", "flagrante"} }

func loads() []load {
	chosen := regexp.MustCompile(os.Getenv(loadsEnv))
	var all []load
	for _, size := range []int{1 << 10, 100 << 10} {
		for _, conns := range []int{1, 16, 64} {
			for _, failing := range []int{0, 10, 100} {
				l := load{conns: conns, size: size, failing: failing, requests: requestsOf(conns, size)}
				if chosen.MatchString(fmt.Sprintf("%d/%d/%d", size>>10, conns, failing)) {
					all = append(all, l)
				}
			}
		}
	}
	return all
}

// requestsOf is how many requests make a measurement, a quarter of that with -short.
// Most bars are about 16 connections.
func requestsOf(conns, size int) int {
	n := map[int]int{1: 2048, 16: 8 << 10, 64: 4096}[conns]
	if size > 1<<10 {
		n = 512
	}
	if testing.Short() {
		n /= 4
	}
	return n
}

// result is the median of a measurement.
type result struct{ rate, p50, p99, cpu float64 }

// throughput measures every proxy under every load, in turns.
func (s *setup) throughput(tb testing.TB) {
	proxies := map[string]*process{"direct": nil}
	for _, kind := range kinds()[1:] {
		proxies[kind] = start(tb, kind, s.dir)
	}
	fmt.Print("\n| KiB | connections | failing | proxy | requests/s | of tunnel | of goproxy | p50 µs | p99 µs | CPU µs/request |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, l := range loads() {
		all := map[string][]result{}
		for range rounds {
			for _, kind := range kinds() {
				all[kind] = append(all[kind], s.measure(tb, proxies[kind], l))
			}
		}
		tunnel, tuned := median(all["tunnel"]), median(all["goproxy"])
		s.medians[l] = map[string]result{}
		for _, kind := range kinds() {
			r := median(all[kind])
			s.medians[l][kind] = r
			fmt.Printf("| %d | %d | %d %% | %s | %.0f | %.2f | %.2f | %.0f | %.0f | %.1f |\n", l.size>>10, l.conns, l.failing, kind, r.rate, r.rate/tunnel.rate, r.rate/tuned.rate, r.p50, r.p99, r.cpu)
		}
	}
	s.bars()
	for _, kind := range kinds()[1:] {
		n := proxies[kind].stop(tb)
		if kind == "flagrante" {
			fmt.Printf("\nFailures seen %d = rows %d + dropped; dropped %d of %d calls.\n", n.Failures, n.Rows, n.Dropped, n.Calls)
			s.account(tb, n)
		}
	}
}

// bars prints what the loads say of the bars of docs/performance.md.
func (s *setup) bars() {
	fmt.Print("\n| bar (1 KiB) | measured |\n| --- | --- |\n")
	for l, m := range s.medians {
		own, tuned, tunnel, relay := m["flagrante"], m["goproxy"], m["tunnel"], m["relay"]
		switch {
		case l.size > 1<<10:
		case l.conns == 1:
			fmt.Printf("| p50, 1 connection, %d %% failing, of the tunnel's | %.2f |\n", l.failing, own.p50/tunnel.p50)
		case l.conns == 16:
			fmt.Printf("| 16 connections, %d %% failing: of tuned goproxy, of the tunnel, of the relay, CPU of tuned goproxy's | %.2f, %.2f, %.2f, %.2f |\n",
				l.failing, own.rate/tuned.rate, own.rate/tunnel.rate, own.rate/relay.rate, own.cpu/tuned.cpu)
		}
	}
}

// account holds the promise that nothing gets lost in silence.
func (s *setup) account(tb testing.TB, n counts) {
	tb.Helper()
	var calls, failures int64
	for _, l := range loads() {
		per := l.requests / l.conns
		calls += int64(rounds * l.conns * (per + 1))
		failures += int64(rounds * l.conns * (per * l.failing / 100))
		if l.failing == 100 {
			failures += int64(rounds * l.conns)
		}
	}
	if n.Calls != calls || n.Rows+n.Dropped < failures || n.Rows > failures {
		tb.Errorf("%d calls of which %d failed became %+v", calls, failures, n)
	}
}

func (s *setup) measure(tb testing.TB, p *process, l load) (r result) {
	var before time.Duration
	// Opening a connection costs as much as dozens of requests on it.
	total, each := l.run(tb, s.app(p), s.target, func() {
		if p != nil {
			p.drain(tb)
			before = p.cpu(tb)
		}
	})
	if p != nil {
		// What is stored after the last answer counts as processor time, and must not
		// slow down who is measured next.
		p.drain(tb)
		r.cpu = micros(p.cpu(tb)-before) / float64(l.requests)
	}
	slices.Sort(each)
	r.rate = float64(l.requests) / total.Seconds()
	r.p50, r.p99 = micros(each[len(each)/2]), micros(each[len(each)*99/100])
	return r
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

func median(all []result) result {
	pick := func(of func(result) float64) float64 {
		var values []float64
		for _, r := range all {
			values = append(values, of(r))
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	return result{
		pick(func(r result) float64 { return r.rate }), pick(func(r result) float64 { return r.p50 }),
		pick(func(r result) float64 { return r.p99 }), pick(func(r result) float64 { return r.cpu }),
	}
}

// ceiling finds how many failures a second the writer stores when it does nothing
// else, and holds that none is dropped while half as many pass.
func (s *setup) ceiling(tb testing.TB) {
	p := start(tb, "flagrante", s.dir)
	burst := load{conns: 16, size: 1 << 10, failing: 100, requests: 12 << 10}
	burst.run(tb, s.app(p), s.target, func() {})
	before, begun := p.stored(tb), time.Now()
	after := p.drain(tb)
	rate := float64(after-before) / time.Since(begun).Seconds()
	half := load{conns: 16, size: 1 << 10, failing: 100}
	half.requests = int(rate/2*paced.Seconds()) / half.conns * half.conns
	half.pace = paced / time.Duration(half.requests/half.conns)
	took, _ := half.run(tb, s.app(p), s.target, func() {})
	n := p.stop(tb)
	fmt.Printf("\nThe writer stores %.0f failures a second. At half of that, %d failures within %.1f s, %d of all were dropped.\n", rate, half.requests, took.Seconds(), n.Dropped)
	if n.Dropped > 0 {
		tb.Error("failures were dropped below the writer's ceiling")
	}
}
