// Package text writes a draft as the ticket that a vendor's support gets, in
// Markdown, HTML and plain text, and as the JSON objects of the API. It is pure:
// the same draft always gives the same bytes.
package text

import (
	"cmp"
	"strconv"
	"time"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/profile"
	"flagrante/draft/words"
)

// Options say how a ticket is written.
type Options struct {
	Profile profile.Profile
	Lang    draft.Lang
	// Zone is the one that times are shown in, beside UTC; nil means UTC alone.
	Zone *time.Location
}

// ticket is a document in the making. It shows the latest failure, for the
// vendor's logs reach back only so far.
type ticket struct {
	document
	d draft.Draft
	f *capture.Failure
	o Options
}

// description is what a person wrote of the problem.
func (t *ticket) description() {
	if m := t.d.Manual; m != nil {
		t.paragraphs(m.Text)
		return
	}
	t.written(draft.FieldDescription)
}

// words returns a sentence of the catalogue; args are names and values in turn.
func (t *ticket) words(key string, args ...string) string {
	values := make(map[string]string, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		values[args[i]] = args[i+1]
	}
	return words.Text(t.o.Lang, key, values)
}

func (t *ticket) bytes(n int64) string { return words.Bytes(t.o.Lang, n) }

// label returns the guide's name of an item.
func (t *ticket) label(id profile.ItemID) string {
	item, ok := t.o.Profile.Item(id)
	if !ok {
		return string(id)
	}
	return item.Label.Say(t.o.Lang)
}

func (t *ticket) summary() {
	severity := labelled(t.words("text.severity"), strong(t.severityLabel()))
	for _, said := range t.o.sayAll(t.d.Severity.Reasons) {
		severity.sub = append(severity.sub, line{text(said)})
	}
	env := labelled(t.words("text.environment"), text(words.Word(t.o.Lang, "environment", string(t.d.Environment.Value))))
	for _, r := range t.d.Environment.Reasons {
		env.sub = append(env.sub, line{text(words.Say(t.o.Lang, r))})
	}
	entries := []entry{labelled(t.words("text.category"), strong(t.d.Category)), severity, env}
	switch {
	case t.d.Manual != nil:
		t.list(append(entries, labelled(t.words("text.manual"), text(t.words("text.manual."+string(t.d.Manual.Kind)))))...)
		return
	case t.f != nil:
		entries = append(entries, t.endpoint(), t.outcome(), t.side())
	default:
		entries = append(entries, t.endpoint())
	}
	t.list(entries...)
	if t.d.Side.Value == draft.SideRequest {
		t.say(strong(t.words("text.side.review")))
	}
	if t.f == nil {
		t.say(text(t.words("text.kept")))
	}
}

// side says whose fault it seems to be, and why.
func (t *ticket) side() entry {
	e := labelled(t.words("text.side"), text(words.Word(t.o.Lang, "side", string(t.d.Side.Value))))
	for _, r := range t.d.Side.Reasons {
		e.sub = append(e.sub, line{text(words.Say(t.o.Lang, r))})
	}
	return e
}

// onCall says how those on duty are reached, or who did reach them.
func (t *ticket) onCall() {
	if !t.o.Profile.OnCall.From(t.d.Severity.Value) {
		return
	}
	if len(t.d.OnCall.Calls) == 0 {
		t.say(strong(t.o.Profile.OnCall.Text.Say(t.o.Lang)))
	}
	if phone := t.d.OnCall.Phone; phone != "" {
		t.list(labelled(t.words("text.phone"), text(phone)))
	}
	for _, c := range t.d.OnCall.Calls {
		t.say(text(t.words("text.called", "by", c.By, "whom", c.Whom, "at", t.time(c.At).plain())))
	}
}

// maxMembers is how many endpoints of a host the ticket names.
const maxMembers = 20

// endpoint names what fails: an endpoint, or all those of a host.
func (t *ticket) endpoint() entry {
	g := t.d.Evidence.Group
	if len(g.Members) == 0 {
		return labelled(t.words("text.endpoint"), code(g.Endpoint))
	}
	all := labelled(t.words("text.members"), text(strconv.Itoa(len(g.Members))))
	for i, m := range g.Members {
		if i == maxMembers {
			all.sub = append(all.sub, line{text(t.words("text.more", "count", strconv.Itoa(len(g.Members)-i)))})
			break
		}
		all.sub = append(all.sub, line{code(m.Endpoint), text(": " + t.words("text.member", "count", strconv.FormatInt(m.Count, 10)))})
	}
	return all
}

func (t *ticket) severityLabel() string { return severityLabel(t.d, t.o) }

// severityLabel prefers the guide's name in the language of the text, for the
// draft may have been composed in another.
func severityLabel(d draft.Draft, o Options) string {
	if label := o.Profile.Severity(d.Severity.Value).Label.Say(o.Lang); label != "" {
		return label
	}
	return d.SeverityLabel
}

func (t *ticket) when() {
	t.written(draft.FieldTime)
	g := t.d.Evidence.Group
	if t.d.Manual != nil {
		return
	}
	if g.Count <= 1 {
		t.list(labelled(t.words("text.when.only"), t.time(g.LastSeen)...))
		return
	}
	span := g.LastSeen.Sub(g.FirstSeen)
	total := strconv.FormatInt(g.Count, 10) + ", " + t.words("text.when.span", "span", words.Span(span))
	entries := []entry{
		labelled(t.words("text.when.first"), t.time(g.FirstSeen)...),
		labelled(t.words("text.when.last"), t.time(g.LastSeen)...),
		labelled(t.words("text.when.count"), text(total)),
	}
	if every := span / time.Duration(g.Count-1); every >= time.Second {
		entries = append(entries, labelled(t.words("text.when.frequency"), text(t.words("text.when.every", "span", words.Span(every)))))
	}
	if d := t.d; d.State == draft.StateRegressed && !d.ResolvedAt.IsZero() {
		entries = append(entries, labelled(t.words("text.when.regressed"), text(t.words("text.when.resolved", "time", t.time(d.ResolvedAt).plain()))))
	}
	t.list(append(entries, t.timeline()...)...)
}

// time shows at in the reader's zone and in UTC, in which servers keep logs.
func (t *ticket) time(at time.Time) line {
	utc := words.Time(t.o.Lang, at, time.UTC)
	shown := words.Time(t.o.Lang, at, t.o.Zone)
	if shown == utc {
		return line{text(utc)}
	}
	return line{text(shown + " = " + utc)}
}

func (t *ticket) origin() {
	if t.f == nil && t.item(profile.ItemDevice)+t.item(profile.ItemCountry) == "" {
		return
	}
	country := line{text(t.value(profile.ItemCountry, "text.unknown"))}
	if t.f != nil && t.f.Origin.Addr != "" && t.f.Origin.Country != "" {
		country = append(country, text(", "+t.words("text.country.addr")+" "), code(t.f.Origin.Addr))
	}
	t.list(
		labelled(t.label(profile.ItemDevice), text(t.value(profile.ItemDevice, "text.unknown"))),
		labelled(t.label(profile.ItemCountry), country...),
	)
}

func (t *ticket) media() {
	if t.d.Choices[draft.FieldMedia].Value != "" {
		t.written(draft.FieldMedia)
		return
	}
	if shown := t.item(profile.ItemMedia); shown != "" || t.f != nil {
		t.say(text(cmp.Or(shown, t.words("text.media.none"))))
	}
}

func (t *ticket) missing() {
	var entries []entry
	for _, item := range t.d.Checklist {
		if item.State == draft.Missing {
			label, advice := t.o.Profile.Ask(profile.ItemID(item.Item), t.o.Lang)
			entries = append(entries, labelled(label, text(advice)))
		}
	}
	if len(entries) == 0 {
		t.say(text(t.words("text.missing.none")))
	}
	t.list(entries...)
}
