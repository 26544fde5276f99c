package text

import "flagrante/capture"

// FailureMarkdown writes one failure in CommonMark: its request and what came of
// it, with the same care as a ticket.
func FailureMarkdown(f *capture.Failure, o Options) string {
	t := &ticket{f: f, o: o}
	t.add(heading{1, line{text(f.Endpoint + ": " + Outcome(o.Lang, f))}})
	t.say(code(t.time(f.Time).plain()))
	t.reasons()
	t.request()
	t.response()
	return t.markdown()
}
