package judge

// prober finds which of many words a text holds, in one pass over it and without
// regard to the case of ASCII letters. Nearly every answer is a success, and costs
// no more than this pass.
type prober struct {
	words []string
	index map[string]int
	// starts holds, for the first two bytes of a text, one more than the index in
	// lists of the words that begin so.
	starts []uint16
	lists  [][]int
	// short are the words of one byte.
	short []int
}

func newProber(rules []compiled) *prober {
	p := &prober{index: map[string]int{}, starts: make([]uint16, 1<<16)}
	for i := range rules {
		for _, group := range rules[i].probes {
			for _, word := range group {
				p.add(word)
			}
		}
	}
	return p
}

func (p *prober) add(word string) {
	if _, known := p.index[word]; known || word == "" {
		return
	}
	n := len(p.words)
	p.words, p.index[word] = append(p.words, word), n
	if len(word) < 2 {
		p.short = append(p.short, n)
		return
	}
	start := int(word[0])<<8 | int(word[1])
	if p.starts[start] == 0 {
		p.lists = append(p.lists, nil)
		p.starts[start] = uint16(len(p.lists))
	}
	list := &p.lists[p.starts[start]-1]
	*list = append(*list, n)
}

// hits is the set of the words that a text holds.
type hits []bool

// scan adds the words that text holds to found.
func (p *prober) scan(text []byte, found hits) {
	for i := range text {
		for _, n := range p.short {
			found[n] = found[n] || lower(text[i]) == p.words[n][0]
		}
		if i+1 == len(text) {
			return
		}
		if list := p.starts[int(lower(text[i]))<<8|int(lower(text[i+1]))]; list != 0 {
			p.match(text[i:], p.lists[list-1], found)
		}
	}
}

// match adds those of the words with which text begins.
func (p *prober) match(text []byte, words []int, found hits) {
	for _, n := range words {
		found[n] = found[n] || hasPrefix(text, p.words[n])
	}
}

func hasPrefix(text []byte, word string) bool {
	if len(text) < len(word) {
		return false
	}
	for i := 2; i < len(word); i++ {
		if lower(text[i]) != word[i] {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// holds reports whether one of the words of a group is among the hits. The empty
// word is in every text.
func (p *prober) holds(group []string, found hits) bool {
	for _, word := range group {
		if n, known := p.index[word]; !known || found[n] {
			return true
		}
	}
	return false
}
