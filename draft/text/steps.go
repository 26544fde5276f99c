package text

import (
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/curl"
	"flagrante/draft/profile"
	"flagrante/draft/words"
)

// maxShown is how much of a body, and of the command that sends it, the ticket
// shows. The evidence bundle has the rest.
const maxShown = 8 << 10

func (t *ticket) steps() {
	t.heading(2, t.label(profile.ItemSteps))
	g, x := t.d.Evidence.Group, &t.f.Exchange
	steps := list{numbered: true}
	step := func(s string) { steps.entries = append(steps.entries, entry{line: line{text(s)}}) }

	env := words.Word(t.o.Lang, "environment", string(t.d.Environment.Value))
	step(t.words("text.steps.environment", "environment", env, "host", g.Host))
	if slices.ContainsFunc(t.f.Redactions, ofRequest) {
		step(t.words("text.steps.masked"))
	}
	step(t.words("text.steps.send", "method", x.Request.Method, "endpoint", clip(path(t.f.Endpoint), maxValue)))
	var took string
	if x.Phases.Total > 0 {
		took = words.Duration(t.o.Lang, x.Phases.Total)
	}
	step(t.words("text.steps.observe", "outcome", Outcome(t.o.Lang, t.f), "duration", took))
	t.add(steps)
	t.command()
	if !slices.Contains([]string{"GET", "HEAD", "OPTIONS", "TRACE", "CONNECT"}, x.Request.Method) {
		t.say(text(t.words("text.steps.repeat", "method", x.Request.Method)))
	}
}

func ofRequest(r capture.Redaction) bool { return strings.HasPrefix(r.Where, "request.") }

// command shows the curl command, or says why there is none: half a command
// would be run by somebody.
func (t *ticket) command() {
	r := t.f.Exchange.Request
	if r.Body.Cut {
		t.say(text(t.words("text.steps.cut", "got", t.bytes(int64(len(r.Body.Data))), "size", t.bytes(r.Body.Size))))
		return
	}
	command := curl.Command(r)
	if len(command) > 2*maxShown {
		t.say(text(t.words("text.steps.too_long")))
		return
	}
	t.fence("bash", command)
	if Visible(command) != command {
		t.say(text(t.words("text.steps.invisible")))
	}
}
