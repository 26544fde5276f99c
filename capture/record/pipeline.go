// Package record turns exchanges into stored failures. It takes them from the
// traffic without ever holding it up: what does not fit into the queue is
// dropped and counted.
package record

import (
	"slices"
	"sync"

	"flagrante/capture"
	"flagrante/capture/contract"
	"flagrante/capture/expose"
	"flagrante/capture/extract"
	"flagrante/capture/fingerprint"
	"flagrante/capture/flight"
	"flagrante/capture/gallery"
	"flagrante/capture/judge"
	"flagrante/capture/locate"
	"flagrante/capture/redact"
	"flagrante/capture/traffic"
	"flagrante/proxy"
)

// Pipeline judges, redacts, names and locates exchanges, one at a time. It is
// safe for use by many goroutines.
type Pipeline struct {
	rules     *judge.Judge
	contracts *contract.Set
	locator   *locate.Locator
	// These are made when they are first needed, by the first call and the first failure:
	// their expressions and tables of words take a while.
	redactor     func() *redact.Redactor
	fingerprints func() *fingerprint.Maker
	exposures    func() *expose.Finder
	places       *places
	said         *memory
	slow         traffic.Rule
	// pool gets the memory of exchanges, nil where they are not reused.
	pool *proxy.Pool
	// pictures holds what failing calls show, nil for nobody.
	pictures *gallery.Gallery
}

// NewPipeline returns a Pipeline that locates with l, judges by rules and by what
// vendors promise, and masks as redaction says. Contracts may be nil.
func NewPipeline(l *locate.Locator, rules *judge.Judge, contracts *contract.Set, redaction ...redact.Option) *Pipeline {
	return &Pipeline{
		rules: rules.Watching(redact.SecretWords()...), contracts: contracts, locator: l,
		redactor:     sync.OnceValue(func() *redact.Redactor { return redact.New(redaction...) }),
		fingerprints: sync.OnceValue(func() *fingerprint.Maker { return fingerprint.New(contracts) }),
		exposures:    sync.OnceValue(expose.New), places: &places{}, said: newMemory(), slow: traffic.DefaultRule(),
	}
}

// Reuse has the memory of exchanges that are not needed any more given back to where it
// comes from, before the pipeline is used.
func (p *Pipeline) Reuse(pool *proxy.Pool) { p.pool = pool }

// SetGallery has the pictures of failing calls held in memory, before the pipeline is used.
func (p *Pipeline) SetGallery(g *gallery.Gallery) { p.pictures = g }

// SetSlow says which answers are slow, before the pipeline is used. One without Times
// finds none.
func (p *Pipeline) SetSlow(r traffic.Rule) { p.slow = r }

// Failure returns the failure that x is, ready to store, or nil when x did not
// fail.
func (p *Pipeline) Failure(x *proxy.Exchange) *capture.Failure {
	verdict := contract.Judge(stranger(x, p.rules.Judge(x)), p.contracts.Check(x))
	if !verdict.Failing {
		return nil
	}
	return p.failure(nil, x, verdict, nil)
}

// stranger makes a failure of an answer that the rules let pass, though it is about
// somebody else.
func stranger(x *proxy.Exchange, v capture.Verdict) capture.Verdict {
	if v.Failing || v.Ignored || !expose.Stranger(x) {
		return v
	}
	return capture.Verdict{Failing: true, Kind: capture.KindBodyError, Reasons: []capture.Reason{{Key: "expose.stranger"}}}
}

// failure makes a failure of x with the calls of the same client before it, which
// are masked together: what one of them gave, another may use. So are the secrets in
// memory, which may be nil.
func (p *Pipeline) failure(memory *redact.Memory, x *proxy.Exchange, verdict capture.Verdict, before []flight.Before) *capture.Failure {
	f := &capture.Failure{
		ID: x.ID, Time: x.Start, Kind: verdict.Kind, Reasons: verdict.Reasons, Expected: verdict.Expected,
		Origin: p.locator.Origin(x),
	}
	if f.Kind == capture.KindHTTPStatus || f.Kind == capture.KindBodyError {
		// Looked for before masking, which takes away what gives it away.
		f.Reasons = slices.Concat(f.Reasons, p.exposures().Find(x))
	}
	if p.pictures != nil {
		p.pictures.Keep(x)
	}
	calls := []*proxy.Exchange{x}
	for _, c := range before {
		calls = append(calls, c.Exchange)
	}
	masked, marks, reasons := p.redactor().Together(memory, f.Reasons, calls...)
	f.Reasons = reasons
	f.Exchange, f.Redactions = masked[0], marks[0]
	for i, c := range before {
		f.Before = append(f.Before, capture.Call{Exchange: masked[i+1], Failing: c.Failing, Links: c.Links})
	}
	// From here on only what is masked is looked at.
	f.Host, f.Endpoint = p.fingerprints().Endpoint(f.Exchange.Request)
	f.Endpoint = p.places.endpoint(f.Endpoint)
	said := p.said.of(f.Exchange.Response)
	if tellsOfFailing(f.Kind) {
		f.Vendor = p.rules.VendorOver(&f.Exchange, said.vendor)
	}
	f.RequestIDs = extract.RequestIDs(&f.Exchange, said.ids)
	f.Fingerprint = p.fingerprints().Of(f)
	return f
}

// tellsOfFailing reports whether the vendor's words can be about the failure. An
// answer that was slow, or not as promised, tells of something else: its "status"
// is that of a charge.
func tellsOfFailing(k capture.Kind) bool { return k != capture.KindContract && k != capture.KindSlow }
