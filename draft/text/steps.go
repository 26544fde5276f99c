package text

import (
	"slices"
	"strconv"
	"strings"

	"flagrante/capture"
	"flagrante/capture/curl"
	"flagrante/draft"
	"flagrante/draft/steps"
	"flagrante/draft/words"
)

// maxShown is how much of a body, and of the command that sends it, the ticket
// shows. The evidence bundle has the rest.
const maxShown = 8 << 10

// steps are numbered calls, each with the command that makes it. What a person wrote
// stands in front of them.
func (t *ticket) steps() {
	t.written(draft.FieldSteps)
	plan, f := steps.Of(t.d.Evidence)
	if f == nil {
		return
	}
	n := 0
	step := func(spans ...span) {
		n++
		t.add(list{numbered: true, start: n, entries: []entry{{line: spans}}})
	}
	env := words.Word(t.o.Lang, "environment", string(t.d.Environment.Value))
	step(text(t.words("text.steps.environment", "environment", env, "host", t.d.Evidence.Group.Host)))
	if len(plan.Fill) > 0 {
		step(text(t.words("text.steps.fill")))
		t.fence("bash", fill(plan, t.o.Lang))
	}
	for i, c := range plan.Calls {
		step(t.call(plan, i)...)
		t.command(plan, i)
		if c.Failing {
			step(text(t.observed(plan, f)))
			if expected := t.d.Choices[draft.FieldExpected].Value; expected != "" {
				step(text(t.words("text.expected") + ": " + strings.Join(strings.Fields(expected), " ")))
			}
		}
	}
	t.repeated(plan)
}

// fill lists the variables that a person gives a value.
func fill(p steps.Plan, lang draft.Lang) string {
	lines := make([]string, len(p.Fill))
	for i, v := range p.Fill {
		lines[i] = v.Name + "='';  # " + v.Describe(lang)
	}
	return strings.Join(lines, "\n")
}

// call says what a step does, and what is kept of its answer.
func (t *ticket) call(p steps.Plan, i int) line {
	c := p.Calls[i]
	x := c.Exchange
	said := line{text(t.words("text.steps.send") + " "), code(OneLine(x.Request.Method) + " " + clip(address(curl.Shown(c.Request.URL)), maxValue))}
	if !c.Failing && x.Response != nil {
		said = append(said, text(" "+t.words("text.steps.answered", "status", status(x.Response.Status))))
	}
	var names []string
	for _, taken := range c.Takes {
		names = append(names, taken.Name)
	}
	if len(names) > 0 {
		said = append(said, text(" "+t.words("text.steps.takes", "names", strings.Join(names, ", "))))
	}
	return append(said, text("."))
}

// address is a URL without its query, which the command has.
func address(target string) string {
	address, _, _ := strings.Cut(target, "?")
	return address
}

func (t *ticket) observed(p steps.Plan, f *capture.Failure) string {
	var took, attempts string
	if total := f.Exchange.Phases.Total; total > 0 {
		took = words.Duration(t.o.Lang, total)
	}
	if p.Attempts > 0 {
		attempts = strconv.Itoa(p.Attempts + 1)
	}
	return t.words("text.steps.observe", "outcome", Outcome(t.o.Lang, f), "duration", took, "attempts", attempts)
}

// repeated warns of calls that do business when they are made again.
func (t *ticket) repeated(p steps.Plan) {
	var methods []string
	for _, c := range p.Calls {
		method := OneLine(c.Exchange.Request.Method)
		if !slices.Contains([]string{"GET", "HEAD", "OPTIONS", "TRACE", "CONNECT"}, method) && !slices.Contains(methods, method) {
			methods = append(methods, method)
		}
	}
	if len(methods) > 0 {
		t.say(text(t.words("text.steps.repeat", "method", strings.Join(methods, ", "))))
	}
}

// command shows the curl command, or says why there is none: half a command
// would be run by somebody.
func (t *ticket) command(p steps.Plan, i int) {
	r := p.Calls[i].Exchange.Request
	if r.Body.Cut {
		t.say(text(t.words("text.steps.cut", "got", t.bytes(int64(len(r.Body.Data))), "size", t.bytes(r.Body.Size))))
		return
	}
	if what := leftOut(r.Body.Data); what != "" {
		t.say(text(t.words("text.steps.binary", "what", what)))
		return
	}
	command := p.Command(i)
	if len(command) > 2*maxShown {
		t.say(text(t.words("text.steps.too_long")))
		return
	}
	t.fence("bash", command)
	if curl.FromFile(p.Calls[i].Request) {
		t.say(text(t.words("text.steps.file")+" "), code(p.BodyFile(i)))
	}
	if Visible(command) != command {
		t.say(text(t.words("text.steps.invisible")))
	}
}

// leftOut returns the type and the size of a body that was masked as a whole, for it
// was binary; empty for any other. The redactor writes "<binary> (type, size)".
func leftOut(body []byte) string {
	mask, what, _ := strings.Cut(string(body), "> (")
	if kind, _, _ := strings.Cut(mask, ":"); kind != "<binary" || !strings.HasSuffix(what, " bytes)") {
		return ""
	}
	return strings.TrimSuffix(what, ")")
}

// written shows what a person wrote of a part of the ticket, as paragraphs.
func (t *ticket) written(field draft.Field) {
	t.paragraphs(t.d.Choices[field].Value)
}

func (t *ticket) paragraphs(written string) {
	for paragraph := range strings.SplitSeq(written, "\n") {
		if strings.TrimSpace(paragraph) != "" {
			t.say(text(strings.TrimSpace(paragraph)))
		}
	}
}
