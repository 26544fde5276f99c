package store

import (
	"context"
	"fmt"
	"time"
)

// Late is how long before the newest that is known of a host something was that comes
// late. It is written in the triggers of the schema too.
const Late = 15 * time.Minute

// Pulse is how often something was stored from which the numbers around the failures of
// a host are made. While it is the same, so are they.
type Pulse struct {
	Beats int64
	// Late is how often that was of long before the newest, or took the place of
	// something.
	Late int64
	// Rewritten is how often what is stored of any host was changed by people who mask
	// or erase.
	Rewritten int64
	// Newest is the time of the newest, to the minute for what did not fail.
	Newest time.Time
}

// pulseOf asks for the pulse of a host.
type pulseOf string

// Pulse returns the pulse of a host.
func (s *Store) Pulse(ctx context.Context, host string) (Pulse, error) {
	return once(ctx, pulseOf(host), func() (p Pulse, err error) {
		var newest int64
		err = s.db().Read.QueryRowContext(ctx, `SELECT coalesce(sum(beats), 0), coalesce(sum(late), 0), coalesce(max(newest), 0), (SELECT late FROM pulses WHERE host = '') FROM pulses WHERE host = ?`, host).
			Scan(&p.Beats, &p.Late, &newest, &p.Rewritten)
		p.Newest = time.UnixMicro(newest).UTC()
		if err != nil {
			return p, fmt.Errorf("read the pulse of %s: %w", host, err)
		}
		return p, nil
	})
}
