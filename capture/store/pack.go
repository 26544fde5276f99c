package store

import (
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// packFrom is the size in bytes from which packing pays.
const packFrom = 512

// packer packs and unpacks what is large. It is safe for use by many goroutines, which
// take turns. Whoever packs much beside others has one of its own: its table of a quarter
// of a MiB stays in the cache of one processor then.
type packer struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

func newPacker() (*packer, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, fmt.Errorf("make the packer: %w", err)
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("make the packer: %w", err)
	}
	return &packer{encoder, decoder}, nil
}

// pack returns data as it is stored, which is never nil.
func (p *packer) pack(data []byte) stored {
	if data == nil {
		return stored{data: []byte{}}
	}
	if len(data) <= packFrom {
		return stored{data: data}
	}
	small := p.encoder.EncodeAll(data, make([]byte, 0, len(data)/2))
	if len(small) >= len(data) {
		return stored{data: data}
	}
	return stored{small, true}
}

func (p *packer) unpack(stored []byte, packed bool) ([]byte, error) {
	if !packed {
		return stored, nil
	}
	return p.decoder.DecodeAll(stored, nil)
}

// Pack packs what others keep in tables of their own.
func (s *Store) Pack(data []byte) []byte { return s.packer.encoder.EncodeAll(data, nil) }

// Unpack is the way back.
func (s *Store) Unpack(packed []byte) ([]byte, error) { return s.packer.decoder.DecodeAll(packed, nil) }

func (p *packer) close() error {
	p.decoder.Close()
	return p.encoder.Close()
}
