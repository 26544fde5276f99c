package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Audit says who did something to what is masked. It never says what stood there.
type Audit struct {
	Time  time.Time `json:"time"`
	Actor string    `json:"actor"`
	// Action is what was done: reveal, mask or unmask.
	Action string `json:"action"`
	// Subject is the failure or the draft, Place where in it.
	Subject string `json:"subject"`
	Place   string `json:"place"`
	// Mask is what stands there.
	Mask string `json:"mask"`
}

// Note writes a row of the audit.
func (s *Store) Note(ctx context.Context, a Audit) error {
	return s.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO audit (time, actor, action, subject, place, mask) VALUES (?, ?, ?, ?, ?, ?)`, micros(a.Time), a.Actor, a.Action, a.Subject, a.Place, a.Mask)
		if err != nil {
			return fmt.Errorf("write the audit: %w", err)
		}
		return nil
	})
}

// Audited lists the rows of the audit, the newest first.
func (s *Store) Audited(ctx context.Context, limit int) ([]Audit, error) {
	rows, err := Collect(ctx, s, `SELECT time, actor, action, subject, place, mask FROM audit ORDER BY n DESC LIMIT ?`, []any{limit}, func(row func(...any) error) (a Audit, err error) {
		var at int64
		err = row(&at, &a.Actor, &a.Action, &a.Subject, &a.Place, &a.Mask)
		a.Time = time.UnixMicro(at).UTC()
		return a, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	return rows, nil
}
