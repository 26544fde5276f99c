package words

import (
	"strings"
	"time"

	"flagrante/capture/filter"
	"flagrante/draft"
)

// Filter explains in words of lang what a filter lets pass. What was written is
// inserted as it is: whoever shows the sentence must escape it.
func Filter(lang draft.Lang, f *filter.Filter) string {
	if f.Root == nil {
		return Text(lang, "filter.everything", nil)
	}
	return explainer{lang, f.Zone}.node(f.Root, false)
}

// explainer explains parts of a filter.
type explainer struct {
	lang draft.Lang
	zone *time.Location
}

// node explains a part; inside says that it is one of several, which brackets keep
// apart.
func (e explainer) node(n filter.Node, inside bool) string {
	switch n := n.(type) {
	case filter.All:
		return e.list(n, "filter.and", inside)
	case filter.Any:
		return e.list(n, "filter.or", inside)
	case filter.Not:
		part := e.node(n.Node, true)
		if t, ok := n.Node.(filter.Term); ok && len(t.Values) > 1 {
			part = "(" + part + ")"
		}
		return e.say("filter.not", "part", part)
	case filter.Word:
		return e.word(n)
	case filter.Term:
		return e.term(n)
	}
	return ""
}

func (e explainer) list(nodes []filter.Node, between string, inside bool) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = e.node(n, true)
	}
	text := strings.Join(parts, " "+e.say(between)+" ")
	if inside {
		return "(" + text + ")"
	}
	return text
}

func (e explainer) word(w filter.Word) string {
	switch {
	case w.Phrase:
		return e.say("filter.phrase", "text", w.Text)
	case w.Prefix:
		return e.say("filter.prefix", "text", w.Text)
	}
	return e.say("filter.word", "text", w.Text)
}

func (e explainer) term(t filter.Term) string {
	parts := make([]string, len(t.Values))
	for i, v := range t.Values {
		parts[i] = e.value(t, v)
	}
	text := strings.Join(parts, " "+e.say("filter.or")+" ")
	if t.Op == filter.IsNot {
		return e.say("filter.not", "part", "("+text+")")
	}
	return text
}

func (e explainer) value(t filter.Term, v filter.Value) string {
	field := Word(e.lang, "field", t.Field.Name)
	switch t.Field.Type {
	case filter.Flag:
		return Word(e.lang, "flag", t.Field.Name+"."+v.Text)
	case filter.Prose:
		return e.say("filter.contains", "field", field, "value", v.Text)
	case filter.Name, filter.Member:
		if v.Glob {
			return e.say("filter.like", "field", field, "value", v.Text)
		}
		return e.say("filter.is", "field", field, "value", v.Text)
	case filter.Choice:
		return e.say(e.key(t, v), "field", field, "value", Word(e.lang, t.Field.Name, v.Text))
	case filter.Time:
		return e.time(t, v, field)
	}
	from, to, ranged := strings.Cut(v.Text, "..")
	if !ranged {
		from, to = v.Text, v.Text
	}
	return e.say(e.key(t, v), "field", field, "value", v.Text, "from", from, "to", to)
}

func (e explainer) time(t filter.Term, v filter.Value, field string) string {
	from, to := e.moment(v.From), e.moment(v.To)
	value := from
	switch key := e.key(t, v); {
	case key == "filter.is" && v.From != v.To:
		return e.say("filter.between", "field", field, "from", from, "to", to)
	case key == "filter.at_most", key == "filter.greater":
		value = to
		fallthrough
	default:
		return e.say("filter.time"+strings.TrimPrefix(key, "filter"), "field", field, "value", value, "from", from, "to", to)
	}
}

// moment says a time, to the second where it is not a whole minute.
func (e explainer) moment(micros int64) string {
	form, t := "02/01/2006 15:04", time.UnixMicro(micros).In(e.zone)
	if e.lang == draft.English {
		form = "2006-01-02 15:04"
	}
	if t.Second() != 0 {
		form += ":05"
	}
	return t.Format(form)
}

// key names the sentence of a comparison.
func (e explainer) key(t filter.Term, v filter.Value) string {
	op := t.Op
	if op == filter.Is && t.Field.Colon != "" && !v.Span {
		op = t.Field.Colon
	}
	switch {
	case op == filter.Less:
		return "filter.less"
	case op == filter.AtMost, v.Span && v.Open:
		return "filter.at_most"
	case op == filter.Greater:
		return "filter.greater"
	case op == filter.AtLeast, v.Span && v.Endless:
		return "filter.at_least"
	case v.Span:
		return "filter.between"
	}
	return "filter.is"
}

func (e explainer) say(key string, pairs ...string) string {
	args := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return Text(e.lang, key, args)
}
