package world

import (
	"encoding/binary"
	"math/rand/v2"
	"time"

	"github.com/oklog/ulid/v2"
)

// NewID returns a ULID, which sorts by time. It is no secret, so the generator of the
// runtime, seeded by the system, will do: each exchange needs one.
func NewID(at time.Time) string {
	id := ulid.MustNew(ulid.Timestamp(at), nil)
	binary.BigEndian.PutUint64(id[6:], rand.Uint64())
	binary.BigEndian.PutUint16(id[14:], uint16(rand.Uint32()))
	return id.String()
}
