package judge

import (
	"hash/maphash"
	"sync/atomic"

	"flagrante/capture/decode"
	"flagrante/capture/document"
)

const (
	// maxRead is the size of a text up to which it is read whole, in bytes.
	maxRead = 64 << 10
	// maxReadings is how many of the last texts are told when they come again.
	maxReadings = 256
)

// reading is what a text holds, whatever it belongs to. It does not change.
type reading struct {
	key  uint64
	size int
	hits hits
	// json reports that the text is JSON and nothing else. Of one whose ends alone are read
	// that is not known.
	json bool
	// watched reports one of the words that are watched for.
	watched bool
}

// readings reads texts. Many answers are the same as one before: who polls is told for
// hours that nothing is new. To tell them by a keyed digest takes a tenth of reading them.
// It is for use by many goroutines.
type readings struct {
	prober   *prober
	watch    hits
	seed     maphash.Seed
	lately   [maxReadings]atomic.Pointer[reading]
	unpacker decode.Shared
}

func newReadings() *readings { return &readings{prober: newProber(), seed: maphash.MakeSeed()} }

// watching returns readings that look for more words. The sets of r hold there too.
func (r *readings) watching(words []string) *readings {
	more := &readings{prober: r.prober.clone(), seed: r.seed}
	for _, word := range words {
		more.watch = more.watch.with(more.prober.add(word))
	}
	return more
}

// of returns what a text holds, or the two ends of one that is long.
func (r *readings) of(text, end []byte) *reading {
	var h maphash.Hash
	h.SetSeed(r.seed)
	h.Write(text)
	maphash.WriteComparable(&h, len(text))
	h.Write(end)
	key, size := h.Sum64(), len(text)+len(end)
	place := &r.lately[key%maxReadings]
	if known := place.Load(); known != nil && known.key == key && known.size == size {
		return known
	}
	fresh := &reading{key: key, size: size, hits: r.prober.room()}
	for _, part := range [][]byte{text, end} {
		r.prober.scan(part, fresh.hits)
		r.prober.scan(unescaped(part), fresh.hits)
	}
	if end == nil {
		_, fresh.json = document.Values(text)
	}
	fresh.watched = fresh.hits.meets(r.watch)
	place.Store(fresh)
	return fresh
}
