package filter

import (
	"math"
	"strings"
)

// values reads the values of a term, with commas between them.
func (p *parser) values(f *Field, op Op) ([]Value, error) {
	var values []Value
	for {
		v, err := p.value(f, op)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if p.end() || p.text[p.at] != ',' {
			break
		}
		p.at++
	}
	if len(values) > 1 && op != Is && op != IsNot {
		return nil, p.fault(p.at-1, p.at, "filter.one_value", map[string]string{"op": string(op)})
	}
	return values, nil
}

func (p *parser) value(f *Field, op Op) (Value, error) {
	at := p.at
	if p.nodes++; p.nodes > maxNodes {
		return Value{}, p.fault(at, len(p.text), "filter.too_many", nil)
	}
	if !p.end() && p.text[p.at] == '"' {
		text, span, err := p.quoted()
		if err != nil {
			return Value{}, err
		}
		return p.meaning(f, op, text, span, false)
	}
	text, span := p.bare()
	if text == "" {
		return Value{}, p.fault(max(at-1, 0), at+1, "filter.missing_value", map[string]string{"field": f.Name}).hint(example(f))
	}
	if err := p.apart(); err != nil {
		return Value{}, err
	}
	return p.meaning(f, op, text, span, true)
}

// meaning reads a value as its field has them. In quotes nothing stands for other
// characters.
func (p *parser) meaning(f *Field, op Op, text string, span [2]int, bare bool) (Value, error) {
	switch f.Type {
	case Name, Prose, Member:
		return Value{Text: text, Glob: bare && strings.ContainsAny(text, "*?")}, nil
	case Choice, Flag:
		return p.chosen(f, text, span)
	}
	v := Value{Text: text}
	low, high, ranged := strings.Cut(text, "..")
	if !ranged || f.Type == Time && !bare {
		from, to, ok := p.number(f, text)
		if !ok {
			return Value{}, p.unreadable(f, text, span)
		}
		v.From, v.To = from, to
		return v, nil
	}
	if op != Is && op != IsNot {
		return Value{}, p.fault(span[0], span[1], "filter.range_compared", map[string]string{"op": string(op)})
	}
	v.Span, v.Open, v.Endless = true, low == "", high == ""
	v.From, v.To = math.MinInt64, math.MaxInt64
	if !v.Open {
		from, _, ok := p.number(f, low)
		if !ok {
			return Value{}, p.unreadable(f, low, [2]int{span[0], span[0] + len(low)})
		}
		v.From = from
	}
	if !v.Endless {
		_, to, ok := p.number(f, high)
		if !ok {
			return Value{}, p.unreadable(f, high, [2]int{span[1] - len(high), span[1]})
		}
		v.To = to
	}
	if v.From > v.To {
		return Value{}, p.fault(span[0], span[1], "filter.backwards", map[string]string{"value": text})
	}
	return v, nil
}

// chosen reads one of a few names.
func (p *parser) chosen(f *Field, text string, span [2]int) (Value, error) {
	if stored, ok := f.choice(text); ok {
		return Value{Text: stored}, nil
	}
	args := map[string]string{"field": f.Name, "value": text}
	err := p.fault(span[0], span[1], "filter.unknown_value", args)
	if near := nearest(text, f.Values); near != "" {
		return Value{}, err.hint("filter.hint.value", map[string]string{"field": f.Name, "value": near})
	}
	return Value{}, err.hint("filter.hint.values", map[string]string{"field": f.Name, "values": strings.Join(f.Values, ", ")})
}

// number returns the first and the last number that a value means.
func (p *parser) number(f *Field, text string) (from, to int64, ok bool) {
	switch f.Type {
	case Status:
		return status(text)
	case Duration:
		d, ok := duration(text)
		return d.Microseconds(), d.Microseconds(), ok
	case Size:
		return size(text)
	case Time:
		first, after, ok := when(text, p.options.Now, p.options.Zone)
		return first.UnixMicro(), max(after.UnixMicro()-1, first.UnixMicro()), ok
	default:
		return whole(text)
	}
}

func (p *parser) unreadable(f *Field, text string, span [2]int) *Error {
	kind := map[Type]string{Number: "number", Status: "status", Duration: "duration", Size: "size", Time: "time"}[f.Type]
	return p.fault(span[0], span[1], "filter.no_"+kind, map[string]string{"field": f.Name, "value": text}).hint(example(f))
}

// example returns a hint that shows a value of the field.
func example(f *Field) (key string, args map[string]string) {
	value := map[Type]string{
		Name: "api.*", Prose: `"saldo insuficiente"`, Number: "10", Status: "5xx", Duration: "1.5s", Size: "10KB", Time: "2h",
	}[f.Type]
	if len(f.Values) > 0 {
		value = f.Values[0]
	}
	if (f.Type == Name || f.Type == Member) && f.Name != "host" {
		value = "…"
	}
	return "filter.hint.example", map[string]string{"example": f.Name + string(Is) + value}
}
