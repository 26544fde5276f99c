package redact

import (
	"hash/maphash"
	"strconv"

	"flagrante/capture"
	"flagrante/capture/redact/detect"
)

// step is a part of the way to a place: a name, or where it is empty the number of an
// item in a list, from 0.
type step struct {
	name string
	item int
}

// inList says how many values were noted at the same place of the items of a list, and
// the mark that counts those beyond.
type inList struct{ n, mark int }

// maxItems is how many items of a list have marks of their own; one mark counts the rest.
const maxItems = 20

// note marks that something is masked at the place where the walk is.
func (w *walk) note(kind detect.Kind, rule string) {
	w.notes++
	if len(w.marks) >= maxMarks {
		return
	}
	if !w.inList() {
		if w.first(w.sum(kind, rule, true)) {
			w.mark(kind, rule, w.where(false))
		}
		return
	}
	if w.lists == nil {
		w.lists = map[uint64]inList{}
	}
	key := w.sum(kind, rule, false)
	l := w.lists[key]
	switch {
	case l.n < maxItems:
		if !w.first(w.sum(kind, rule, true)) {
			return
		}
		w.mark(kind, rule, w.where(false))
	case l.n == maxItems:
		w.mark(kind, rule, w.where(true))
		l.mark = len(w.marks) - 1
		w.marks[l.mark].Count = 1
	default:
		w.marks[l.mark].Count++
		return
	}
	l.n++
	w.lists[key] = l
}

func (w *walk) mark(kind detect.Kind, rule, where string) {
	w.marks = append(w.marks, capture.Redaction{Where: where, Kind: string(kind), Rule: rule})
}

// inList reports whether the walk is inside of a list.
func (w *walk) inList() bool {
	for _, s := range w.path {
		if s.name == "" {
			return true
		}
	}
	return false
}

// where names the place at which the walk is; with every, it means all items of lists.
func (w *walk) where(every bool) string {
	where, separator := w.prefix, "/"
	if where == "request.url" {
		separator = "."
	}
	for _, s := range w.path[:min(len(w.path), 40)] {
		switch {
		case s.name != "":
			where += separator + s.name
		case every:
			where += separator + "*"
		default:
			where += separator + strconv.Itoa(s.item)
		}
	}
	return w.plainly(where)
}

// first reports whether a digest comes for the first time.
func (w *walk) first(sum uint64) bool {
	if _, known := w.noted[sum]; known {
		return false
	}
	if w.noted == nil {
		w.noted = map[uint64]struct{}{}
	}
	w.noted[sum] = struct{}{}
	return true
}

// sum is the digest of what is noted, of the item of a list alone or of all.
func (w *walk) sum(kind detect.Kind, rule string, items bool) uint64 {
	var h maphash.Hash
	h.SetSeed(w.seed)
	h.WriteString(string(kind))
	h.WriteByte(0)
	h.WriteString(rule)
	h.WriteByte(0)
	h.WriteString(w.prefix)
	for _, s := range w.path {
		h.WriteByte(0)
		h.WriteString(s.name)
		if items {
			maphash.WriteComparable(&h, s.item)
		}
	}
	return h.Sum64()
}

// plainly masks what a name of the message itself gives away.
func (w *walk) plainly(where string) string {
	spans := w.scanner.Find(where, false)
	for i := len(spans) - 1; i >= 0; i-- {
		if s := spans[i]; s.Rule != "named-in-text" {
			where = where[:s.Start] + w.masker.Of(s.Kind, where[s.Start:s.End]) + where[s.End:]
		}
	}
	return where[:min(len(where), 400)]
}
