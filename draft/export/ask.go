package export

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
)

// ErrCannot is returned for what a portal's recipe has no step for.
var ErrCannot = errors.New("the portal's recipe can't do that")

// RefusedError says that a portal did not do what it was asked for.
type RefusedError struct {
	// Text says why and what to do, in the language of the drafts.
	Text string
	// Gone says that the portal has no such ticket.
	Gone bool
	// Lost says that the answer was lost: the portal may have done it.
	Lost bool
}

// Error says why.
func (e *RefusedError) Error() string { return e.Text }

// TicketState is what a portal says of a ticket.
type TicketState struct {
	// Word is the portal's own, such as "resolved".
	Word string
	// Closed says that the word means a closed ticket.
	Closed bool
	// Ticket is the number by which the portal calls the ticket now: it may have moved.
	Ticket string
	// Text is what was captured beside it, for later steps.
	Text map[string]string
}

// TicketRef names a ticket of a portal. Text is what was captured when it was made.
type TicketRef struct {
	Portal string
	Ticket string
	Text   map[string]string
}

// Status asks a portal for the state of a ticket.
func (x *Exporter) Status(ctx context.Context, t TicketRef) (TicketState, error) {
	j, err := x.errand(ctx, t)
	if err != nil {
		return TicketState{}, err
	}
	steps := j.portal.recipe.of(doStatus)
	if len(steps) == 0 {
		return TicketState{}, fmt.Errorf("ask %s for the state of a ticket: %w", t.Portal, ErrCannot)
	}
	state := TicketState{Text: map[string]string{}}
	for _, s := range steps {
		captured, err := j.whereverItIs(ctx, s)
		if err != nil {
			return TicketState{}, err
		}
		if word, ok := captured["state"]; ok {
			state.Word, state.Closed = word, oneOf(s.Closed, word)
		} else if _, asked := s.Capture["state"]; asked {
			return TicketState{}, &RefusedError{Text: x.say("portal.no_state"), Gone: s.Find != nil}
		}
		maps.Copy(state.Text, captured)
	}
	state.Ticket = j.values.get("ticket")
	delete(state.Text, "state")
	delete(state.Text, "ticket")
	return state, nil
}

// whereverItIs does a status step, and once more where the portal says nothing but by which
// number the ticket goes now.
func (j *job) whereverItIs(ctx context.Context, s Step) (map[string]string, error) {
	before := j.values.get("ticket")
	captured, err := j.errandStep(ctx, s)
	if _, asked := s.Capture["state"]; err != nil || !asked || captured["state"] != "" || j.values.get("ticket") == before {
		return captured, err
	}
	return j.errandStep(ctx, s)
}

// Comment adds a text to a ticket; reopen opens it again, where the recipe can.
func (x *Exporter) Comment(ctx context.Context, t TicketRef, text string, reopen bool) error {
	j, err := x.errand(ctx, t)
	if err != nil {
		return err
	}
	steps := j.portal.recipe.of(doComment)
	if again := j.portal.recipe.of(doReopen); reopen && len(again) > 0 {
		steps = again
	}
	if len(steps) == 0 {
		return fmt.Errorf("comment on a ticket of %s: %w", t.Portal, ErrCannot)
	}
	j.values.text["comment"] = text
	for _, s := range steps {
		if _, err := j.errandStep(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// Checked is one step of a test of a portal.
type Checked struct {
	Do string
	// Text is empty when the step went well.
	Text string
}

// Check tests whether a portal can be used, and changes nothing there: secrets, auth
// and check steps, and a look-up for a ticket that is not there.
func (x *Exporter) Check(ctx context.Context, name string) ([]Checked, error) {
	port, ok := x.portals[name]
	if !ok {
		return nil, fmt.Errorf("there is no portal %q", name)
	}
	j := x.job(port, x.blank(port, name), Progress{})
	list := []Checked{{Do: "secrets"}}
	if len(j.missing) > 0 {
		list[0].Text = j.missing[0]
		return list, nil
	}
	if port.recipe.Mail != nil {
		return append(list, Checked{Do: "smtp", Text: j.greet(ctx)}), nil
	}
	if v := j.auth(ctx); v.ending != done {
		return append(list, Checked{doAuth, v.text}), nil
	}
	if port.recipe.Can(doAuth) {
		list = append(list, Checked{Do: doAuth})
	}
	for _, s := range port.recipe.Steps {
		var v verdict
		switch s.Do {
		case doPrepare:
			v = j.prepare(ctx, s)
		case doCheck, doLookup:
			_, _, v = j.ask(ctx, s)
		default:
			continue
		}
		list = append(list, Checked{s.Do, v.text})
	}
	return list, nil
}

// blank is a parcel with the portal's own variables alone.
func (x *Exporter) blank(port *portal, name string) Parcel {
	p := Parcel{Portal: name, Text: map[string]string{"base": port.base(), "requestor": port.Requestor, "fingerprint": "v0-0000000000"}}
	for setting := range port.recipe.Settings {
		p.Text[setting] = oneLine(port.setting(port.recipe, setting))
	}
	return p
}

// errand prepares a job beside the making of a ticket.
func (x *Exporter) errand(ctx context.Context, t TicketRef) (*job, error) {
	port, ok := x.portals[t.Portal]
	switch {
	case !ok:
		return nil, fmt.Errorf("there is no portal %q", t.Portal)
	case !IsTicket(t.Ticket):
		return nil, fmt.Errorf("%q can't be the number of a ticket", t.Ticket)
	}
	text := maps.Clone(t.Text)
	j := x.job(port, x.blank(port, t.Portal), Progress{Captured: withKey(text, "ticket", t.Ticket)})
	if len(j.missing) > 0 {
		return nil, &MissingError{t.Portal, j.missing}
	}
	if v := j.auth(ctx); v.ending != done {
		return nil, &RefusedError{Text: v.text}
	}
	return j, nil
}

func (j *job) errandStep(ctx context.Context, s Step) (map[string]string, error) {
	for _, name := range s.If {
		if j.values.get(name) == "" {
			return nil, &RefusedError{Text: j.x.say("portal.no_variable", "name", name)}
		}
	}
	answer, f, v := j.ask(ctx, s)
	if answer != nil && (answer.status == http.StatusNotFound || answer.status == http.StatusGone || s.denies(answer, j.values)) {
		return nil, &RefusedError{Text: j.x.say("portal.no_such_ticket", "ticket", j.values.get("ticket")) + j.portalSaid(answer), Gone: true}
	}
	if v.ending != done {
		return nil, &RefusedError{Text: v.text, Lost: v.ending == unclear}
	}
	captured := s.capture(answer, f)
	if ticket, moved := captured["ticket"]; moved && !IsTicket(ticket) {
		delete(captured, "ticket")
	}
	maps.Copy(j.values.text, captured)
	return captured, nil
}

// LinkOf returns the page of a ticket for people, empty where the recipe has none.
func (x *Exporter) LinkOf(t TicketRef) string {
	port, ok := x.portals[t.Portal]
	if !ok {
		return ""
	}
	j := x.job(port, x.blank(port, t.Portal), Progress{Captured: withKey(maps.Clone(t.Text), "ticket", t.Ticket)})
	return j.link()
}
