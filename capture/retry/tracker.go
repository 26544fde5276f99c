package retry

import (
	"cmp"
	"hash/maphash"
	"net/http"
	"slices"
	"strconv"
	"time"

	"flagrante/capture"
	"flagrante/proxy"
)

const (
	// maxCalls bounds the calls that are remembered, the oldest go first.
	maxCalls = 8192
	// maxAttempts bounds those of one call.
	maxAttempts = 32
	// maxGood bounds the successes of a call that never failed: they matter only to
	// a failure that arrives late.
	maxGood = 4
)

// Tracker remembers recent attempts. It is for one goroutine.
type Tracker struct {
	seed  maphash.Seed
	calls map[uint64]*call
	// order holds the keys of calls, oldest first from at.
	order [maxCalls]uint64
	at    int
}

// call holds the exchanges with one method and address, by time.
type call struct {
	attempts []attempt
	failing  int
	// good counts the attempts that may make others good.
	good int
	// first has room for the only attempt of most calls.
	first [1]attempt
}

// NewTracker returns a Tracker with a key of its own: its digests mean nothing
// elsewhere.
func NewTracker() *Tracker {
	return &Tracker{seed: maphash.MakeSeed(), calls: make(map[uint64]*call)}
}

// Outcome is what an exchange means for the attempts before and after it.
type Outcome struct {
	// Chain is the ID of the first attempt, empty for the first itself.
	Chain string
	// Attempt counts from 1.
	Attempt int
	// Healed are failures that turned out to belong to normal work, perhaps the
	// exchange itself, when the attempt that made it good arrived before.
	Healed []capture.Healed
}

// Failed takes an exchange that failed, and the number of its client.
func (t *Tracker) Failed(x *proxy.Exchange, client uint64) Outcome { return t.add(x, client, true) }

// Succeeded takes an exchange that did not fail, and the number of its client.
func (t *Tracker) Succeeded(x *proxy.Exchange, client uint64) Outcome {
	return t.add(x, client, false)
}

func (t *Tracker) add(x *proxy.Exchange, client uint64, failing bool) Outcome {
	c := t.call(x)
	a := t.attempt(x, client, failing)
	at, _ := slices.BinarySearchFunc(c.attempts, a, func(a, b attempt) int {
		return cmp.Or(a.start.Compare(b.start), cmp.Compare(a.id, b.id))
	})
	if failing {
		c.failing++
		a.chain, a.number = c.chain(&a, at)
	}
	if !failing || a.done {
		c.good++
	}
	c.attempts = slices.Insert(c.attempts, at, a)
	out := Outcome{Chain: a.chain, Attempt: a.number}
	if c.failing > 0 && c.good > 0 {
		out.Healed = c.heal()
	}
	c.bound()
	return out
}

func (t *Tracker) call(x *proxy.Exchange) *call {
	var h maphash.Hash
	h.SetSeed(t.seed)
	h.WriteString(x.Request.Method)
	h.WriteByte(0)
	h.WriteString(x.Request.URL)
	key := h.Sum64()
	if c := t.calls[key]; c != nil {
		return c
	}
	c := t.oldest()
	t.order[t.at] = key
	t.at = (t.at + 1) % maxCalls
	t.calls[key] = c
	return c
}

// oldest returns an empty call, in the memory of the oldest one when there are too many,
// which is forgotten.
func (t *Tracker) oldest() *call {
	c := t.calls[t.order[t.at]]
	if c == nil {
		c = &call{}
	} else {
		delete(t.calls, t.order[t.at])
	}
	*c = call{}
	c.attempts = c.first[:0]
	return c
}

// bound forgets the oldest attempts of a call.
func (c *call) bound() {
	limit := maxAttempts
	if c.failing == 0 {
		limit = maxGood
	}
	for len(c.attempts) > limit {
		first := &c.attempts[0]
		switch {
		case !first.failing:
			c.settle()
			c.good--
		case first.done:
			c.good--
			fallthrough
		default:
			c.failing--
		}
		c.attempts = slices.Delete(c.attempts, 0, 1)
	}
}

// settle notes what the oldest attempt, a success, says of those after it.
func (c *call) settle() {
	for i := range c.attempts {
		if a := &c.attempts[i]; a.failing && !a.healed {
			a.plain = a.plain || c.repeated(i, a)
		}
	}
}

// chain finds the attempt before a. A success in between ends a chain: what is
// sent after it is a call of its own.
func (c *call) chain(a *attempt, at int) (chain string, number int) {
	for i := at - 1; i >= 0; i-- {
		b := &c.attempts[i]
		if !b.start.Before(a.start) || b.end.After(a.start.Add(slack)) || !a.again(b) && !b.again(a) {
			continue
		}
		if !b.failing || a.start.Sub(b.end) > b.window {
			break
		}
		return cmp.Or(b.chain, b.id), b.number + 1
	}
	return "", 1
}

// heal marks the failures that a later attempt made good.
func (c *call) heal() []capture.Healed {
	var healed []capture.Healed
	for i := range c.attempts {
		a := &c.attempts[i]
		if !a.failing || a.healed || a.plain {
			continue
		}
		if good := c.remedy(i); good != nil {
			a.healed = true
			healed = append(healed, capture.Healed{FailureID: a.id, Reason: a.reason(good)})
			if good.done && !good.healed {
				good.healed = true
				healed = append(healed, capture.Healed{FailureID: good.id, Reason: capture.Reason{Key: "judge.expected.done"}})
			}
		}
	}
	return healed
}

// remedy follows the attempts after a failure to the first that succeeded, as
// long as the next one began soon after those before.
func (c *call) remedy(i int) *attempt {
	a := &c.attempts[i]
	until := a.end.Add(a.window)
	for j := i + 1; j < len(c.attempts); j++ {
		b := &c.attempts[j]
		if b.start.After(until) {
			return nil
		}
		if !b.start.After(a.start) || b.start.Add(slack).Before(a.end) || !a.again(b) {
			continue
		}
		if b.done && a.unclear() && a.body == b.body {
			return b
		}
		if !b.failing {
			if c.repeated(i, b) {
				return nil
			}
			return b
		}
		if next := b.end.Add(b.window); next.After(until) {
			until = next
		}
	}
	return nil
}

// repeated reports that a failure and the success after it are but two calls of an
// app that makes the same call again and again: it had succeeded before, and the
// next call came no sooner than usual. What a key ties together is not asked, nor
// is one who was told to come back, and waited for that longer than usual.
func (c *call) repeated(i int, good *attempt) bool {
	a := &c.attempts[i]
	if a.key != 0 && a.key == good.key || a.challenge {
		return false
	}
	head := i
	for j := i - 1; j >= 0; j-- {
		b := &c.attempts[j]
		switch {
		case b.end.After(c.attempts[head].start), !a.again(b) && !b.again(a):
			continue
		case b.failing:
			head = j
			continue
		}
		usual := c.attempts[head].start.Sub(b.end)
		// Calls that overlap are not made because of each other.
		pause := c.pause(head)
		heeded := a.asked && pause >= a.wait && 2*pause > 3*usual
		return pause < 0 || 2*pause > usual && !heeded
	}
	return false
}

// pause is how long after a failure the next call of the same sort began, negative
// when that was before its end.
func (c *call) pause(i int) time.Duration {
	a := &c.attempts[i]
	for j := i + 1; j < len(c.attempts); j++ {
		if b := &c.attempts[j]; a.again(b) && b.start.After(a.start) {
			return b.start.Sub(a.end)
		}
	}
	return 0
}

func (a *attempt) reason(good *attempt) capture.Reason {
	key := "judge.expected.retried"
	switch {
	case good.done:
		key = "judge.expected.confirmed"
	case a.challenge && a.credentials == 0:
		key = "judge.expected.challenge"
	case a.challenge && a.credentials != good.credentials:
		key = "judge.expected.renewed"
	case a.status == http.StatusNotFound:
		key = "judge.expected.appeared"
	}
	after := good.start.Sub(a.start).Round(100 * time.Millisecond)
	return capture.Reason{Key: key, Args: map[string]string{"seconds": strconv.FormatFloat(after.Seconds(), 'f', 1, 64)}}
}
