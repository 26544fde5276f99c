package expose

// probes are the probes of all patterns, by their first byte.
type probes [256][]probe

// probe is a text of a group, whose number is in of.
type probe struct {
	text    string
	anyCase bool
	of      int
}

// set holds numbers of groups.
type set [2]uint64

func (s *set) add(n int) { s[n/64] |= 1 << (n % 64) }

func (s set) has(n int) bool { return s[n/64]&(1<<(n%64)) != 0 }

// holds reports whether all of other are in s.
func (s set) holds(other set) bool { return s[0]&other[0] == other[0] && s[1]&other[1] == other[1] }

// newProbes numbers the groups of all patterns, and files their probes.
func newProbes(all []sort) (p probes) {
	n := 0
	for _, s := range all {
		for i := range s.patterns {
			pattern := &s.patterns[i]
			for _, group := range pattern.groups {
				pattern.needs.add(n)
				for _, text := range group {
					p.file(probe{text, pattern.anyCase, n})
				}
				n++
			}
		}
	}
	return p
}

func (p *probes) file(one probe) {
	first := one.text[0]
	p[first] = append(p[first], one)
	if one.anyCase && first >= 'a' && first <= 'z' {
		p[first-'a'+'A'] = append(p[first-'a'+'A'], one)
	}
}

// in returns the groups of which a probe is in text.
func (p *probes) in(text string) (found set) {
	for i := range len(text) {
		for _, one := range p[text[i]] {
			if !found.has(one.of) && one.begins(text[i:]) {
				found.add(one.of)
			}
		}
	}
	return found
}

// begins reports whether text begins with the probe, of which the first byte is known
// to be there.
func (p probe) begins(text string) bool {
	if len(text) < len(p.text) {
		return false
	}
	for i := 1; i < len(p.text); i++ {
		c := text[i]
		if p.anyCase && c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != p.text[i] {
			return false
		}
	}
	return true
}
