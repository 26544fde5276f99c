package record

import (
	"strings"
	"sync"

	"flagrante/capture"
	"flagrante/capture/extract"
	"flagrante/capture/fingerprint"
	"flagrante/proxy"
)

// places are what was learned of paths, for use by many goroutines.
type places struct {
	mu      sync.Mutex
	learned fingerprint.Learned
}

func (p *places) learn(endpoint string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.learned.Learn(endpoint)
}

func (p *places) endpoint(name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.learned.Endpoint(name)
}

// Learn takes endpoints that were called, so that places in paths that take too
// many names are known to hold values.
func (p *Pipeline) Learn(endpoints []string) {
	for _, name := range endpoints {
		p.places.learn(name)
	}
}

// LearnCall takes the path of a call that is to come.
func (p *Pipeline) LearnCall(r proxy.Request) {
	_, name := p.fingerprints().Endpoint(r)
	p.places.learn(name)
}

// Endpoint returns the endpoint of a failure that was stored, before what is
// learned from all of them is put in.
func (p *Pipeline) Endpoint(f *capture.Failure) string {
	_, name := p.fingerprints().Endpoint(f.Exchange.Request)
	return name
}

// Again concludes anew what a stored failure is, by the rules and templates of
// today, and reports whether that differs. What depends on neighbours stays, and so
// do the kind and what was masked.
func (p *Pipeline) Again(f *capture.Failure) (changed bool) {
	old := *f
	f.Endpoint = p.places.endpoint(p.Endpoint(f))
	said := p.said.of(f.Exchange.Response)
	if tellsOfFailing(f.Kind) {
		f.Vendor = p.rules.VendorOver(&f.Exchange, said.vendor)
	}
	f.RequestIDs = extract.RequestIDs(&f.Exchange, said.ids)
	p.judgeAgain(f)
	f.Fingerprint = p.fingerprints().Of(f)
	return f.Fingerprint != old.Fingerprint || f.Endpoint != old.Endpoint || f.Vendor != old.Vendor || f.Expected != old.Expected
}

// judgeAgain asks the rules about a status, which masking leaves as it was. A body
// may have lost what it was judged by.
func (p *Pipeline) judgeAgain(f *capture.Failure) {
	if f.Kind != capture.KindHTTPStatus || byNeighbours(f.Reasons) {
		return
	}
	v := p.rules.Judge(&f.Exchange)
	switch {
	case !v.Failing && !f.Expected:
		f.Expected = true
		f.Reasons = append(f.Reasons, capture.Reason{Key: "judge.expected.no_longer"})
	case v.Failing && v.Expected != f.Expected:
		f.Expected, f.Reasons = v.Expected, p.redactor().Reasons(f.Host, v.Reasons)
	}
}

// byNeighbours reports whether other exchanges made a failure expected.
func byNeighbours(reasons []capture.Reason) bool {
	for _, r := range reasons {
		switch strings.TrimPrefix(r.Key, "judge.expected.") {
		case "retried", "challenge", "renewed", "appeared", "confirmed", "done", "last_page":
			return true
		}
	}
	return false
}
