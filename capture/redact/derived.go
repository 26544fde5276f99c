package redact

import (
	"maps"
	"slices"

	"flagrante/capture"
	"flagrante/capture/redact/detect"
)

// derived masks what was taken out of an exchange that is masked: first what is found in it
// by itself, then what was found in the exchange.
func (w *walk) derived(where string, at place, s string) string {
	mask := func() string { return w.in(where, func() string { return w.value(at, s) }) }
	again := w.again
	w.again = nil
	s = mask()
	if w.again = again; again != nil {
		s = mask()
	}
	return s
}

func (w *walk) id(s string) string {
	return w.derived("id", place{naming: detect.Naming{IDLike: true}}, s)
}

func (w *walk) reasons(reasons []capture.Reason) []capture.Reason {
	out := slices.Clone(reasons)
	for i, reason := range out {
		out[i].Args = maps.Clone(reason.Args)
		for key, value := range reason.Args {
			out[i].Args[key] = w.derived("reason."+key, place{}, value)
		}
	}
	return out
}
