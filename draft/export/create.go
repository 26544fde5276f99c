package export

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strconv"
)

// ticketID is what a portal's id of a ticket may look like: letters and digits, in parts such as
// those of "I 2611 107", "000123/2026" or "SUP#12". It becomes part of addresses and of what portals
// are asked in languages of their own, so nothing else is believed.
const (
	ticketID      = `^[A-Za-z0-9][A-Za-z0-9_.-]*(?:[ /:#][A-Za-z0-9][A-Za-z0-9_.-]*)*$`
	longestTicket = 100
)

// IsTicket reports whether s can be the id of a ticket.
func IsTicket(s string) bool {
	return len(s) <= longestTicket && regexp.MustCompile(ticketID).MatchString(s)
}

func itoa(n int) string { return strconv.Itoa(n) }

// lookup looks for a ticket that is there already. That it may not look is no reason
// to make none: it is noted.
func (j *job) lookup(ctx context.Context, s Step) verdict {
	answer, f, v := j.ask(ctx, s)
	switch {
	case v.ending == refused && answer != nil && answer.status >= 400 && answer.status != http.StatusUnauthorized:
		j.at.Notes = append(j.at.Notes, j.x.say("portal.no_lookup", "cause", v.text))
		return verdict{}
	case v.ending != done:
		return v
	}
	if captured := s.capture(answer, f); IsTicket(captured["ticket"]) {
		j.take(captured)
		j.at.Found = true
	}
	return verdict{}
}

// prepare asks for what later steps need, without which nothing is made.
func (j *job) prepare(ctx context.Context, s Step) verdict {
	answer, f, v := j.ask(ctx, s)
	if v.ending != done {
		return v
	}
	captured := s.capture(answer, f)
	for _, name := range names(s.Capture) {
		if captured[name] == "" {
			return verdict{ending: refused, text: j.x.say("portal.prepare_empty", "where", name) + j.portalSaid(answer)}
		}
	}
	j.take(captured)
	return verdict{}
}

// unchanged reports whether what would leave is still what the preview showed.
func (j *job) unchanged() bool {
	digest, err := j.x.digest(j.parcel)
	return err == nil && digest == j.parcel.Digest
}

// create makes the ticket. That it has left is saved before it does.
func (j *job) create(ctx context.Context, s Step) (verdict, error) {
	if !j.unchanged() {
		return verdict{ending: refused, text: j.x.say("portal.changed")}, nil
	}
	out, err := j.build(s)
	if err != nil {
		return verdict{ending: refused, text: j.x.say("portal.unbuilt", "cause", err.Error())}, nil
	}
	if limit := j.portal.recipe.Limits.Request; limit > 0 && len(out.Body) > limit {
		return verdict{ending: refused, text: (&TooLargeError{j.parcel.Portal, len(out.Body), limit}).Error()}, nil
	}
	j.at.Creating = true
	if err := j.save(j.at); err != nil {
		j.at.Creating = false
		return verdict{ending: again}, err
	}
	answer, f, v := j.exchange(ctx, s, out)
	switch v.ending {
	case done:
		return j.made(ctx, s, answer, f)
	case unclear:
		return j.afterDoubt(ctx, v)
	}
	j.at.Creating = false
	return v, j.save(j.at)
}

// made reads the ticket's id out of the answer.
func (j *job) made(ctx context.Context, s Step, answer *reply, f found) (verdict, error) {
	captured := s.capture(answer, f)
	taken := IsTicket(captured["ticket"])
	if !taken && j.portal.recipe.Can(doAwait) && len(captured) == len(s.Capture) {
		j.at.Awaiting = true
	} else if !taken {
		return j.afterDoubt(ctx, verdict{ending: unclear, text: j.x.say("portal.no_ticket")})
	}
	j.take(captured)
	j.at.Creating = false
	return verdict{}, j.save(j.at)
}

// await asks what became of a create that the portal has taken. An answer that tells
// neither of a ticket nor that there is none leaves that open.
func (j *job) await(ctx context.Context, s Step) verdict {
	answer, f, v := j.ask(ctx, s)
	if answer != nil && s.denies(answer, j.values) {
		j.at.Awaiting = false
		return verdict{ending: refused, text: j.x.say("portal.not_made") + j.portalSaid(answer)}
	}
	if v.ending == done {
		captured := s.capture(answer, f)
		if !IsTicket(captured["ticket"]) {
			return verdict{again, j.x.say("portal.awaited"), j.retryAfter(answer)}
		}
		j.take(captured)
		j.at.Awaiting = false
		return v
	}
	if j.searched(ctx) {
		j.at.Awaiting = false
		return verdict{}
	}
	return v
}

// afterDoubt looks for the ticket of a create whose end is not known. That it is not
// found proves nothing: the index of a portal may be behind, and what the answer of a
// gateway hides may still be on its way. So nothing is sent again without a person's
// word.
func (j *job) afterDoubt(ctx context.Context, v verdict) (verdict, error) {
	if j.searched(ctx) {
		j.at.Creating = false
		return verdict{}, j.save(j.at)
	}
	v.text += " " + j.x.say("portal.look")
	return v, nil
}

// lookAgain looks for the ticket of a create that was cut off, or whose answer was
// lost.
func (j *job) lookAgain(ctx context.Context) (verdict, error) {
	if !j.searched(ctx) {
		return verdict{ending: unclear}, nil
	}
	j.at.Creating = false
	return verdict{}, j.save(j.at)
}

// searched runs the look-ups, and reports whether one found the ticket, which is ours
// then.
func (j *job) searched(ctx context.Context) bool {
	for _, s := range j.portal.recipe.Steps {
		if s.Do != doLookup || j.skipped(s) {
			continue
		}
		answer, f, v := j.ask(ctx, s)
		if v.ending != done {
			return false
		}
		if captured := s.capture(answer, f); IsTicket(captured["ticket"]) {
			j.take(captured)
			return true
		}
	}
	return false
}

// files does an upload or an attach: once, or for each file. A file that the portal
// does not take is given up, not the ticket.
func (j *job) files(ctx context.Context, s Step) (verdict, error) {
	if s.Each == "" {
		if len(j.parcel.Files) == 0 {
			return verdict{}, nil
		}
		return j.put(ctx, s, nil), nil
	}
	for j.at.File < len(j.parcel.Files) {
		if !j.values.refused(j.at.File) {
			if v := j.put(ctx, s, &j.parcel.Files[j.at.File]); v.ending != done {
				return v, nil
			}
		}
		j.at.File, j.at.Doubt = j.at.File+1, false
		if err := j.save(j.at); err != nil {
			return verdict{ending: again}, err
		}
	}
	return verdict{}, nil
}

// put sends one file, or all of them when it is nil.
func (j *job) put(ctx context.Context, s Step, file *File) verdict {
	if j.at.Doubt && file != nil && s.Do == doAttach {
		there, v := j.stored(ctx, *file)
		if there || v.ending == again || v.ending == unclear && !j.final {
			return v
		}
	}
	j.file, j.nth = file, j.at.File
	defer func() { j.file = nil }()
	answer, f, v := j.ask(ctx, s)
	switch {
	case v.ending == done && file == nil:
		j.take(s.capture(answer, f))
	case v.ending == done:
		j.takeOf(names(s.Capture), s.capture(answer, f))
	case v.ending == refused && (answer == nil || answer.status != http.StatusUnauthorized), v.ending != refused && j.final:
		j.at.Dropped = append(j.at.Dropped, j.x.say("portal.dropped.refused", "file", fileName(file), "cause", v.text))
		if file != nil {
			j.takeOf(slices.Concat(names(j.values.each), names(s.Capture)), nil)
		}
		return verdict{}
	case v.ending == unclear:
		j.at.Doubt = true
	}
	return v
}

func fileName(file *File) string {
	if file == nil {
		return ""
	}
	return file.Name
}
