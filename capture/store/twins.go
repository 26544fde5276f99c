package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"

	"flagrante/capture/delivery"
)

// A journal sends what is in it again, byte for byte, until it hears that it is there. What comes with
// a number that is stored but is something else comes of a twin: of a machine that was
// copied while its proxy ran, so that both go on with the same numbers.

const (
	// digestBytes are how many bytes of the SHA-256 of a delivery tell it from others of its number.
	digestBytes = 8
	// recentSize is how long a delivery takes in what is remembered of a stream, recentMost how
	// many are: more than a twin is behind when it first sends something.
	recentSize = 8 + digestBytes
	recentMost = 64
)

// errOfTwins is over a delivery of which it is not known any more whether it was stored.
var errOfTwins = errors.New("two machines send with the numbers of one stream, and it is not known whether this was stored: try it again unless it came of the first")

// sight is how a delivery looks to a stream.
type sight int

const (
	isNew sight = iota
	isStored
	ofTwin
	unknown
)

// digestOf tells deliveries of one number apart. In PostgreSQL the tables have it, too.
func digestOf(d delivery.Delivery) []byte {
	sum := sha256.Sum256(d.Data)
	return sum[:digestBytes]
}

// mark is what is remembered of a delivery.
func mark(d delivery.Delivery) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(d.Seq)), digestOf(d)...) //nolint:gosec // Numbers begin with 1.
}

// see tells whether a delivery was stored.
func (at *stream) see(d delivery.Delivery) sight {
	if d.Seq > at.stored {
		return isNew
	}
	own, seen := mark(d), unknown
	for one := range chunks(at.recent) {
		switch {
		case bytes.Equal(one, own):
			return isStored
		case bytes.Equal(one[:8], own[:8]):
			seen = ofTwin
		}
	}
	if seen == unknown && at.twins == 0 {
		return isStored
	}
	return seen
}

// chunks are the deliveries in what is remembered.
func chunks(recent []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for ; len(recent) >= recentSize; recent = recent[recentSize:] {
			if !yield(recent[:recentSize]) {
				return
			}
		}
	}
}

// remember notes that a delivery is stored.
func (at *stream) remember(d delivery.Delivery) {
	at.stored = max(at.stored, d.Seq)
	at.recent = append(at.recent, mark(d)...)
	at.recent = at.recent[max(len(at.recent)-recentMost*recentSize, 0):]
}

// unpackAll puts deliveries together that are not stored yet. It stops before one of a
// newer program, and puts aside what is none.
func (at *stream) unpackAll(ctx context.Context, tx *sql.Tx, next []delivery.Delivery) (t delivery.Taken, err error) {
	for _, d := range next {
		b, err := delivery.Unpack(d)
		if errors.Is(err, delivery.ErrNewer) {
			return t, nil
		}
		t.Deliveries++
		switch at.see(d) {
		case isStored:
			continue
		case unknown:
			err = errOfTwins
		case ofTwin:
			t.Twins++
		case isNew:
		}
		switch {
		case errors.Is(err, delivery.ErrDamaged) || errors.Is(err, errOfTwins):
			if err := putAside(ctx, tx, d, err); err != nil {
				return t, err
			}
			t.Refused++
		case err != nil:
			return t, err
		default:
			join(&t.Batch, b)
		}
		at.remember(d)
	}
	at.twins += int64(t.Twins)
	return t, nil
}
