package redact

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

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

// onOneLine is the vendor's message without what was masked in the body that it was taken
// from. Where it is not how the body says it, it lost ends of lines and spaces by which
// columns and fields are known, so that the values are looked for on one line as well; the
// last may be cut off.
func (w *walk) onOneLine(f *capture.Failure) string {
	const shortest = 5
	said := f.Vendor.Message
	if said == "" || f.Exchange.Response == nil || bytes.Contains(f.Exchange.Response.Body.Data, []byte(said)) {
		return said
	}
	var values [][2]string
	for key, m := range w.masks {
		if v := strings.Join(strings.Fields(key[1]), " "); len(v) >= shortest {
			values = append(values, [2]string{v, m})
		}
	}
	slices.SortFunc(values, func(a, b [2]string) int { return cmp.Or(len(b[0])-len(a[0]), strings.Compare(a[0], b[0])) })
	var pairs []string
	for _, v := range values {
		pairs = append(pairs, v[0], v[1])
	}
	said = strings.NewReplacer(pairs...).Replace(said)
	cut, ok := strings.CutSuffix(said, "…")
	for _, v := range values {
		for n := len(v[0]) - 1; ok && n >= shortest; n-- {
			if begun, ends := strings.CutSuffix(cut, v[0][:n]); ends {
				return begun + v[1] + "…"
			}
		}
	}
	return said
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
