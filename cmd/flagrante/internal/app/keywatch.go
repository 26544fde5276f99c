package app

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture/delivery"
	"flagrante/capture/store"
)

// maskedLately is for how long a machine of a team is compared after it has sent something.
const maskedLately = 7 * 24 * time.Hour

// CopyKey says what to do about another key.
const CopyKey = "copy the file mask-key of the desk's data folder into that of the proxy, and start the proxy again"

// keyWatch warns of those in a team whose masks are made with another key: the same value
// then has several masks, and nobody sees that it is the same. It is for one goroutine at a time.
type keyWatch struct {
	own  string
	log  zerolog.Logger
	told map[delivery.Origin]bool
}

// see warns of an origin once.
func (k *keyWatch) see(o delivery.Origin) {
	if o.Masks == "" || o.Masks == k.own || k.told[o] {
		return
	}
	if k.told == nil {
		k.told = map[delivery.Origin]bool{}
	}
	k.told[o] = true
	k.log.Warn().Str("machine", o.Machine).Str("app", o.App).Str("key", o.Masks).Str("own", k.own).
		Msg("a proxy masks with another key than this desk, so the same value has another mask there: " + CopyKey)
}

// OtherKeys lists those that sent something lately, and masked it with another key than
// the one of that name.
func OtherKeys(ctx context.Context, s *store.Store, own string, now time.Time) (others []delivery.Origin, all int, err error) {
	known, err := s.OriginsSince(ctx, now.Add(-maskedLately))
	for _, o := range known {
		if o.Masks != "" && o.Masks != own {
			others = append(others, o)
		}
	}
	return others, len(known), err
}

// Describe names an origin for people.
func Describe(o delivery.Origin) string {
	if o.App == "" {
		return o.Machine
	}
	return fmt.Sprintf("%s on %s", o.App, o.Machine)
}
