package record

import (
	"hash/maphash"
	"strings"
	"sync"

	"flagrante/capture"
	"flagrante/capture/decode"
	"flagrante/capture/document"
	"flagrante/capture/extract"
	"flagrante/proxy"
)

// said is what an answer says of its failing.
type said struct {
	vendor capture.Vendor
	ids    []string
}

// maxSaid bounds the answers of which that is remembered.
const maxSaid = 512

// memory remembers what answers said: while a vendor fails, most of its answers are the
// same but for their times and ids, and to read one costs more than all else that is
// concluded from it. It is for many goroutines.
type memory struct {
	seed  maphash.Seed
	mu    sync.Mutex
	known map[uint64]said
	// unpacker undoes the codings of what is read twice.
	unpacker decode.Unpacker
}

func newMemory() *memory { return &memory{seed: maphash.MakeSeed()} }

// of returns what an answer says, which may be nil. The slices are shared.
func (m *memory) of(r *proxy.Response) said {
	if r == nil {
		return said{}
	}
	key := m.key(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.known[key]
	if !ok {
		plain := m.unpacked(r)
		s = said{vendor: extract.Vendor(plain), ids: extract.BodyIDs(plain)}
		if m.known == nil || len(m.known) >= maxSaid {
			m.known = map[uint64]said{}
		}
		m.known[key] = s
	}
	return s
}

// unpacked returns r with the body unpacked, where that can be done to the end.
func (m *memory) unpacked(r *proxy.Response) *proxy.Response {
	plain := m.unpacker.Body(r.Body, r.Header, document.Limit)
	if plain.Coding == "" || plain.Err != nil || plain.More {
		return r
	}
	u := *r
	u.Body.Data, u.Body.Decoded = plain.Data, true
	return &u
}

// key is a digest of all that can matter.
func (m *memory) key(r *proxy.Response) uint64 {
	var h maphash.Hash
	h.SetSeed(m.seed)
	for _, fields := range []proxy.Fields{r.Header, r.Trailer} {
		for _, f := range fields {
			if differs(f.Name) {
				continue
			}
			h.WriteString(f.Name)
			h.WriteByte(0)
			h.WriteString(f.Value)
			h.WriteByte(0)
		}
		h.WriteByte(1)
	}
	for _, flag := range []bool{r.Body.Cut, r.Body.Complete, r.Body.Decoded} {
		maphash.WriteComparable(&h, flag)
	}
	maphash.WriteComparable(&h, r.Status)
	h.Write(r.Body.Data)
	return h.Sum64()
}

// differs tells the fields that differ from answer to answer, and say nothing of how
// its body is to be read.
func differs(name string) bool {
	switch len(name) {
	case len("Date"):
		return strings.EqualFold(name, "Date")
	case len("Cf-Ray"):
		return strings.EqualFold(name, "Cf-Ray")
	case len("X-Request-Id"):
		return strings.EqualFold(name, "X-Request-Id") || strings.EqualFold(name, "X-Runtime-Id")
	case len("X-Correlation-Id"):
		return strings.EqualFold(name, "X-Correlation-Id") || strings.EqualFold(name, "X-Amzn-RequestId")
	case len("X-Fapi-Interaction-Id"):
		return strings.EqualFold(name, "X-Fapi-Interaction-Id")
	}
	return false
}
