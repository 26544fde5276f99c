package redact

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// needle is a value to look for.
type needle struct {
	text, mask string
	// apart says that letters and digits around it make another word of it.
	apart bool
	// encoded says that it is a part of a longer text in base64.
	encoded bool
}

// needles looks for many values at once: the first four bytes of each are in a
// table, so that most places are left after one look.
type needles struct {
	// table has a bit for each hash, as many as the needles need.
	table   []uint64
	buckets map[uint32][]needle
	// parts are others to look for, after these.
	parts []*needles
}

func emptyNeedles(values int) *needles {
	return &needles{buckets: map[uint32][]needle{}, table: make([]uint64, tableSize(values))}
}

func newNeedles(seen map[string]string) *needles {
	if len(seen) == 0 {
		return nil
	}
	n := emptyNeedles(len(seen))
	for v, mask := range seen {
		n.addForms(v, mask, n.append)
	}
	for h, bucket := range n.buckets {
		slices.SortFunc(bucket, before)
		n.buckets[h] = slices.Compact(bucket)
	}
	return n
}

// before orders the values of a bucket by their texts.
func before(a, b needle) int {
	return cmp.Or(strings.Compare(a.text, b.text), strings.Compare(a.mask, b.mask))
}

// add adds a value at its place.
func (n *needles) add(v needle) {
	if len(v.text) < 4 {
		return
	}
	h := n.mark(v)
	bucket := n.buckets[h]
	if at, found := slices.BinarySearchFunc(bucket, v, before); !found {
		n.buckets[h] = slices.Insert(bucket, at, v)
	}
}

// append adds one of many values; they are brought into order at the end.
func (n *needles) append(v needle) {
	if len(v.text) >= 4 {
		h := n.mark(v)
		n.buckets[h] = append(n.buckets[h], v)
	}
}

// mark sets the bit of a value, and returns the hash.
func (n *needles) mark(v needle) uint32 {
	h := hash4(v.text)
	n.table[n.word(h)] |= 1 << (h & 63)
	return h
}

// tableSize is the number of words of a table in which few bits are set.
func tableSize(values int) int {
	size := 16
	for size < 1<<13 && size < 4*values {
		size *= 2
	}
	return size
}

// word is the index of the word in which the bit of a hash is.
func (n *needles) word(h uint32) uint32 { return h >> 6 & uint32(len(n.table)-1) }

// hash4 mixes four bytes into 19 bits.
func hash4(s string) uint32 {
	return (uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24) * 2654435761 >> 13
}

// mayStand reports whether one of the values may stand in data: as it is, or behind
// escapes.
func (n *needles) mayStand(s string) bool {
	if strings.IndexByte(s, '%') >= 0 || strings.IndexByte(s, '&') >= 0 || strings.IndexByte(s, '\\') >= 0 || strings.IndexByte(s, 0) >= 0 || !utf8.ValidString(s) {
		return true
	}
	return n.mayStandIn(s)
}

// mayStandIn reports whether one of the values stands in s as it is.
func (n *needles) mayStandIn(s string) bool {
	return n.standsIn(s) || slices.ContainsFunc(n.parts, func(p *needles) bool { return p.standsIn(s) })
}

func (n *needles) standsIn(s string) bool {
	steps := maxSteps(s)
	for i := 0; i+4 <= len(s) && len(n.table) > 0; i++ {
		h := hash4(s[i:])
		if n.table[n.word(h)]&(1<<(h&63)) != 0 {
			if _, end, _ := n.at(s, h, i, i, &steps); end > 0 || steps < 0 {
				return true
			}
		}
	}
	return false
}

// maxSteps bounds how many values are looked at for a text: among those that somebody
// chose to begin alike a search could go on for long.
func maxSteps(s string) int { return 8*len(s) + 1024 }

// replace puts masks in the place of all values in s, in the form that put gives them. It
// is not ok when that would take too long.
func (n *needles) replace(s string, put func(mask, v string) string) (out string, ok bool) {
	ok = true
	if len(n.table) > 0 {
		s, ok = n.replaceOwn(s, put)
	}
	for _, p := range n.parts {
		if ok {
			s, ok = p.replaceOwn(s, put)
		}
	}
	return s, ok
}

func (n *needles) replaceOwn(s string, put func(mask, v string) string) (masked string, ok bool) {
	var out strings.Builder
	from, steps := 0, maxSteps(s)
	for i := 0; i+4 <= len(s); i++ {
		h := hash4(s[i:])
		if n.table[n.word(h)]&(1<<(h&63)) == 0 {
			continue
		}
		start, end, mask := n.at(s, h, i, from, &steps)
		if steps < 0 {
			return s, false
		}
		if end == 0 {
			continue
		}
		out.WriteString(s[from:start])
		out.WriteString(put(mask, s[start:end]))
		from, i = end, end-1
	}
	if from == 0 {
		return s, true
	}
	out.WriteString(s[from:])
	return out.String(), true
}

// at returns the longest value that stands at i, widened to the whole run of base64
// when it is a part of one.
func (n *needles) at(s string, h uint32, i, from int, steps *int) (start, end int, mask string) {
	bucket := n.buckets[h]
	for rest := s[i:min(len(s), i+maxNeedle)]; rest != "" && *steps >= 0; *steps-- {
		// What begins like rest and is no longer comes right before what follows rest.
		k, _ := slices.BinarySearchFunc(bucket, rest, func(v needle, rest string) int {
			return cmp.Or(strings.Compare(v.text, rest), -1)
		})
		if k == 0 {
			return 0, 0, ""
		}
		text := bucket[k-1].text
		common := commonLength(text, rest)
		if common < len(text) {
			rest = rest[:common]
			continue
		}
		for k--; k > 0 && bucket[k-1].text == text; k-- {
		}
		for ; k < len(bucket) && bucket[k].text == text; k++ {
			if start, end, ok := bucket[k].in(s, i, from); ok {
				return start, end, bucket[k].mask
			}
		}
		rest = rest[:common-1]
	}
	return 0, 0, ""
}

// maxNeedle is more than the longest form of a value that is looked for, in bytes.
const maxNeedle = 4 * 8192

// in returns where v, which stands at i, is to be replaced in s.
func (v needle) in(s string, i, from int) (start, end int, ok bool) {
	start, end = i, i+len(v.text)
	if v.apart && (start > 0 && wordByte(s[start-1]) || end < len(s) && wordByte(s[end])) {
		return 0, 0, false
	}
	for v.encoded && start > from && codedByte(s[start-1]) {
		start--
	}
	for v.encoded && end < len(s) && codedByte(s[end]) {
		end++
	}
	return start, end, true
}

// commonLength is how many bytes two texts begin with alike.
func commonLength(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func wordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80
}

func codedByte(c byte) bool { return wordByte(c) && c < 0x80 || strings.IndexByte("+/-_=", c) >= 0 }
