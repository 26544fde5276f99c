package fingerprint

import "strings"

// place is what may follow one beginning of a path.
type place struct {
	next map[string]*place
	// values reports that the names in next have been too many.
	values bool
	// series are the forms of names that were too many which differ in figures alone.
	series map[string]bool
}

// known returns what stands for a segment in this place.
func (p *place) known(s string) string {
	if p.values || p.series[form(s)] {
		return parameter
	}
	return s
}

// settle puts one place for those that are values, and reports whether there were any.
func (p *place) settle() (changed bool) {
	same := map[string]int{}
	for s := range p.next {
		same[form(s)]++
	}
	for f, n := range same {
		if f != "" && (n > manyInSeries || p.series[f]) {
			p.toSeries(f)
			changed = true
		}
	}
	if !p.values && p.names() <= manyNames {
		return changed
	}
	p.values, p.next, p.series = true, map[string]*place{parameter: merged(p.next)}, nil
	return true
}

// names counts what follows, names of a form as one, so that it does not matter which
// came first.
func (p *place) names() int {
	n, forms := 0, map[string]bool{}
	for s := range p.next {
		switch f := form(s); {
		case s == parameter:
		case f == "":
			n++
		default:
			forms[f] = true
		}
	}
	for f := range p.series {
		forms[f] = true
	}
	return n + len(forms)
}

// toSeries joins the names of a form.
func (p *place) toSeries(f string) {
	same := map[string]*place{}
	for s, next := range p.next {
		if s == parameter || form(s) == f {
			same[s] = next
			delete(p.next, s)
		}
	}
	p.next[parameter] = merged(same)
	if p.series == nil {
		p.series = map[string]bool{}
	}
	p.series[f] = true
}

// form returns a name with one sign for each run of figures, nothing for a name that has
// none, and for that of a version.
func form(s string) string {
	if !strings.ContainsAny(s, "0123456789") || (s[0] == 'v' || s[0] == 'V') && len(s) > 1 && s[1] >= '0' && s[1] <= '9' {
		return ""
	}
	var out strings.Builder
	in := false
	for i := range len(s) {
		isFigure := s[i] >= '0' && s[i] <= '9'
		switch {
		case !isFigure:
			out.WriteByte(s[i])
		case !in:
			out.WriteByte('#')
		}
		in = isFigure
	}
	return out.String()
}

// merged returns one place in which all that followed the names may follow.
func merged(places map[string]*place) *place {
	out := &place{}
	following := map[string]map[string]*place{}
	for name, p := range places {
		for s, next := range p.next {
			if following[s] == nil {
				following[s] = map[string]*place{}
			}
			following[s][name] = next
		}
		out.values = out.values || p.values
		for f := range p.series {
			if out.series == nil {
				out.series = map[string]bool{}
			}
			out.series[f] = true
		}
	}
	for s, same := range following {
		if out.next == nil {
			out.next = map[string]*place{}
		}
		out.next[s] = merged(same)
	}
	if out.next != nil {
		out.settle()
	}
	return out
}
