package redact

import (
	"flagrante/capture"
	"flagrante/capture/redact/detect"
	"flagrante/proxy"
)

// Together masks calls of one client as Exchange does, but as a whole: what is
// masked in one of them is masked wherever it occurs in the others, as a token
// that one answer gave and the path of a later request names.
func (r *Redactor) Together(xs ...*proxy.Exchange) ([]proxy.Exchange, [][]capture.Redaction) {
	out, walks := r.together(r.early, xs)
	marks := make([][]capture.Redaction, len(walks))
	for i, w := range walks {
		marks[i] = w.marks
	}
	return out, marks
}

func (r *Redactor) together(kinds map[detect.Kind]bool, xs []*proxy.Exchange) ([]proxy.Exchange, []*walk) {
	out, walks := make([]proxy.Exchange, len(xs)), make([]*walk, len(xs))
	seen := map[string]string{}
	for i, x := range xs {
		walks[i] = r.walk(hostOf(x.Request.URL), kinds)
		walks[i].seen = seen
		out[i] = walks[i].pass(x)
	}
	again := newNeedles(seen)
	if again == nil {
		return out, walks
	}
	for i, w := range walks {
		w.again = again
		once := out[i]
		out[i] = w.pass(&once)
	}
	return out, walks
}
