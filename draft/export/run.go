package export

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"time"

	"flagrante/draft"
)

// Progress is how far a parcel has come through the steps of its recipe. It holds no
// secret.
type Progress struct {
	// Step is the number of the step that comes next, File that of its file.
	Step int `json:"step"`
	File int `json:"file"`
	// Creating is set before a create leaves, and taken back when its end is known.
	Creating bool `json:"creating,omitempty"`
	// Awaiting says that the portal has taken a create and names its ticket later.
	Awaiting bool `json:"awaiting,omitempty"`
	// Doubt says that the answer to the step that comes next was lost the last time.
	Doubt bool `json:"doubt,omitempty"`
	// Captured and Lists are what was captured; Captured["ticket"] is the ticket.
	Captured map[string]string   `json:"captured,omitempty"`
	Lists    map[string][]string `json:"lists,omitempty"`
	// Found says that the ticket was there already, made from somewhere else.
	Found bool `json:"found,omitempty"`
	// Dropped names what the portal did not store as it was sent, and Notes say what
	// else went wrong after the ticket was made.
	Dropped []string `json:"dropped,omitempty"`
	Notes   []string `json:"notes,omitempty"`
}

// Ticket returns the portal's id of the ticket, empty while there is none.
func (p Progress) Ticket() string { return p.Captured["ticket"] }

// left is what is known of a parcel whose steps can't be gone on with.
func (p Progress) left() draft.ReceiptState {
	switch {
	case p.Ticket() != "":
		return draft.ReceiptSent
	case p.Creating || p.Awaiting:
		return draft.ReceiptUnknown
	}
	return draft.ReceiptFailed
}

// Result is how a run ended.
type Result struct {
	Progress
	// State is sent, failed or unknown, or sending when the run is to go on later.
	State draft.ReceiptState
	// Text says why it is not sent.
	Text string
	// After is how long the portal asked to wait, 0 when it did not say.
	After time.Duration
	// URL is the ticket's page for people.
	URL string
}

// Run takes a parcel on from where it stands. Save is called before a create leaves
// and after every request; when it fails the run stops, with nothing more sent. Final
// says that there will be no other try: what can't be done is given up, but never
// the ticket.
func (x *Exporter) Run(ctx context.Context, p Parcel, from Progress, final bool, save func(Progress) error) (Result, error) {
	port, ok := x.portals[p.Portal]
	if !ok {
		return Result{Progress: from, State: from.left(), Text: x.say("portal.gone", "portal", p.Portal)}, nil
	}
	j := x.job(port, p, from)
	j.final, j.save = final, save
	if len(j.missing) > 0 {
		return j.halted(verdict{ending: again, text: j.x.say("portal.missing", "missing", j.missing[0])}), nil
	}
	if p.Recipe != port.recipe.digest {
		return j.otherRecipe(), nil
	}
	if port.recipe.Mail != nil {
		return j.mail(ctx)
	}
	return j.run(ctx)
}

// job is a parcel on its way through the steps.
type job struct {
	builder
	x       *Exporter
	parcel  Parcel
	at      Progress
	final   bool
	save    func(Progress) error
	missing []string
}

func (x *Exporter) job(port *portal, p Parcel, from Progress) *job {
	j := &job{x: x, parcel: p, at: from}
	j.builder = builder{portal: port, values: values{text: map[string]string{}, list: map[string][]string{}, each: map[string][]string{}}, files: p.Files, hosts: p.Hosts, now: x.now()}
	for _, text := range []map[string]string{p.Text, from.Captured} {
		maps.Copy(j.values.text, text)
	}
	for name, list := range p.Lists {
		j.values.list[name] = slices.Clone(list)
	}
	for name, list := range from.Lists {
		j.values.each[name] = slices.Clone(list)
	}
	j.at.Captured, j.at.Lists = maps.Clone(from.Captured), maps.Clone(from.Lists)
	j.secrets, j.missing = port.read(port.recipe, x.secrets)
	return j
}

// otherRecipe ends a job whose steps can't be counted any more.
func (j *job) otherRecipe() Result {
	if j.at.Ticket() != "" {
		j.at.Notes = append(j.at.Notes, j.x.say("portal.recipe_changed"))
		return j.end(verdict{ending: done})
	}
	return j.result(j.at.left(), j.x.say("portal.recipe_changed"))
}

func (j *job) run(ctx context.Context) (Result, error) {
	if v := j.auth(ctx); v.ending != done {
		return j.halted(v), nil
	}
	if j.at.Creating {
		v, err := j.lookAgain(ctx)
		if err != nil || v.ending != done {
			return j.halted(v), err
		}
	}
	steps := j.portal.recipe.Steps
	for j.at.Step < len(steps) {
		v, err := j.step(ctx, steps[j.at.Step])
		if err != nil || v.ending != done {
			return j.halted(v), err
		}
		j.at.Step, j.at.File, j.at.Doubt = j.at.Step+1, 0, false
		if err := j.save(j.at); err != nil {
			return j.halted(verdict{ending: again}), err
		}
	}
	return j.end(verdict{ending: done}), nil
}

// halted is the end of a run in which something has still to be done. Nothing
// makes a ticket unmade that is there, or may be.
func (j *job) halted(v verdict) Result {
	made := j.at.Ticket() != ""
	switch {
	case j.at.Creating, j.at.Awaiting && j.final:
		return j.result(draft.ReceiptUnknown, v.text)
	case v.ending == unclear, v.ending == refused && (made || j.at.Awaiting):
		v.ending = again
	}
	if v.ending != again || !j.final {
		return j.end(v)
	}
	if made {
		j.at.Notes = append(j.at.Notes, j.x.say("portal.rest", "cause", v.text))
		return j.end(verdict{ending: done})
	}
	return j.end(verdict{ending: refused, text: v.text})
}

func (j *job) end(v verdict) Result {
	switch v.ending {
	case again:
		r := j.result(draft.ReceiptSending, v.text)
		r.After = v.after
		return r
	case refused:
		return j.result(draft.ReceiptFailed, v.text)
	case unclear:
		return j.result(draft.ReceiptUnknown, v.text)
	}
	return j.result(draft.ReceiptSent, "")
}

func (j *job) result(state draft.ReceiptState, text string) Result {
	r := Result{Progress: j.at, State: state, Text: text}
	if j.at.Ticket() != "" {
		r.URL = j.link()
	}
	return r
}

// link returns the ticket's page for people.
func (j *job) link() string {
	ticket := map[string]string{"ticket": url.PathEscape(j.values.get("ticket"))}
	return expand(j.portal.recipe.Link, j.values.with(ticket), verbatim)
}

// take keeps what a step captured.
func (j *job) take(captured map[string]string) {
	for name, value := range captured {
		j.values.text[name] = value
		j.at.Captured = withKey(j.at.Captured, name, value)
	}
}

// takeOf keeps what a step captured of the file whose turn it is.
func (j *job) takeOf(names []string, captured map[string]string) {
	for _, name := range names {
		list := j.values.each[name]
		for len(list) <= j.at.File {
			list = append(list, "")
		}
		list[j.at.File] = captured[name]
		j.values.each[name] = list
		j.at.Lists = withKey(j.at.Lists, name, list)
	}
}

func withKey[V any](m map[string]V, key string, value V) map[string]V {
	if m == nil {
		m = map[string]V{}
	}
	m[key] = value
	return m
}

// step does one step of those that make a ticket.
func (j *job) step(ctx context.Context, s Step) (verdict, error) {
	if j.skipped(s) {
		return verdict{}, nil
	}
	switch s.Do {
	case doPrepare:
		if j.at.Ticket() == "" {
			return j.prepare(ctx, s), nil
		}
	case doLookup:
		if j.at.Ticket() == "" {
			return j.lookup(ctx, s), nil
		}
	case doUpload:
		if j.at.Ticket() == "" {
			return j.files(ctx, s)
		}
	case doCreate:
		if j.at.Ticket() == "" {
			return j.create(ctx, s)
		}
	case doAwait:
		if j.at.Ticket() == "" {
			return j.await(ctx, s), nil
		}
	case doAttach:
		if !j.at.Found {
			return j.files(ctx, s)
		}
	case doVerify:
		if !j.at.Found {
			return j.verify(ctx, s), nil
		}
	}
	return verdict{}, nil
}

// ask sends the request of a step and reads its answer. Without an answer of
// success the verdict says why, and found holds nothing.
func (j *job) ask(ctx context.Context, s Step) (*reply, found, verdict) {
	out, err := j.build(s)
	if err != nil {
		return nil, found{}, verdict{ending: refused, text: j.x.say("portal.unbuilt", "cause", err.Error())}
	}
	return j.exchange(ctx, s, out)
}
