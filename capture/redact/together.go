package redact

import (
	"flagrante/capture"
	"flagrante/capture/redact/detect"
	"flagrante/proxy"
)

// Together masks calls of one client as Exchange does, but as a whole: what is
// masked in one of them is masked wherever it occurs in the others, as a token
// that one answer gave and the path of a later request names.
// The reasons of the first are masked with it. What memory holds is masked as well,
// and secrets are added to it; it may be nil.
func (r *Redactor) Together(memory *Memory, reasons []capture.Reason, xs ...*proxy.Exchange) ([]proxy.Exchange, [][]capture.Redaction, []capture.Reason) {
	out, walks := r.together(memory, r.early, xs)
	first := walks[0]
	known := len(first.marks)
	reasons = first.reasons(reasons)
	first.marks = first.marks[:known]
	marks := make([][]capture.Redaction, len(walks))
	for i, w := range walks {
		marks[i] = w.marks
	}
	return out, marks, reasons
}

func (r *Redactor) together(memory *Memory, kinds map[detect.Kind]bool, xs []*proxy.Exchange) ([]proxy.Exchange, []*walk) {
	out, walks := make([]proxy.Exchange, len(xs)), make([]*walk, len(xs))
	seen, left := map[string]string{}, &pieces{}
	for i, x := range xs {
		walks[i] = r.walk(kinds, hostOf(x.Request.URL))
		walks[i].seen, walks[i].memory, walks[i].pieces = seen, memory, left
		out[i] = walks[i].pass(x)
	}
	again := memory.chain(newNeedles(seen))
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
