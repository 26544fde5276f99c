package expose

// probes are the probes of all patterns.
type probes struct {
	// byFirst has them by their first byte.
	byFirst [256][]probe
	// pairs has a bit for each two bytes with which one begins: most letters begin some
	// probe, and few pairs do.
	pairs [1 << 16 / 64]uint64
}

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
func newProbes(all []sort) *probes {
	p, n := &probes{}, 0
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
	for _, first := range cases(one.text[0], one.anyCase) {
		p.byFirst[first] = append(p.byFirst[first], one)
		for _, second := range cases(one.text[1], one.anyCase) {
			at := uint16(first)<<8 | uint16(second)
			p.pairs[at/64] |= 1 << (at % 64)
		}
	}
}

// cases returns a byte of a probe, and the capital letter where it stands for that too.
func cases(c byte, anyCase bool) []byte {
	if anyCase && c >= 'a' && c <= 'z' {
		return []byte{c, c - 'a' + 'A'}
	}
	return []byte{c}
}

// in returns the groups of which a probe is in text.
func (p *probes) in(text string) (found set) {
	for i := 1; i < len(text); i++ {
		at := uint16(text[i-1])<<8 | uint16(text[i])
		if p.pairs[at/64]&(1<<(at%64)) == 0 {
			continue
		}
		for _, one := range p.byFirst[text[i-1]] {
			if !found.has(one.of) && one.begins(text[i-1:]) {
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
