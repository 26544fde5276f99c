package record

import (
	"net/http"
	"strconv"
	"time"

	"flagrante/capture"
	"flagrante/capture/contract"
	"flagrante/capture/flight"
	"flagrante/capture/redact"
	"flagrante/capture/retry"
	"flagrante/capture/traffic"
	"flagrante/proxy"
)

const (
	// frozenPerProblem is how many failures of one kind and endpoint get the calls
	// before them in a minute, and frozenPerMinute how many do of all: in a storm the
	// hundredth story says nothing new.
	frozenPerProblem = 16
	frozenPerMinute  = 1000
)

// Sequence turns exchanges into what is to be stored, each one together with its
// neighbours: calls before it, attempts at the same call, the usual duration of
// its endpoint. It goes by the times of the exchanges only, and is for one
// goroutine.
type Sequence struct {
	pipeline  *Pipeline
	retries   *retry.Tracker
	flights   flight.Recorder
	endpoints endpoints
	counted   traffic.Table
	frozen    budget
	// lately holds the secrets of the last calls.
	lately redact.Memory
	batch  capture.Batch
}

// NewSequence returns a Sequence that has seen nothing.
func NewSequence(p *Pipeline) *Sequence {
	return &Sequence{pipeline: p, retries: retry.NewTracker(), flights: flight.Recorder{Pool: p.pool}}
}

// Add takes an exchange, and returns the failure that it is, or nil.
func (s *Sequence) Add(x *proxy.Exchange) *capture.Failure { return s.add(x, true) }

// AddCounted is Add for an exchange that is counted already: a neighbour of others, and
// nothing new.
func (s *Sequence) AddCounted(x *proxy.Exchange) *capture.Failure { return s.add(x, false) }

func (s *Sequence) add(x *proxy.Exchange, counts bool) *capture.Failure {
	verdict, silent := s.pipeline.rules.Watch(x)
	client := s.retries.Client(x)
	verdict = s.behind(client, x, stranger(x, verdict))
	e := s.endpoints.of(s.pipeline, &s.lately, x)
	failed := verdict.Failing
	broken := s.pipeline.contracts.Check(x)
	call := flight.NewCall(x)
	defer s.flights.Drop(call)
	if !failed && answered(x) {
		if len(broken) == 0 {
			e.learn(call, &s.flights)
		}
		if limit, ok := e.usual.Limit(s.pipeline.slow); ok && !verdict.Ignored && waited(x) > limit {
			verdict = slow(waited(x), e.usual.Median())
		}
		e.usual.Add(waited(x))
	}
	if counts {
		s.counted.Add(e.host, e.name, x.Start, x.Phases.Total, verdict.Failing && !verdict.Expected, !verdict.Failing && answered(x))
	}
	// A call that only breaks its contract worked: it counts as a success.
	verdict = contract.Judge(verdict, broken)
	var f *capture.Failure
	if verdict.Failing {
		call.Share()
		f = s.pipeline.failure(&s.lately, x, verdict, s.before(e, client, x, verdict))
		s.batch.Failures = append(s.batch.Failures, f)
		e.failed = e.failed || !f.Expected
	} else {
		s.learn(x, silent)
	}
	s.attempt(f, x, client, failed)
	s.good(e)
	s.flights.Add(client, call, failed)
	return f
}

// behind excuses a 404 behind the last page of a list: so an app finds out which is the last.
func (s *Sequence) behind(client uint64, x *proxy.Exchange, v capture.Verdict) capture.Verdict {
	if v.Failing && !v.Expected && x.Response != nil && x.Response.Status == http.StatusNotFound && s.flights.GotPageBefore(client, x) {
		v.Expected = true
		v.Reasons = append(v.Reasons, capture.Reason{Key: "judge.expected.last_page"})
	}
	return v
}

// learn remembers the secrets of a success, whose answer may be known to give none.
func (s *Sequence) learn(x *proxy.Exchange, silent bool) {
	if silent {
		s.pipeline.redactor().LearnBesides(&s.lately, x)
	} else {
		s.pipeline.redactor().Learn(&s.lately, x)
	}
}

// answered reports a success, whole enough to compare with.
func answered(x *proxy.Exchange) bool {
	return x.Response != nil && x.Response.Status < 400 && !x.Aborted && x.Unread == ""
}

// waited is how long the vendor took to begin its answer: how long the rest takes
// depends on its size, and on the app.
func waited(x *proxy.Exchange) time.Duration {
	if x.Phases.Wait > 0 {
		return x.Phases.Wait
	}
	return max(x.Phases.Total-x.Phases.Receive-x.Phases.Send, 0)
}

func slow(took, usual time.Duration) capture.Verdict {
	return capture.Verdict{Failing: true, Kind: capture.KindSlow, Reasons: []capture.Reason{{Key: "judge.slow", Args: map[string]string{
		"seconds": strconv.FormatFloat(took.Seconds(), 'f', 1, 64), "usual": strconv.FormatFloat(usual.Seconds(), 'f', 1, 64),
	}}}}
}

// attempt places x among the attempts at its call. An exchange without an outcome
// says nothing of them, nor does a failure that is expected anyway.
func (s *Sequence) attempt(f *capture.Failure, x *proxy.Exchange, client uint64, failed bool) {
	var out retry.Outcome
	switch {
	case failed && !f.Expected:
		out = s.retries.Failed(x, client)
		f.Chain, f.Attempt = out.Chain, out.Attempt
	case !failed && answered(x):
		out = s.retries.Succeeded(x, client)
	}
	for _, h := range out.Healed {
		if !s.excuse(h) {
			s.batch.Healed = append(s.batch.Healed, h)
		}
	}
}

// excuse marks a failure that has not been handed over yet.
func (s *Sequence) excuse(h capture.Healed) bool {
	for _, f := range s.batch.Failures {
		if f.ID == h.FailureID {
			f.Expected = true
			f.Reasons = append(f.Reasons, h.Reason)
			return true
		}
	}
	return false
}

// before returns the calls that are to be kept with a failure of an endpoint.
func (s *Sequence) before(e *endpoint, client uint64, x *proxy.Exchange, v capture.Verdict) []flight.Before {
	if v.Expected || !s.frozen.take(e.name+" "+string(v.Kind), x.Start) {
		return nil
	}
	return s.flights.Before(client, x)
}

// good hands over the last success of an endpoint that fails.
func (s *Sequence) good(e *endpoint) {
	c := e.comparison()
	if c == nil {
		return
	}
	c.Share()
	masked, _ := s.pipeline.redactor().Remembered(&s.lately, c.Exchange)
	e.forget(&s.flights)
	s.batch.Good = append(s.batch.Good, capture.Good{Endpoint: e.name, Exchange: masked})
}

// Pending reports whether there is anything to take.
func (s *Sequence) Pending() bool {
	return len(s.batch.Failures)+len(s.batch.Healed)+len(s.batch.Good) > 0
}

// Take returns the failures since the last time, and what belongs to them.
func (s *Sequence) Take() capture.Batch {
	taken := s.batch
	s.batch = capture.Batch{}
	return taken
}

// Traffic returns what was counted since the last time.
func (s *Sequence) Traffic() []capture.Minute { return s.counted.Take() }

// budget bounds how often something is done in a minute of the exchanges' time.
type budget struct {
	minute int64
	total  int
	of     map[string]int
}

func (b *budget) take(key string, at time.Time) bool {
	if minute := at.Unix() / 60; b.of == nil || minute != b.minute {
		*b = budget{minute: minute, of: map[string]int{}}
	}
	if b.total >= frozenPerMinute || b.of[key] >= frozenPerProblem {
		return false
	}
	b.total++
	b.of[key]++
	return true
}
