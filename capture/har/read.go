package har

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"flagrante/proxy"
)

// Read hands every HTTP exchange of the HAR in r to each, in the order of the
// file. It holds one entry in memory at a time, and takes a file packed with
// gzip as it takes a plain one. Entries that never were HTTP calls (data:,
// blob:, file: and the like) are passed over.
//
// The same entry of the same file has the same ID whenever it is read. An entry
// that cannot be understood ends the reading with an error that names it; what
// came before it has been handed over by then. An error of each ends it too.
func Read(r io.Reader, each func(*proxy.Exchange) error) error {
	plain, err := unpack(r)
	if err != nil {
		return err
	}
	m := &meter{r: plain}
	a := &archive{meter: m, dec: json.NewDecoder(m), each: each, seen: map[[sha256.Size]byte]int{}}
	if err := a.object(a.top); err != nil {
		return err
	}
	if !a.found {
		return errors.New("read the HAR: there is no log.entries in it")
	}
	return nil
}

// unpack strips what a producer or a person may have put around the JSON: gzip
// and a byte order mark.
func unpack(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	if magic, _ := b.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fmt.Errorf("read the gzip header of the HAR: %w", err)
		}
		b = bufio.NewReader(z)
	}
	if mark, _ := b.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		if _, err := b.Discard(len(mark)); err != nil {
			return nil, fmt.Errorf("read the HAR: %w", err)
		}
	}
	return b, nil
}

// archive is a HAR while it is read.
type archive struct {
	meter *meter
	dec   *json.Decoder
	each  func(*proxy.Exchange) error
	// seen counts the entries by digest, so that two equal calls of the same
	// millisecond keep different IDs.
	seen  map[[sha256.Size]byte]int
	read  int
	found bool
}

func (a *archive) top(key string) error {
	if key == "log" {
		return a.object(a.log)
	}
	return a.skip()
}

func (a *archive) log(key string) error {
	if key == "entries" {
		a.found = true
		return a.entries()
	}
	return a.skip()
}

// object reads an object and has every value read by member.
func (a *archive) object(member func(key string) error) error {
	if err := a.open('{'); err != nil {
		return err
	}
	for a.dec.More() {
		key, err := a.token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if err := member(name); err != nil {
			return err
		}
	}
	_, err := a.token()
	return err
}

func (a *archive) entries() error {
	if err := a.open('['); err != nil {
		return err
	}
	for a.dec.More() {
		if err := a.entry(); err != nil {
			return err
		}
	}
	_, err := a.token()
	return err
}

func (a *archive) entry() error {
	a.meter.refill()
	var raw json.RawMessage
	if err := a.dec.Decode(&raw); err != nil {
		return a.broken(whole(err))
	}
	e, err := a.exchange(raw)
	if err != nil {
		return a.broken(err)
	}
	if e != nil {
		if err := a.each(e); err != nil {
			return fmt.Errorf("take log.entries[%d] of the HAR: %w", a.read, err)
		}
	}
	a.read++
	return nil
}

// exchange returns the exchange of an entry, or nil for one that is not HTTP.
func (a *archive) exchange(raw []byte) (*proxy.Exchange, error) {
	var n entry
	if err := json.Unmarshal(raw, &n); err != nil {
		return nil, shape(err)
	}
	e, err := n.exchange()
	if e == nil || err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	e.ID, err = identify(e.Start, sum, a.seen[sum])
	a.seen[sum]++
	return e, err
}

func (a *archive) open(delim json.Delim) error {
	token, err := a.token()
	if err != nil {
		return err
	}
	if token != delim {
		return a.broken(fmt.Errorf("%q was expected where something else stands", delim.String()))
	}
	return nil
}

// skip reads past one value without keeping it, however large it is.
func (a *archive) skip() error {
	for depth := 0; ; {
		token, err := a.token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

func (a *archive) token() (json.Token, error) {
	a.meter.refill()
	token, err := a.dec.Token()
	if err != nil {
		return nil, a.broken(whole(err))
	}
	return token, nil
}

func (a *archive) broken(err error) error {
	if !a.found {
		return fmt.Errorf("read the HAR: %w", err)
	}
	return fmt.Errorf("read log.entries[%d] of the HAR (%d read before it): %w", a.read, a.read, err)
}

// whole makes a file that stops in the middle known as such: inside a document
// io.EOF is never the regular end.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// shape says which field has a value of the wrong type, without the value.
func shape(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(wrong.Value, " ")
		return fmt.Errorf("%s must not be a JSON %s", wrong.Field, kind)
	}
	return err
}

// errLarge says that one value alone is larger than EntryLimit.
var errLarge = fmt.Errorf("one value takes more than %d MiB", EntryLimit>>20)

// meter reads from r as long as its allowance lasts.
type meter struct {
	r    io.Reader
	left int
}

func (m *meter) refill() { m.left = EntryLimit }

// Read reads from the reader beneath, at most what is left.
func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errLarge
	}
	n, err := m.r.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}
