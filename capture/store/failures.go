package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"flagrante/capture"
)

const insertFailure = `INSERT INTO failures (` + failureColumns + `)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`

const insertExchange = `INSERT INTO exchanges (n, head, request_body, response_body, before, packed, request_content, response_content)
	VALUES (?, ?, ?, ?, ?, ?, ?, ?)`

// Which of the blobs of an exchange are packed.
const (
	packedRequest = 1 << iota
	packedResponse
	packedBefore
)

// statements are those that run for each failure.
type statements struct {
	insertFailure, insertExchange, findContent, insertContent, insertData, insertSort, upsertGroup, upsertMinute *statement
}

func (s *statements) prepare(ctx context.Context, c connection) error {
	for query, into := range map[string]**statement{
		insertFailure: &s.insertFailure, insertExchange: &s.insertExchange, upsertGroup: &s.upsertGroup, upsertMinute: &s.upsertMinute,
		`SELECT n FROM contents WHERE digest = ?`:                     &s.findContent,
		`INSERT INTO contents (digest, refs) VALUES (?, 0)`:           &s.insertContent,
		`INSERT INTO content_data (n, packed, data) VALUES (?, ?, ?)`: &s.insertData,
		`INSERT OR IGNORE INTO sorts VALUES (?, ?, ?, ?, ?, ?, ?)`:    &s.insertSort,
	} {
		var err error
		if *into, err = prepare(ctx, c, query); err != nil {
			return err
		}
	}
	return nil
}

func (s *statements) close() error {
	var errs []error
	for _, one := range []*statement{s.insertFailure, s.insertExchange, s.findContent, s.insertContent, s.insertData, s.insertSort, s.upsertGroup, s.upsertMinute} {
		if one != nil {
			errs = append(errs, one.close())
		}
	}
	return errors.Join(errs...)
}

// failures stores the failures of a batch on a connection of the driver.
func (w *writer) failures(ctx context.Context, c any, failures []*capture.Failure) (err error) {
	conn, ok := c.(connection)
	if !ok {
		return fmt.Errorf("the driver's %T prepares no statements", c)
	}
	// The driver watches a context that can end from another goroutine, for each
	// statement. It is asked for between them instead.
	steps := context.WithoutCancel(ctx)
	defer func() { err = errors.Join(err, w.close()) }()
	if err := w.prepare(steps, conn); err != nil {
		return err
	}
	for _, f := range failures {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.failure(steps, f); err != nil {
			return fmt.Errorf("store failure %s: %w", f.ID, err)
		}
	}
	return errors.Join(w.writeGroups(steps), w.writeGroupMinutes(steps))
}

func (w *writer) failure(ctx context.Context, f *capture.Failure) error {
	n, err := w.insertFailure.exec(ctx, values(f)...)
	if err != nil || n == 0 {
		return err
	}
	if err := errors.Join(w.exchange(ctx, n, f), w.sort(ctx, f)); err != nil {
		return err
	}
	w.stored++
	if !f.Expected {
		w.count(f)
	}
	return nil
}

func (w *writer) exchange(ctx context.Context, n int64, f *capture.Failure) error {
	x := &f.Exchange
	var answered, before []byte
	if x.Response != nil {
		answered = x.Response.Body.Data
	}
	if len(f.Before) > 0 {
		var err error
		if before, err = json.Marshal(f.Before); err != nil {
			return err
		}
	}
	sent, sentErr := w.share(ctx, x.Request.Body.Data)
	got, gotErr := w.share(ctx, answered)
	if err := errors.Join(sentErr, gotErr); err != nil {
		return err
	}
	packed := int64(0)
	pack := func(data []byte, content any, flag int64) []byte {
		if content != nil {
			data = nil
		}
		stored, isPacked := w.packer.pack(data)
		if isPacked {
			packed |= flag
		}
		return stored
	}
	request, response, calls := pack(x.Request.Body.Data, sent, packedRequest), pack(answered, got, packedResponse), pack(before, nil, packedBefore)
	_, err := w.insertExchange.exec(ctx, n, asJSON(headOf(x)), request, response, calls, packed, sent, got)
	return err
}
