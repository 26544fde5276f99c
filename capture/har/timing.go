package har

import (
	"math"
	"time"

	"flagrante/proxy"
)

// longest bounds the times that are believed.
const longest = 30 * 24 * time.Hour

// phases returns the timings as durations. By the specification connect
// includes ssl, but Firefox and mitmproxy write them side by side: whichever
// sum comes nearer to the entry's total tells which it is.
func (n *entry) phases() proxy.Phases {
	t := n.Timings
	p := proxy.Phases{
		DNS: span(t.DNS), Connect: span(t.Connect), TLS: span(t.SSL),
		Send: span(t.Send), Wait: span(t.Wait), Receive: span(t.Receive), Total: span(n.Time),
	}
	nested := span(t.Blocked) + p.DNS + p.Connect + p.Send + p.Wait + p.Receive
	if p.Connect >= p.TLS && (p.Total-nested).Abs() <= (p.Total-nested-p.TLS).Abs() {
		p.Connect -= p.TLS
	}
	return p
}

// span returns milliseconds as a duration, 0 for a part that did not take place.
func span(millis number) time.Duration {
	if !(millis > 0) {
		return 0
	}
	return time.Duration(min(math.Round(float64(millis)*float64(time.Millisecond)), float64(longest)))
}

// timingsOf returns the phases in milliseconds. The specification wants them to
// sum up to the total, so what none of them explains counts as blocked.
func timingsOf(p proxy.Phases) timings {
	return timings{
		Blocked: optional(p.Total - p.DNS - p.Connect - p.TLS - p.Send - p.Wait - p.Receive),
		DNS:     optional(p.DNS), Connect: optional(p.Connect + p.TLS), SSL: optional(p.TLS),
		Send: millis(p.Send), Wait: millis(p.Wait), Receive: millis(p.Receive),
	}
}

func optional(d time.Duration) number {
	if d <= 0 {
		return -1
	}
	return millis(d)
}

func millis(d time.Duration) number { return number(max(d, 0)) / number(time.Millisecond) }
