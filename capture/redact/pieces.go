package redact

import (
	"slices"
	"strings"

	"flagrante/capture/redact/detect"
)

// pieces finds what is left of the masked values of an exchange where these come again in
// another shape: cut short, in groups, backwards, in other case. It looks at letters and
// digits alone, eight at a time.
type pieces struct {
	windows map[uint64][]piece
	// table has a bit for each window, so that most places are left after one look.
	table [64]uint64
	known map[string]bool
}

// piece is a window of a shape, which begins there.
type piece struct {
	shape *shape
	at    int
}

// shape holds the letters and digits of a value, in small letters, onwards or backwards.
type shape struct {
	text, mask string
	// whole says that a part of it means nothing.
	whole bool
}

const (
	windowLength = 8
	// maxPieceOf is how much of a value is looked for, in bytes, and maxPieces how many
	// values are.
	maxPieceOf, maxPieces = 512, 256
	// maxGap is how many other characters may stand between two of a piece, in bytes.
	maxGap = 3
)

// add adds a value in both directions, when it is more than words and numbers that other
// texts have as well.
func (p *pieces) add(kind detect.Kind, v, mask string) {
	whole := !kind.IsSecret()
	if len(p.known) >= maxPieces || p.known[v] || whole && !ofOne(kind, v) || !whole && kind != detect.Password && !detect.Random(v) {
		return
	}
	if p.known == nil {
		p.known, p.windows = map[string]bool{}, map[uint64][]piece{}
	}
	p.known[v] = true
	letters, at := lettersOf(v[:min(len(v), maxPieceOf)])
	written := make([]byte, len(at))
	for i := range at {
		written[i] = v[at[i].start]
	}
	for range 2 {
		p.addShape(&shape{text: string(letters), mask: mask, whole: whole}, written, kind)
		slices.Reverse(letters)
		slices.Reverse(written)
	}
}

// ofOne reports personal data of which the letters and digits alone, without what is
// between them, tell one person.
func ofOne(kind detect.Kind, v string) bool {
	switch kind {
	case detect.CPF, detect.CNPJ, detect.CNS, detect.Card, detect.Phone, detect.IBAN:
		return len(figuresOf(v)) >= 10
	case detect.Name:
		return len(v) >= 12 && len(v) <= maxPieceOf && strings.Contains(v, " ")
	}
	return false
}

func (p *pieces) addShape(s *shape, written []byte, kind detect.Kind) {
	var window uint64
	for i := range len(s.text) {
		window = window<<8 | uint64(s.text[i])
		at := i + 1 - windowLength
		if at < 0 || !s.whole && !mixedPiece(written[at:i+1], kind) {
			continue
		}
		p.windows[window] = append(p.windows[window], piece{s, at})
		p.table[bitOf(window)>>6] |= 1 << (bitOf(window) & 63)
		if s.whole {
			return
		}
	}
}

// mixedPiece reports capitals, small letters and digits by turns, as no words with a number
// among them have them; of a password nothing is left, so that a number behind a word is
// enough.
func mixedPiece(s []byte, kind detect.Kind) bool {
	figures, cases := 0, 0
	for i := 1; i < len(s); i++ {
		figure, before := s[i] <= '9', s[i-1] <= '9'
		switch {
		case figure != before:
			figures++
		case !figure && s[i]&0x20 != s[i-1]&0x20:
			cases++
		}
	}
	return figures > 2 || cases > 3 || figures > 0 && (figures+cases > 3 || kind == detect.Password)
}

func bitOf(window uint64) uint64 { return window * 0x9e3779b97f4a7c15 >> 52 }

// mayStand reports whether a piece may stand in a text.
func (p *pieces) mayStand(s string) bool {
	if p == nil || len(p.windows) == 0 {
		return false
	}
	var window uint64
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case 'A' <= c && c <= 'Z':
			c |= 0x20
		case c >= 0x80:
			return true
		default:
			continue
		}
		window = window<<8 | uint64(c)
		if p.table[bitOf(window)>>6]&(1<<(bitOf(window)&63)) != 0 && len(p.windows[window]) > 0 {
			return true
		}
	}
	return false
}

// replace puts masks in the place of the pieces in a text.
func (p *pieces) replace(s string, put func(mask, v string) string) string {
	if !p.mayStand(s) {
		return s
	}
	letters, at := lettersOf(s)
	var out strings.Builder
	var window uint64
	from, free := 0, 0 // The first byte and the first letter that are not masked.
	for i, c := range letters {
		window = window<<8 | uint64(c)
		first := i + 1 - windowLength
		if first < free {
			continue
		}
		for _, found := range p.windows[window] {
			start, end := found.widened(letters, at, first, free)
			if end <= i || found.shape.whole && !isApart(at, start, end, len(found.shape.text)) {
				continue
			}
			out.WriteString(s[from:at[start].start])
			from, free = int(at[end-1].end), end
			out.WriteString(put(found.shape.mask, s[at[start].start:from]))
			break
		}
	}
	return out.String() + s[from:]
}

// widened returns where the letters begin and end that are those of the value, around a
// window that is; nothing where too much stands between them.
func (p piece) widened(letters []byte, at []stretch, first, free int) (start, end int) {
	text, near := p.shape.text, func(i int) bool { return at[i].start-at[i-1].end <= maxGap }
	for end = first + 1; end < len(letters) && p.at+end-first < len(text) && letters[end] == text[p.at+end-first] && near(end); end++ {
	}
	for start = first; start > free && p.at-(first-start) > 0 && letters[start-1] == text[p.at-(first-start)-1] && near(start); start-- {
	}
	return start, end
}

// isApart reports that letters are as many as those of the value, and no part of a longer
// word or number.
func isApart(at []stretch, start, end, length int) bool {
	return end-start == length && (start == 0 || at[start-1].end < at[start].start) && (end == len(at) || at[end-1].end < at[end].start)
}
