package judge

import "bytes"

// prober finds which of many words a text holds, in one pass over it and without
// regard to the case of ASCII letters. Nearly every answer is a success, and costs
// no more than this pass.
type prober struct {
	words []string
	index map[string]int
	// first holds, for each byte, the index in rows of the words that begin with it;
	// a row holds, for each second byte, the index in lists. Row and list 0 are empty.
	// They are small enough to stay in the nearest cache.
	first [256]uint8
	rows  [][256]uint16
	lists [][]int
	// short are the words of one byte.
	short []int
}

func newProber() *prober {
	return &prober{index: map[string]int{}, rows: make([][256]uint16, 1), lists: make([][]int, 1)}
}

// clone returns a prober for the same words, with the same numbers, that can take up
// others.
func (p *prober) clone() *prober {
	c := newProber()
	for _, word := range p.words {
		c.add(word)
	}
	return c
}

// groups returns a set for each list of alternatives, and takes their words up. The
// empty word is in every text, and the set of its group is nil.
func (p *prober) groups(alternatives [][]string) []hits {
	var all []hits
	for _, group := range alternatives {
		var set hits
		always := false
		for _, word := range group {
			always = always || word == ""
			set = set.with(p.add(word))
		}
		if always {
			set = nil
		}
		all = append(all, set)
	}
	return all
}

// add takes a word up, and returns its number.
func (p *prober) add(word string) int {
	if n, known := p.index[word]; known {
		return n
	}
	n := len(p.words)
	p.words, p.index[word] = append(p.words, word), n
	switch len(word) {
	case 0:
	case 1:
		p.short = append(p.short, n)
	default:
		p.file(n, word)
	}
	return n
}

// file puts a word into the list of those that begin with the same two letters.
func (p *prober) file(n int, word string) {
	if p.first[word[0]] == 0 {
		p.first[word[0]], p.first[upper(word[0])] = uint8(len(p.rows)), uint8(len(p.rows))
		p.rows = append(p.rows, [256]uint16{})
	}
	row := &p.rows[p.first[word[0]]]
	if row[word[1]] == 0 {
		row[word[1]], row[upper(word[1])] = uint16(len(p.lists)), uint16(len(p.lists))
		p.lists = append(p.lists, nil)
	}
	list := &p.lists[row[word[1]]]
	*list = append(*list, n)
}

// hits is a set of words by their numbers.
type hits []uint64

func (h hits) with(n int) hits {
	for len(h) <= n/64 {
		h = append(h, 0)
	}
	h[n/64] |= 1 << (n % 64)
	return h
}

// meets reports whether the sets have a word in common.
func (h hits) meets(other hits) bool {
	for i := range min(len(h), len(other)) {
		if h[i]&other[i] != 0 {
			return true
		}
	}
	return false
}

// empty reports whether there is no word in the set.
func (h hits) empty() bool {
	for _, words := range h {
		if words != 0 {
			return false
		}
	}
	return true
}

// room returns an empty set with place for all words.
func (p *prober) room() hits { return make(hits, len(p.words)/64+1) }

// scan adds the words that text holds to found.
func (p *prober) scan(text []byte, found hits) {
	rows := p.rows
	for i := 0; i+1 < len(text); i++ {
		// One test a byte, which nearly never holds, is faster than two.
		if list := rows[p.first[text[i]]][text[i+1]]; list != 0 {
			p.match(text[i:], p.lists[list], found)
		}
	}
	for _, n := range p.short {
		if c := p.words[n][0]; bytes.IndexByte(text, c) >= 0 || bytes.IndexByte(text, upper(c)) >= 0 {
			found.with(n)
		}
	}
}

// match adds those of the words with which text begins.
func (p *prober) match(text []byte, words []int, found hits) {
	for _, n := range words {
		if hasPrefix(text, p.words[n]) {
			found.with(n)
		}
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

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - ('a' - 'A')
	}
	return c
}
