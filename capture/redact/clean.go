package redact

import (
	"hash/maphash"
	"strings"
	"sync/atomic"

	"flagrante/capture/redact/detect"
	"flagrante/proxy"
)

const (
	// maxClean is how many of the last header fields and bodies without anything to mask
	// are told when they come again, and maxNamings how many names, alone and below others.
	maxClean   = 4096
	maxNamings = 2048
	// longestName bounds the names that are remembered.
	longestName = 64
)

// digest stands for what was looked at. It is keyed twice, so that nobody can make two
// that are the same.
type digest [2]uint64

// lately is what walks have found before: while a vendor fails, most of what comes is the
// same again. No text is held but names. It is for use by many goroutines.
type lately struct {
	seeds   [2]maphash.Seed
	clean   [maxClean]atomic.Pointer[digest]
	namings [maxNamings]atomic.Pointer[known]
	inner   [maxNamings]atomic.Pointer[knownBelow]
}

// known is a name with what it says.
type known struct {
	name   string
	naming detect.Naming
}

// knownBelow is a name below another, with what it says there.
type knownBelow struct {
	parent      detect.Naming
	outer, name string
	naming      detect.Naming
}

func newLately() *lately {
	return &lately{seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}}
}

// known tells what a name says.
func (l *lately) known(names *detect.Names, name string) *known {
	if len(name) > longestName {
		return &known{strings.Clone(name), names.Of(name)}
	}
	place := &l.namings[maphash.String(l.seeds[0], name)%maxNamings]
	if k := place.Load(); k != nil && k.name == name {
		return k
	}
	fresh := &known{name: strings.Clone(name), naming: names.Of(name)}
	place.Store(fresh)
	return fresh
}

// below tells what a name says below the name around it, which says parent.
func (l *lately) below(names *detect.Names, parent detect.Naming, outer, name string) (naming detect.Naming) {
	if len(outer) > longestName || len(name) > longestName {
		naming.Kind, naming.Strong = names.Below(parent, outer, name)
		return naming
	}
	place := &l.inner[(maphash.String(l.seeds[0], outer)^maphash.String(l.seeds[1], name))%maxNamings]
	if k := place.Load(); k != nil && k.name == name && k.outer == outer && k.parent == parent {
		return k.naming
	}
	naming.Kind, naming.Strong = names.Below(parent, outer, name)
	place.Store(&knownBelow{parent, strings.Clone(outer), strings.Clone(name), naming})
	return naming
}

// isClean reports whether the same was found to hold nothing that is masked.
func (l *lately) isClean(d digest) bool {
	seen := l.clean[d[0]%maxClean].Load()
	return seen != nil && *seen == d
}

func (l *lately) add(d digest) { l.clean[d[0]%maxClean].Store(&d) }

// progress is what a walk has found so far.
type progress struct{ notes, seen, masks, remembered int }

func (w *walk) progress() progress {
	return progress{w.notes, len(w.seen), len(w.masks), w.remembered}
}

// key is the digest of something that is looked at for the first time, together with what
// decides how.
func (w *walk) key(texts ...string) digest {
	var d digest
	for i, seed := range w.lately.seeds {
		var h maphash.Hash
		h.SetSeed(seed)
		maphash.WriteComparable(&h, w.kinds == nil)
		for _, host := range w.hosts {
			maphash.WriteComparable(&h, len(host))
			h.WriteString(host)
		}
		for _, text := range texts {
			h.WriteByte(0)
			maphash.WriteComparable(&h, len(text))
			h.WriteString(text)
		}
		d[i] = h.Sum64()
	}
	return d
}

// handed reports a walk whose findings depend on what people masked by hand, which
// changes.
func (w *walk) handed() bool { return w.byhand != nil || w.onlyHand() }

// fieldOnce masks a field unless the same one was found clean.
func (w *walk) fieldOnce(f proxy.Field) string {
	if w.again != nil || w.handed() {
		return w.field(f)
	}
	before, key := w.progress(), w.key(f.Name, f.Value)
	if w.lately.isClean(key) {
		return f.Value
	}
	masked := w.field(f)
	if masked == f.Value && before == w.progress() {
		w.lately.add(key)
	}
	return masked
}

// contentOnce masks the content of a body unless the same one was found clean.
func (w *walk) contentOnce(text, contentType string) string {
	if w.again != nil || w.handed() {
		return w.content(text, contentType)
	}
	end := "whole"
	if w.cut {
		end = "cut"
	}
	before, key := w.progress(), w.key(end, contentType, text)
	if w.lately.isClean(key) {
		return text
	}
	masked := w.content(text, contentType)
	if masked == text && before == w.progress() {
		w.lately.add(key)
	}
	return masked
}
