// Package delivery takes what a proxy caught to the store of a team. A batch is packed
// into deliveries, which wait in a journal of the machine until the team's store has
// them: a Shipper sends them there, and a Worker beside a desk stores what they hold.
package delivery

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"flagrante/capture"
)

// Format is the version of what a Packer makes. It grows when an older program would
// misread it.
const Format = 1

var (
	// ErrNewer is returned for a delivery of a newer program: it has to wait for an
	// update of the one that reads it.
	ErrNewer = errors.New("the delivery was packed by a newer flagrante")
	// ErrDamaged is returned for a delivery that holds no batch.
	ErrDamaged = errors.New("the delivery is damaged")
)

const (
	// partSize is about the number of bytes from which on the failures of a batch are
	// packed apart.
	partSize = 4 << 20
	// maxUnpacked bounds the size in bytes of what a delivery is unpacked to. A failure
	// with the calls before it has a part of that.
	maxUnpacked = 64 << 20
)

// Origin is who caught something: one data folder on one machine, under the name that
// its settings give the app.
type Origin struct {
	ID      string
	Machine string
	App     string
	// Masks names the key that its masks are made with, without telling it: origins with
	// the same name have the same mask for the same value. It is empty where that was not said.
	Masks string
}

// Delivery is a part of a batch on its way.
type Delivery struct {
	Origin Origin
	// Stream names one opening of a journal. Within it deliveries are numbered from 1 in
	// the order in which they are to be stored; streams do not depend on each other.
	Stream string
	Seq    int64
	// Format is the version of Data.
	Format int
	// Failures is how many failures are in Data.
	Failures int
	// Data is a capture.Batch, as JSON packed with zstd.
	Data []byte
}

// Packed is what a Packer makes.
type Packed struct {
	Failures int
	Data     []byte
}

// Packer packs batches. It keeps the half megabyte that packing takes.
type Packer struct{ encoder *zstd.Encoder }

// NewPacker returns a Packer.
func NewPacker() (*Packer, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("make what packs deliveries: %w", err)
	}
	return &Packer{encoder}, nil
}

// Pack packs a batch, in parts that are to be stored in their order. What belongs to
// failures comes with the last of them. Several may pack at the same time.
func (p *Packer) Pack(b capture.Batch) ([]Packed, error) {
	var parts []Packed
	for _, part := range split(b) {
		data, err := json.Marshal(part)
		if err == nil && len(data) > maxUnpacked {
			err = fmt.Errorf("%d bytes are too many", len(data))
		}
		if err != nil {
			return nil, fmt.Errorf("pack a delivery: %w", err)
		}
		parts = append(parts, Packed{len(part.Failures), p.encoder.EncodeAll(data, nil)})
	}
	return parts, nil
}

// split parts a batch by the size of its failures.
func split(b capture.Batch) (parts []capture.Batch) {
	size, first := 0, 0
	for i, f := range b.Failures {
		own := sizeOf(f)
		if i > first && size+own > partSize {
			parts = append(parts, capture.Batch{Failures: b.Failures[first:i]})
			size, first = 0, i
		}
		size += own
	}
	b.Failures = b.Failures[first:]
	return append(parts, b)
}

// sizeOf is about how large a failure is.
func sizeOf(f *capture.Failure) int {
	size := 4096 + len(f.Exchange.Request.Body.Data)
	if f.Exchange.Response != nil {
		size += len(f.Exchange.Response.Body.Data)
	}
	for _, c := range f.Before {
		size += 2048 + len(c.Exchange.Request.Body.Data)
		if c.Exchange.Response != nil {
			size += len(c.Exchange.Response.Body.Data)
		}
	}
	return size
}

// Unpack returns the batch of a delivery, whose failures name its origin. The error is
// ErrNewer or ErrDamaged.
func Unpack(d Delivery) (b capture.Batch, err error) {
	if d.Format > Format {
		return b, ErrNewer
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return b, fmt.Errorf("unpack a delivery: %w", err)
	}
	defer decoder.Close()
	data, err := decoder.DecodeAll(d.Data, nil)
	if err != nil {
		return b, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	// What is wrong with it is not said: it would show a part.
	if json.Unmarshal(data, &b) != nil {
		return capture.Batch{}, fmt.Errorf("%w: it is no batch", ErrDamaged)
	}
	for _, f := range b.Failures {
		if f == nil || f.ID == "" || f.Fingerprint == "" || f.Endpoint == "" || f.Time.IsZero() {
			return capture.Batch{}, fmt.Errorf("%w: a failure lacks its name", ErrDamaged)
		}
		f.Origin.ID = d.Origin.ID
	}
	return b, nil
}
