package lifecycle

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"

	"flagrante/draft"
)

// manualPrefix begins the fingerprints of drafts without evidence.
const manualPrefix = "manual-"

// Create makes a draft without evidence: a suggestion, a question, or a problem that
// was seen where no traffic was caught. The same text of the same person at the same
// time is the same draft, so that a form that is sent twice makes one.
func (b *Book) Create(ctx context.Context, c draft.Change, m draft.Manual) (draft.Draft, error) {
	m.Title = strings.TrimSpace(m.Title)
	if err := b.checkManual(m); err != nil {
		return draft.Draft{}, err
	}
	digest := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %d", m.Title, m.Text, c.Actor, c.At.UnixMicro()))
	name := strings.ToLower(base32.StdEncoding.EncodeToString(digest[:]))[:idLength]
	r := row{id: "m-" + name, fingerprint: manualPrefix + name}
	err := b.store.Update(ctx, func(tx *sql.Tx) error {
		if err := insert(ctx, tx, r.id, r.fingerprint); err != nil {
			return err
		}
		return b.turn(tx, c, "create").change(ctx, r.id, 0, func(r *record) error {
			r.Manual = &m
			return nil
		})
	})
	if err != nil {
		return draft.Draft{}, err
	}
	return b.Draft(ctx, r.id)
}

func (b *Book) checkManual(m draft.Manual) error {
	if !slices.Contains([]draft.ManualKind{draft.Suggestions, draft.Question, draft.Problem}, m.Kind) {
		return draft.Refuse("manual_kind")
	}
	if m.Environment != "" {
		if err := oneOf("environment", string(m.Environment), "production", "staging"); err != nil {
			return err
		}
	}
	if err := b.checkChoice(draft.FieldTitle, &m.Title); err != nil {
		return err
	}
	return checkText("text", m.Text)
}
