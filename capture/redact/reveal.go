package redact

import (
	"slices"

	"flagrante/capture"
	"flagrante/capture/redact/detect"
	"flagrante/capture/redact/mask"
	"flagrante/proxy"
)

// Reveal returns the personal data that stands behind a mask in a stored failure, and
// the places where it stands. It is not ok for what is no mask of personal data there:
// secrets, and what people masked, are behind no mask.
func (r *Redactor) Reveal(f *capture.Failure, masked string) (value string, places []string, ok bool) {
	if !mask.Is(masked) {
		return "", nil, false
	}
	calls := []*proxy.Exchange{&f.Exchange}
	for i := range f.Before {
		calls = append(calls, &f.Before[i].Exchange)
	}
	for _, x := range calls {
		w := r.walk(nil, hostOf(x.Request.URL))
		w.sought = masked
		w.exchange(x)
		for key, m := range w.masks {
			if m == masked && slices.Contains(detect.Personal(), detect.Kind(key[0])) {
				value, ok = key[1], true
				places = append(places, w.foundAt...)
				break
			}
		}
	}
	return value, places, ok
}
