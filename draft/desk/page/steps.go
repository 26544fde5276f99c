package page

import (
	"slices"
	"time"

	"flagrante/capture"
)

// stepView is a call before a failure, or the failing call itself.
type stepView struct {
	// Number counts from 1.
	Number int64
	capture.Call
	// Before is how long before the failing call it began.
	Before time.Duration
	// This says that it is the failing call itself.
	This  bool
	Links []linkView
}

// longAddress is up to where, in letters, an address is written whole in a list.
const longAddress = 240

// Cut is the beginning of an address that is too long for a list, empty for others.
func (s stepView) Cut() string {
	if letters := []rune(s.Exchange.Request.URL); len(letters) > longAddress {
		return string(letters[:longAddress])
	}
	return ""
}

// linkView is a value of a call's answer that a later call used.
type linkView struct {
	capture.Link
	// To is the number of the later call, 0 when it is not among those shown.
	Number int64
}

// stepsOf lists the calls before a failure, and the failing one at the end; it is
// empty where none is known.
func stepsOf(f *capture.Failure) []stepView {
	if len(f.Before) == 0 {
		return nil
	}
	calls := append(slices.Clone(f.Before), capture.Call{Exchange: f.Exchange, Failing: true})
	number := func(id string) int64 {
		return 1 + int64(slices.IndexFunc(calls, func(c capture.Call) bool { return c.Exchange.ID == id }))
	}
	steps := make([]stepView, len(calls))
	for i, call := range calls {
		steps[i] = stepView{Number: int64(i + 1), Call: call, Before: f.Exchange.Start.Sub(call.Exchange.Start), This: i == len(calls)-1}
		for _, link := range call.Links {
			steps[i].Links = append(steps[i].Links, linkView{link, number(link.ToID)})
		}
	}
	return steps
}
