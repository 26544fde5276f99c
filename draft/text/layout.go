package text

import (
	"cmp"
	"strconv"
	"strings"

	"flagrante/draft"
	"flagrante/draft/profile"
	"flagrante/draft/template"
	"flagrante/draft/words"
)

// build fills the profile's text of a ticket. Headings under which nothing stands, and
// lines of which nothing is left, are left out.
func build(d draft.Draft, o Options) document {
	t := &ticket{d: d, f: d.Evidence.Last, o: o}
	layout, err := template.Parse(o.Profile.Ticket.Text.Say(o.Lang), profile.TextNames())
	if err != nil {
		// Profiles are checked when they are read.
		t.say(text(err.Error()))
		return t.document
	}
	parts, values := t.parts(), t.values()
	for i := 0; i < len(layout.Blocks); i++ {
		b, before := layout.Blocks[i], len(t.blocks)
		if b.Kind == template.Part {
			parts[b.Name]()
			continue
		}
		if l := fillIn(b.Line, values); !l.blank() {
			t.block(b, l)
		}
		under := len(t.blocks)
		for ; b.Kind == template.Heading && i+1 < len(layout.Blocks) && layout.Blocks[i+1].Kind == template.Part; i++ {
			parts[layout.Blocks[i+1].Name]()
		}
		if b.Level > 1 && layout.Blocks[i].Kind == template.Part && len(t.blocks) == under {
			// Nothing stands under the heading.
			t.blocks = t.blocks[:before]
		}
	}
	return t.document
}

// block adds a line of the text. Entries of a list go into the one before.
func (t *ticket) block(b template.Block, l line) {
	switch b.Kind {
	case template.Heading:
		t.add(heading{b.Level, l})
	case template.Bullet, template.Numbered:
		numbered := b.Kind == template.Numbered
		if n := len(t.blocks); n > 0 {
			if last, ok := t.blocks[n-1].(list); ok && last.numbered == numbered {
				last.entries = append(last.entries, entry{line: l})
				t.blocks[n-1] = last
				return
			}
		}
		t.add(list{numbered: numbered, entries: []entry{{line: l}}})
	default:
		t.add(paragraph{l})
	}
}

// fillIn puts values into a line. A span that is left out leaves no trace.
func fillIn(spans []template.Span, values func(string) string) line {
	var l line
	for _, s := range spans {
		switch {
		case s.Optional != nil:
			if full(s.Optional, values) {
				l = append(l, fillIn(s.Optional, values)...)
			}
		case s.Style == template.Strong:
			l = append(l, strong(s.Text+values(s.Value)))
		case s.Style == template.Code:
			l = append(l, code(s.Text+values(s.Value)))
		default:
			l = append(l, text(s.Text+values(s.Value)))
		}
	}
	return l
}

func full(spans []template.Span, values func(string) string) bool {
	for _, s := range spans {
		if s.Value != "" && values(s.Value) == "" {
			return false
		}
	}
	return true
}

func (l line) blank() bool { return strings.TrimSpace(l.plain()) == "" }

// parts are what writes each of the parts that a text can have. Those that show a call
// write nothing without one.
func (t *ticket) parts() map[string]func() {
	caught := func(write func()) func() {
		return func() {
			if t.f != nil {
				write()
			}
		}
	}
	return map[string]func(){
		"summary": t.summary, "on_call": t.onCall, "description": t.description, "time": t.when, "steps": t.steps, "origin": t.origin,
		"media": t.media, "missing": t.missing,
		"scope": caught(t.scope), "request": caught(t.request), "response": caught(t.response), "comparison": t.comparison,
		"request_ids": caught(t.ids), "connection": caught(t.connection), "masked": caught(t.masked),
	}
}

// values returns what a name of a line stands for, empty for what is not known.
func (t *ticket) values() func(string) string {
	g := t.d.Evidence.Group
	m := map[string]string{
		"title": t.d.Title, "category": t.d.Category, "severity_label": t.severityLabel(), "phone": t.d.OnCall.Phone, "draft_id": t.d.ID, "fingerprint": t.d.Fingerprint,
		"environment_label": words.Word(t.o.Lang, "environment", string(t.d.Environment.Value)),
		"endpoint":          g.Endpoint, "method": g.Method, "host": g.Host, "vendor_code": g.VendorCode,
		"device": t.item(profile.ItemDevice), "country": t.item(profile.ItemCountry),
	}
	if g.Endpoint != "" {
		m["path"] = path(g.Endpoint)
		m["count"] = strconv.FormatInt(g.Count, 10)
		m["first_seen"], m["last_seen"] = t.time(g.FirstSeen).plain(), t.time(g.LastSeen).plain()
		m["side_label"] = words.Word(t.o.Lang, "side", string(t.d.Side.Value))
	}
	if g.Status > 0 {
		m["status"] = strconv.Itoa(g.Status)
	}
	if t.f != nil {
		m["outcome"], m["vendor_message"] = Outcome(t.o.Lang, t.f), t.f.Vendor.Message
	}
	if ids := t.d.Evidence.RequestIDs; len(ids) > 0 {
		m["request_id"] = ids[0]
	}
	return func(name string) string {
		if id, ok := strings.CutPrefix(name, profile.ItemLabel); ok {
			return t.label(profile.ItemID(id))
		}
		return m[name]
	}
}

// item is the value of an item of the checklist, empty where it is not filled.
func (t *ticket) item(id profile.ItemID) string {
	for _, c := range t.d.Checklist {
		if c.Item == string(id) && c.State == draft.Filled {
			return c.Value
		}
	}
	return ""
}

// value is item, or the words for a missing one.
func (t *ticket) value(id profile.ItemID, missing string) string {
	return cmp.Or(t.item(id), t.words(missing))
}
