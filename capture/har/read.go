package har

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"flagrante/proxy"
)

// Tally counts the entries of a HAR by what became of them.
type Tally struct {
	// Calls were handed over.
	Calls int
	// NotHTTP are those of data:, blob:, chrome-extension: and the like.
	NotHTTP int
	// Cached are those that the browser answered by itself, from its cache or by
	// a service worker: the vendor saw nothing of them.
	Cached int
	// Blocked are those that the browser held back: a rule of its own, of an
	// extension or of the page forbade them.
	Blocked int
	// Unreadable are those that could not be understood.
	Unreadable int
}

// maxTold is how many unreadable entries an error tells one by one.
const maxTold = 10

// Read hands every HTTP call of the HAR in r to each, in the order of the file,
// and returns what there was. It holds one entry in memory at a time, and takes
// a file packed with gzip, zlib or zstd as it takes a plain one, and several
// documents that follow one another as one.
//
// The same call of the same recording has the same ID whenever it is read,
// whatever comes before it or how the JSON is laid out.
//
// An entry that cannot be understood is passed over and told in the error, which
// says where it is but nothing of what is in it; those around it are handed over.
// JSON that ends too early, or goes on as it must not, ends the reading, as an
// error of each does.
func Read(r io.Reader, each func(*proxy.Exchange) error) (Tally, error) {
	plain, free, err := unpack(r)
	if err != nil {
		return Tally{}, err
	}
	defer free()
	a := &archive{scanner: newScanner(plain), each: each, seen: map[uint64]int{}}
	err = a.documents()
	if hidden := a.Unreadable - len(a.broken); hidden > 0 {
		a.broken = append(a.broken, fmt.Errorf("%d more entries could not be read", hidden))
	}
	return a.Tally, errors.Join(errors.Join(a.broken...), err)
}

// ErrNoHAR says that there is no log.entries in what was read, as in the files that other
// programs keep calls in.
var ErrNoHAR = errors.New("there is no log.entries in it")

// archive is a HAR while it is read.
type archive struct {
	Tally

	scanner *scanner
	each    func(*proxy.Exchange) error
	// seen counts the entries by a part of their digest, so that two equal calls of
	// the same millisecond keep different IDs.
	seen map[uint64]int
	// raw is the entry that is being read.
	raw     []byte
	entries int
	found   bool
	broken  []error
	// stop is the error of each.
	stop error
}

// documents reads to the end of the file.
func (a *archive) documents() error {
	for first := true; ; first = false {
		if _, err := a.scanner.peek(); errors.Is(err, io.EOF) && !first {
			break
		}
		if err := a.scanner.members(a.top); err != nil {
			return a.failed(err)
		}
	}
	if !a.found {
		return fmt.Errorf("read the HAR: %w", ErrNoHAR)
	}
	return nil
}

// failed says where the reading ended.
func (a *archive) failed(err error) error {
	switch {
	case a.stop != nil:
		return a.stop
	case a.found:
		return fmt.Errorf("read the HAR at %s, in log.entries[%d]: %w", a.scanner.place(), a.entries, err)
	}
	return foreignError{fmt.Errorf("read the HAR at %s: %w", a.scanner.place(), err)}
}

// foreignError is the error of what ended before any log.entries.
type foreignError struct{ error }

func (e foreignError) Is(target error) bool { return target == ErrNoHAR }

func (e foreignError) Unwrap() error { return e.error }

func (a *archive) top(name string) error {
	if name != "log" {
		return a.scanner.skip()
	}
	return a.scanner.members(func(name string) error {
		if name != "entries" {
			return a.scanner.skip()
		}
		a.found = true
		return a.scanner.list("[", "]", a.entry)
	})
}

// entry reads one entry. An error that it returns ends the reading.
func (a *archive) entry() error {
	if _, err := a.scanner.peek(); err != nil {
		return whole(err)
	}
	place := a.scanner.place()
	raw, err := a.scanner.value(a.raw[:0], EntryLimit)
	if err == nil {
		a.raw = raw
	} else if !errors.Is(err, errLarge) {
		return err
	}
	if err == nil {
		err = a.take(raw)
	}
	if cap(a.raw) > keepBuffer {
		a.raw = nil
	}
	if a.stop != nil {
		return a.stop
	}
	if err != nil {
		a.unreadable(fmt.Errorf("read log.entries[%d] of the HAR (%s): %w", a.entries, place, err))
	}
	a.entries++
	return nil
}

// keepBuffer is the largest buffer that is used again, in bytes.
const keepBuffer = 4 << 20

func (a *archive) unreadable(err error) {
	if a.Unreadable++; a.Unreadable <= maxTold {
		a.broken = append(a.broken, err)
	}
}

// take hands over the call of an entry, or counts why it is none.
func (a *archive) take(raw []byte) error {
	var n entry
	if err := json.Unmarshal(raw, &n); err != nil {
		return shape(err)
	}
	switch n.origin() {
	case originNotHTTP:
		a.NotHTTP++
		return nil
	case originCached:
		a.Cached++
		return nil
	case originBlocked:
		a.Blocked++
		return nil
	}
	e, err := n.exchange()
	if err != nil {
		return err
	}
	sum := n.digest(e.Start)
	key := binary.BigEndian.Uint64(sum[sha256.Size-8:])
	if e.ID, err = identify(e.Start, sum, a.seen[key]); err != nil {
		return err
	}
	a.seen[key]++
	a.Calls++
	if err := a.each(e); err != nil {
		a.stop = fmt.Errorf("take log.entries[%d] of the HAR: %w", a.entries, err)
	}
	return nil
}

// shape says which field has a value of the wrong type, without the value.
func shape(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(wrong.Value, " ")
		if wrong.Field == "" {
			return fmt.Errorf("an entry must not be a JSON %s", kind)
		}
		return fmt.Errorf("%s must not be a JSON %s", wrong.Field, kind)
	}
	return errors.New("it is not valid JSON")
}
