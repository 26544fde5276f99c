package redact

import (
	"cmp"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"flagrante/capture"
	"flagrante/capture/redact/detect"
	"flagrante/capture/redact/mask"
	"flagrante/proxy"
)

// HandMask is a value that a person masked, as it is kept: by keyed digests alone. It
// finds the value again, and cannot tell it.
type HandMask struct {
	// Mask stands in the place of the value: <project:k3f7qa2b>.
	Mask string
	// Kind is what the person called it.
	Kind detect.Kind
	// Forms are the ways of writing it.
	Forms []HandForm
}

// HandForm tells one way of writing a value: by its letters and digits alone, so that
// case, accents and what stands between them make no difference.
type HandForm struct {
	// Length is how many bytes the letters and digits have.
	Length int `json:"length"`
	// Parted reports that there was something between them.
	Parted bool `json:"parted,omitempty"`
	// Hint is a few bits, from a hash that rolls over a text; Digest decides.
	Hint   uint16 `json:"hint"`
	Digest string `json:"digest"`
}

// Hand holds the values that people masked. It is safe for use by many goroutines;
// the Redactors that have it follow every change at once.
type Hand struct{ now atomic.Pointer[handMasks] }

// Set puts the values to mask in the place of those before.
func (h *Hand) Set(masks []HandMask) {
	all := &handMasks{forms: map[int][]handForm{}}
	for _, m := range masks {
		for _, f := range m.Forms {
			all.forms[f.Length] = append(all.forms[f.Length], handForm{f, m})
		}
	}
	if len(all.forms) == 0 {
		all = nil
	}
	h.now.Store(all)
}

// handMasks are the forms by their lengths.
type handMasks struct{ forms map[int][]handForm }

type handForm struct {
	HandForm
	of HandMask
}

// WithHand masks what people masked by hand, at capture already.
func WithHand(h *Hand) Option { return func(r *Redactor) { r.hand = h } }

// minHand is how many letters and digits a value needs to mean one thing.
const minHand = 4

// ByHand returns what has to be kept to mask a value from now on. It is not ok for
// what is too short to mean one value, or is a mask already.
func (r *Redactor) ByHand(kind detect.Kind, value string) (m HandMask, ok bool) {
	value = strings.TrimSpace(value)
	letters, at := lettersOf(value)
	if len(letters) < minHand || mask.Is(value) {
		return m, false
	}
	parted := int(at[len(at)-1].end-at[0].start) > len(at)
	m = HandMask{Mask: r.masker.Of(kind, value), Kind: kind}
	if !kind.IsSecret() && !slices.Contains(detect.Personal(), kind) {
		m.Mask = r.masker.Of(kind, string(letters)) // One, however it was written.
	}
	add := func(form []byte) {
		r.roll(form, len(form), func(_ int, hint uint16) {
			m.Forms = append(m.Forms, HandForm{len(form), parted, hint, r.masker.Whole(string(form))})
		})
	}
	add(letters)
	// A number loses the zeros before it where it is written as one.
	if short := strings.TrimLeft(string(letters), "0"); len(short) < len(letters) && len(short) >= 6 && strings.Trim(short, "0123456789") == "" {
		add([]byte(short))
	}
	return m, true
}

// Holds reports whether a value that a person would mask stands in a text.
func (r *Redactor) Holds(m HandMask, text string) bool {
	var one Hand
	one.Set([]HandMask{m})
	return len(r.byHand(one.now.Load(), text)) > 0
}

// stretch is where a letter stands in a text.
type stretch struct{ start, end int32 }

// lettersOf returns the letters and digits of a text without case and accents, and
// where each byte of them stands.
func lettersOf(s string) (letters []byte, at []stretch) {
	letters, at = make([]byte, 0, len(s)), make([]stretch, 0, len(s))
	for i := 0; i < len(s); {
		c, size := rune(s[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			letters, at = append(letters, byte(c)), append(at, stretch{int32(i), int32(i + 1)})
		case 'A' <= c && c <= 'Z':
			letters, at = append(letters, byte(c)|0x20), append(at, stretch{int32(i), int32(i + 1)})
		case c >= utf8.RuneSelf && (unicode.IsLetter(c) || unicode.IsDigit(c)):
			for _, b := range []byte(detect.FoldText(string(c))) {
				letters, at = append(letters, b), append(at, stretch{int32(i), int32(i + size)})
			}
		}
		i += size
	}
	return letters, at
}

// roll goes over text with a window of a length, and shows where it ends and the hint
// of what is in it: the top of a hash that rolls, by a base made of the key.
func (r *Redactor) roll(letters []byte, length int, show func(end int, hint uint16)) {
	sum, out := uint64(0), uint64(1)
	for range length {
		out *= r.base
	}
	for i, c := range letters {
		sum = sum*r.base + uint64(c)
		if i >= length {
			sum -= out * uint64(letters[i-length])
		}
		if i >= length-1 {
			show(i+1, uint16(sum>>48))
		}
	}
}

// handed is where a value stands that a person masked.
type handed struct {
	start, end int
	by         HandMask
}

// byHand finds the values that people masked in a text, in order, without overlaps.
func (r *Redactor) byHand(h *handMasks, s string) []handed {
	letters, at := lettersOf(s)
	var all []handed
	for length, forms := range h.forms {
		r.roll(letters, length, func(end int, hint uint16) {
			for _, f := range forms {
				if f.Hint != hint || !isOne(s, at, end-length, end, f.Parted) {
					continue
				}
				if r.masker.Whole(string(letters[end-length:end])) == f.Digest {
					all = append(all, handed{int(at[end-length].start), int(at[end-1].end), f.of})
				}
			}
		})
	}
	slices.SortFunc(all, func(a, b handed) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	end := 0
	return slices.DeleteFunc(all, func(f handed) bool {
		inside := f.start < end
		end = max(end, f.end)
		return inside
	})
}

// between are the characters that may stand inside of a value, three at a time.
const between = " .-/_()+,:\t\u00a0"

// isOne reports whether the letters from first to last are one value: with little
// between them, and where they are few no part of a longer word and not put together
// from several.
func isOne(s string, at []stretch, first, last int, parted bool) bool {
	if !parted && last-first < 8 && int(at[last-1].end-at[first].start) > last-first {
		return false
	}
	for i := first + 1; i < last; i++ {
		if gap := s[min(at[i-1].end, at[i].start):at[i].start]; len(gap) > 3 || strings.Trim(gap, between) != "" {
			return false
		}
	}
	if last-first >= 12 {
		return true
	}
	return (first == 0 || at[first-1].end < at[first].start) && (last == len(at) || at[last-1].end < at[last].start)
}

// handmade masks what people masked by hand in text.
func (w *walk) handmade(s string) string {
	if w.byhand == nil || len(s) < minHand {
		return s
	}
	all := w.byHand(w.byhand, s)
	for i := len(all) - 1; i >= 0; i-- {
		f := all[i]
		w.note(f.by.Kind, byHandRule)
		v := s[f.start:f.end]
		w.remember(f.by.Kind, v, f.by.Mask)
		s = s[:f.start] + w.wide(f.by.Mask, v) + s[f.end:]
	}
	return s
}

// byHandRule is the rule of the marks on what people masked.
const byHandRule = "by-hand"

// nothingElse are the kinds of a walk that masks what people masked, and nothing else.
func nothingElse() map[detect.Kind]bool { return map[detect.Kind]bool{} }

// onlyHand reports such a walk.
func (w *walk) onlyHand() bool { return w.kinds != nil && len(w.kinds) == 0 }

// Handmade returns a copy of a failure in which what people masked by hand is masked,
// and nothing else, with the calls before it; changed is false when there was nothing.
// It does not change f.
func (r *Redactor) Handmade(f *capture.Failure) (masked *capture.Failure, changed bool) {
	out := *f
	calls := []*proxy.Exchange{&f.Exchange}
	for i := range f.Before {
		calls = append(calls, &f.Before[i].Exchange)
	}
	exchanges, walks := r.together(nil, nothingElse(), calls)
	out.Exchange, out.Before = exchanges[0], slices.Clone(f.Before)
	for i := range out.Before {
		out.Before[i].Exchange = exchanges[i+1]
	}
	out.Redactions = append(slices.Clone(f.Redactions), walks[0].marks...)
	return &out, slices.ContainsFunc(walks, func(w *walk) bool { return len(w.marks) > 0 })
}

// HandmadeExchange is Handmade for a call that did not fail.
func (r *Redactor) HandmadeExchange(x *proxy.Exchange) (masked proxy.Exchange, changed bool) {
	w := r.walk(nothingElse())
	masked = w.exchange(x)
	return masked, len(w.marks) > 0
}

// HandmadeText is Handmade for a text of any form.
func (r *Redactor) HandmadeText(text string) string {
	if r.hand == nil || r.hand.now.Load() == nil {
		return text
	}
	return string(r.walk(nothingElse()).message("", "", []byte(text)))
}
