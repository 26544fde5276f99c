package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"time"

	"flagrante/proxy"
)

// ForgetCounted forgets with a bound that tests can reach.
func ForgetCounted(ctx context.Context, s *Store, most int) error { return s.forgetCounted(ctx, most) }

// OnWriter runs a statement on the connection that writes, outside of a transaction.
func OnWriter(ctx context.Context, s *Store, statement string) error {
	return s.db().WithWriter(ctx, func(c any) error {
		e, ok := c.(driver.ExecerContext)
		if !ok {
			return fmt.Errorf("a %T", c)
		}
		_, err := e.ExecContext(ctx, statement, nil)
		return err
	})
}

// Look has pages look at no more than so many failures.
func Look(s *Store, most int) { s.look = most }

// Patience has it told after so long that storing waits for its turn.
func Patience(s *Store, long time.Duration) { s.patience = long }

// HeadTexts returns the head of an exchange as it is written, and as encoding/json
// would write it.
func HeadTexts(x *proxy.Exchange) (written, library string) { return headText(x), asJSON(headOf(x)) }

func headOf(x *proxy.Exchange) head {
	h := head{
		Peer: x.Peer, Aborted: x.Aborted, Unread: x.Unread, Tunnel: x.Tunnel, Phases: x.Phases, Upstream: x.Upstream,
		Request: message{x.Request.Proto, x.Request.Header, x.Request.Trailer, factsOf(x.Request.Body)},
	}
	if r := x.Response; r != nil {
		h.Response = &answer{message{r.Proto, r.Header, r.Trailer, factsOf(r.Body)}, r.Reason}
	}
	return h
}

func factsOf(b proxy.Body) bodyFacts {
	return bodyFacts{b.Size, b.Cut, b.Decoded, b.Complete, b.BareEnd, b.Err}
}
