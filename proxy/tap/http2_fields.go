package tap

import (
	"slices"
	"strings"

	"golang.org/x/net/http2/hpack"

	"flagrante/proxy"
)

const (
	// tableSize is the size of a dynamic table before anybody asks for another
	// (RFC 9113, section 6.5.2), tableLimit the largest that is followed.
	tableSize  = 4096
	tableLimit = 256 << 10
	// sectionLimit is the size of a header section, counted as in RFC 9113,
	// section 10.5.1, and fieldLimit the number of its fields.
	sectionLimit = 1 << 20
	fieldLimit   = 10_000
)

// section is a decoded header block. Its fields are good until the next one.
type section struct {
	method, scheme, authority, path, status, protocol string
	// pseudo reports whether there is any pseudo-header field, known or not.
	pseudo bool

	size int
	// slot holds the fields behind two empty places.
	slot proxy.Fields
}

// slotsAhead is the number of fields that requestFields may put in front.
const slotsAhead = 2

// received returns the fields themselves.
func (s *section) received() proxy.Fields { return s.slot[slotsAhead:] }

// fields returns a copy of the fields without the pseudo-header fields.
func (s *section) fields() proxy.Fields {
	if len(s.received()) == 0 {
		return nil
	}
	return slices.Clone(s.received())
}

// requestFields returns a copy of the fields, led by the authority as Host and by what an
// extended CONNECT opens.
func (s *section) requestFields() proxy.Fields {
	from := slotsAhead
	if s.protocol != "" {
		from--
		s.slot[from] = proxy.Field{Name: proxy.ProtocolField, Value: s.protocol}
	}
	if s.authority != "" {
		from--
		s.slot[from] = proxy.Field{Name: "Host", Value: s.authority}
	}
	if from == slotsAhead {
		return s.fields()
	}
	return slices.Clone(s.slot[from:])
}

// fieldDecoder undoes the compression of one direction (RFC 7541). Every header
// block has to pass it, wanted or not: the next one builds on it.
type fieldDecoder struct {
	hpack   *hpack.Decoder
	allowed uint32
	section section
	fit     bool
}

func newFieldDecoder() *fieldDecoder {
	d := &fieldDecoder{allowed: tableSize}
	d.hpack = hpack.NewDecoder(tableSize, d.emit)
	return d
}

// allow lets the table grow up to what the other side has offered. An encoder
// says in its blocks which size it takes, so a later, smaller offer needs no
// bookkeeping (docs/decisions/0103).
func (d *fieldDecoder) allow(size uint32) {
	d.allowed = max(d.allowed, min(size, tableLimit))
	d.hpack.SetAllowedMaxDynamicTableSize(d.allowed)
}

// decode returns the section of a whole header block.
func (d *fieldDecoder) decode(block []byte) (*section, error) {
	d.fit = true
	d.section = section{slot: append(d.section.slot[:0], make(proxy.Fields, slotsAhead)...)}
	block, err := d.resize(block)
	if err == nil {
		_, err = d.hpack.Write(block)
	}
	if err == nil {
		err = d.hpack.Close()
	}
	switch {
	case err != nil:
		return nil, misfit("a header block cannot be decompressed")
	case !d.fit:
		return nil, misfit("a header section is too large to be followed")
	}
	return &d.section, nil
}

// resize feeds the table size updates at the beginning of a block one by one,
// each as a block of its own. There may be two of them (RFC 7541, section 4.2),
// and the decoder takes one.
func (d *fieldDecoder) resize(block []byte) ([]byte, error) {
	for len(block) > 0 && block[0]&0xe0 == 0x20 {
		n := varintLen(block)
		if _, err := d.hpack.Write(block[:n]); err != nil {
			return nil, err
		}
		if err := d.hpack.Close(); err != nil {
			return nil, err
		}
		block = block[n:]
	}
	return block, nil
}

// varintLen returns the length of the integer with a prefix of five bits at the
// beginning of p (RFC 7541, section 5.1).
func varintLen(p []byte) int {
	if p[0]&0x1f != 0x1f {
		return 1
	}
	for i, b := range p[1:] {
		if b&0x80 == 0 {
			return i + 2
		}
	}
	return len(p)
}

func (d *fieldDecoder) emit(f hpack.HeaderField) {
	s := &d.section
	s.size += int(f.Size())
	if s.size > sectionLimit || len(s.received()) >= fieldLimit {
		d.fit = false
		return
	}
	if strings.HasPrefix(f.Name, ":") {
		s.pseudo = true
		s.note(f)
		return
	}
	s.slot = append(s.slot, proxy.Field{Name: f.Name, Value: f.Value})
}

// note keeps the first pseudo-header field of each name; a second one makes the
// message malformed, and the receiver refuses it.
func (s *section) note(f hpack.HeaderField) {
	var at *string
	switch f.Name {
	case ":method":
		at = &s.method
	case ":scheme":
		at = &s.scheme
	case ":authority":
		at = &s.authority
	case ":path":
		at = &s.path
	case ":status":
		at = &s.status
	case proxy.ProtocolField:
		at = &s.protocol
	default:
		return
	}
	if *at == "" {
		*at = f.Value
	}
}
