package flight

import (
	"cmp"
	"slices"
	"time"

	"flagrante/capture"
	"flagrante/proxy"
)

const (
	// maxCauses bounds the calls that led to a failure, the latest of which are
	// kept, and recent is how many others are kept for the picture.
	maxCauses = 16
	recent    = 5
	// slack is by how much the times of a recording may be rounded.
	slack = time.Millisecond
)

// Before is a call before a failure, not masked.
type Before struct {
	Exchange *proxy.Exchange
	Failing  bool
	Links    []capture.Link
	call     *Call
}

// Before returns the calls of a client that matter to x, oldest first: those that
// gave a value which x, or a call that matters, sent later, and the most recent
// others. Calls are before x by their times, not by their arrival.
func (r *Recorder) Before(client uint64, x *proxy.Exchange) []Before {
	var calls []Before
	for _, c := range r.clients[client] {
		age := x.Start.Sub(c.Exchange.Start)
		if c.Exchange.ID != x.ID && age > 0 && age <= maxAge {
			calls = append(calls, Before{Exchange: c.Exchange, Failing: c.failing, call: c})
		}
	}
	slices.SortStableFunc(calls, func(a, b Before) int {
		return cmp.Or(a.Exchange.Start.Compare(b.Exchange.Start), cmp.Compare(a.Exchange.ID, b.Exchange.ID))
	})
	return chosen(calls, causes(calls, x))
}

// chosen keeps the causes and some of the others.
func chosen(calls []Before, cause []bool) []Before {
	var kept []Before
	others, led := 0, 0
	for i, c := range slices.Backward(calls) {
		switch {
		case cause[i] && led < maxCauses:
			led++
		case !cause[i] && others < recent:
			others++
		default:
			continue
		}
		c.call.Share()
		kept = append(kept, c)
	}
	slices.Reverse(kept)
	return kept
}

// origin is where a value was seen first.
type origin struct {
	// call is the index of the call whose answer gave it, -1 when the client knew it
	// before any answer.
	call  int
	place string
}

// causes links the calls, and returns which of them led to x. A value belongs to
// the answer in which it was seen first: what the client had sent before, an
// answer only repeats.
func causes(calls []Before, x *proxy.Exchange) []bool {
	first := map[string]origin{}
	asked := make([][]value, len(calls)+1)
	at := func(i int) *proxy.Exchange {
		if i == len(calls) {
			return x
		}
		return calls[i].Exchange
	}
	links := make([][]capture.Link, len(calls))
	givers := make([][]int, len(calls)+1)
	after := &later{seen: map[string]bool{}}
	for i := range asked {
		asked[i] = requested(at(i))
		after.add(asked[i])
	}
	for i := range asked {
		for _, v := range asked[i] {
			from, known := first[v.text]
			if !known {
				first[v.text] = origin{call: -1}
				continue
			}
			if from.call < 0 || !answeredBefore(at(from.call), at(i)) {
				continue
			}
			givers[i] = append(givers[i], from.call)
			links[from.call] = append(links[from.call], capture.Link{From: from.place, To: v.place, ToID: at(i).ID})
		}
		if i == len(calls) {
			break
		}
		for _, v := range answered(at(i), after.than(i)) {
			if _, known := first[v.text]; !known {
				first[v.text] = origin{call: i, place: v.place}
			}
		}
	}
	cause := reach(givers)
	for i := range calls {
		if cause[i] {
			calls[i].Links = relevant(links[i], calls, cause, x.ID)
		}
	}
	return cause
}

// later knows which texts were first asked for by which call: an answer matters by those
// alone that nobody had asked for before it.
type later struct {
	seen  map[string]bool
	texts []string
	// ends are where the texts of each call end.
	ends []int
}

func (l *later) add(asked []value) {
	for _, v := range asked {
		if !l.seen[v.text] {
			l.seen[v.text] = true
			l.texts = append(l.texts, v.text)
		}
	}
	l.ends = append(l.ends, len(l.texts))
}

// than returns the texts that were first asked for after a call.
func (l *later) than(i int) []string { return l.texts[l.ends[i]:] }

// reach follows the givers back from the last one.
func reach(givers [][]int) []bool {
	cause := make([]bool, len(givers)-1)
	todo := slices.Clone(givers[len(givers)-1])
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !cause[i] {
			cause[i] = true
			todo = append(todo, givers[i]...)
		}
	}
	return cause
}

// relevant keeps the links to what is part of the way to the failure.
func relevant(links []capture.Link, calls []Before, cause []bool, id string) []capture.Link {
	return slices.DeleteFunc(links, func(l capture.Link) bool {
		if l.ToID == id {
			return false
		}
		return !slices.ContainsFunc(calls, func(c Before) bool { return c.Exchange.ID == l.ToID }) ||
			!cause[slices.IndexFunc(calls, func(c Before) bool { return c.Exchange.ID == l.ToID })]
	})
}

// answeredBefore reports whether the answer of a had begun when b was sent.
func answeredBefore(a, b *proxy.Exchange) bool {
	return !a.Start.Add(a.Phases.Total - a.Phases.Receive - slack).After(b.Start)
}
