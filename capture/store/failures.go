package store

import (
	"context"
	"errors"
	"fmt"

	"flagrante/capture/store/engine"
)

const insertFailure = `INSERT INTO failures (` + failureColumns + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`

const insertExchange = `INSERT INTO exchanges (n, head, request_body, response_body, before, packed, request_content, response_content)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

// Which of the blobs of an exchange are packed.
const (
	packedRequest = 1 << iota
	packedResponse
	packedBefore
)

// statements are those that run for each failure, prepared on the connection that
// writes.
type statements struct {
	on                                                                                                                                    any
	insertFailure, insertExchange, findContent, insertContent, insertData, insertSort, countRefs, upsertGroup, upsertMinute, upsertOrigin *engine.Statement
}

// prepare makes them for a connection, unless they are there.
func (s *statements) prepare(ctx context.Context, c any) error {
	if s.on == c {
		return nil
	}
	conn, ok := c.(engine.Connection)
	if !ok {
		return fmt.Errorf("the driver's %T prepares no statements", c)
	}
	// The connection of those that are there is gone.
	_ = s.close()
	for query, into := range s.all() {
		var err error
		if *into, err = engine.Prepare(ctx, conn, query); err != nil {
			return err
		}
	}
	s.on = c
	return nil
}

func (s *statements) all() map[string]**engine.Statement {
	return map[string]**engine.Statement{
		insertFailure: &s.insertFailure, insertExchange: &s.insertExchange, upsertGroup: &s.upsertGroup, upsertMinute: &s.upsertMinute, upsertOrigin: &s.upsertOrigin,
		`SELECT n FROM contents WHERE digest = ?`:                               &s.findContent,
		`INSERT INTO contents (digest, refs) VALUES (?, 0)`:                     &s.insertContent,
		`INSERT INTO content_data (n, packed, data) VALUES (?, ?, ?)`:           &s.insertData,
		`UPDATE contents SET refs = refs + ? WHERE n = ?`:                       &s.countRefs,
		`INSERT INTO sorts VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`: &s.insertSort,
	}
}

func (s *statements) close() error {
	var errs []error
	for _, one := range s.all() {
		if *one != nil {
			errs = append(errs, (*one).Close())
			*one = nil
		}
	}
	s.on = nil
	return errors.Join(errs...)
}

// failures stores the failures of a batch on a connection of the driver.
func (w *writer) failures(ctx context.Context, c any, failures []prepared) error {
	// The driver watches a context that can end from another goroutine, for each
	// statement. It is asked for between them instead.
	steps := context.WithoutCancel(ctx)
	if err := w.prepare(steps, c); err != nil {
		return err
	}
	for i := range failures {
		f := &failures[i]
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.failure(steps, f); err != nil {
			return fmt.Errorf("store failure %s: %w", f.failure.ID, err)
		}
	}
	return errors.Join(w.writeRefs(steps), w.writeGroups(steps), w.writeGroupMinutes(steps), w.writeOrigins(steps))
}

func (w *writer) failure(ctx context.Context, p *prepared) error {
	if err := p.wait(w.packer, w.seen); err != nil {
		return err
	}
	n, err := w.insertFailure.Exec(ctx, p.values...)
	if err != nil || n == 0 {
		return err
	}
	if err := errors.Join(w.exchange(ctx, n, p), w.sort(ctx, p.failure)); err != nil {
		return err
	}
	w.stored++
	if !p.failure.Expected {
		w.count(p.failure)
	}
	return nil
}

func (w *writer) exchange(ctx context.Context, n int64, p *prepared) error {
	sentRow, sent, sentErr := w.share(ctx, &p.sent)
	answeredRow, answered, answeredErr := w.share(ctx, &p.answered)
	if err := errors.Join(sentErr, answeredErr); err != nil {
		return err
	}
	_, err := w.insertExchange.Exec(ctx, n, p.head, sent.data, answered.data, p.before.data, flags(sent, answered, p.before), sentRow, answeredRow)
	return err
}

// flags says which of the blobs of an exchange are packed.
func flags(sent, answered, before stored) (packed int64) {
	for i, one := range []stored{sent, answered, before} {
		if one.packed {
			packed |= packedRequest << i
		}
	}
	return packed
}
