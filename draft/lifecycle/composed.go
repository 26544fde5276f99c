package lifecycle

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/compose"
)

// made is what a draft was composed of: while all of it is as it was, and the settings
// are, the draft is too.
type made struct {
	// Pulse is the host's, read before the evidence was.
	store.Pulse
	// goodOf is the endpoint of the last good call, goodAt the time of that.
	goodOf   string
	goodAt   int64
	attached string
	// alone reports that nothing was merged into the draft: else it is composed anew
	// each time.
	alone bool
}

// settles is how long after the last failure of a draft all numbers around it are known:
// calls are counted a little after they ended.
const settles = draft.Tail + 2*time.Minute

// settled reports that only what comes late, or a success of the endpoint, can change
// what was composed. Of a host, and of refused credentials, other endpoints say more.
func (m made) settled(g capture.Group) bool {
	refused := g.Status == 401 || g.Status == 403
	return len(g.Members) == 0 && !refused && m.Newest.Sub(g.LastSeen) > settles+store.Late
}

// madeOf notes what a draft is composed of.
func madeOf(p store.Pulse, e draft.Evidence, by compose.Decisions) made {
	m := made{Pulse: p, goodOf: goodEndpoint(e.Group), attached: attachedDigest(by.Attachments), alone: len(e.Merged) == 0}
	if e.Good != nil {
		m.goodAt = micros(e.Good.Start)
	}
	return m
}

func attachedDigest(all []draft.Attachment) string {
	if len(all) == 0 {
		return ""
	}
	data, err := json.Marshal(all)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

// listed is a draft as lists show it, in the format of a column.
type listed struct {
	Draft  draft.Draft
	Origin *capture.Origin
}

// pack writes a draft for lists, without what is read anew each time. It is empty for
// one that can't be written, such as one of a year that JSON has no name for.
func (b *Book) pack(d draft.Draft) []byte {
	d.Evidence = d.Evidence.InList()
	l := listed{Draft: d}
	if last := d.Evidence.Last; last != nil {
		l.Origin, l.Draft.Evidence.Last = &last.Origin, nil
	}
	l.Draft.Receipts, l.Draft.Tags, l.Draft.Notes = nil, nil, nil
	data, err := json.Marshal(l)
	if err != nil {
		return nil
	}
	return b.store.Pack(data)
}

func (b *Book) unpack(packed []byte) (draft.Draft, error) {
	data, err := b.store.Unpack(packed)
	if err != nil {
		return draft.Draft{}, err
	}
	var l listed
	if err := json.Unmarshal(data, &l); err != nil {
		return draft.Draft{}, err
	}
	if l.Origin != nil {
		l.Draft.Evidence.Last = &capture.Failure{Origin: *l.Origin}
	}
	return l.Draft, nil
}

// composedKey are the columns that say what a row was composed of, but for the draft and
// the language.
const composedKey = `settings, version, count, last_seen, beats, late, rewritten, settled, good_of, good_at, attached`

// key are the values of composedKey.
func (b *Book) key(d draft.Draft, r row, m made) []any {
	g := d.Evidence.Group
	return []any{b.digest(), r.version, g.Count, micros(g.LastSeen), m.Beats, m.Late, m.Rewritten, m.settled(g), m.goodOf, m.goodAt, m.attached}
}

// keep writes what was composed of a draft, for lists.
func (b *Book) keep(ctx context.Context, tx *sql.Tx, d draft.Draft, r row, m made) error {
	if !m.alone {
		return nil
	}
	packed := b.pack(d)
	if packed == nil {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO composed (draft_id, lang, `+composedKey+`, draft) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (draft_id, lang) DO UPDATE SET (`+composedKey+`, draft) = (excluded.`+strings.ReplaceAll(composedKey, ", ", ", excluded.")+`, excluded.draft)`,
		append(append([]any{d.ID, string(b.settings.Lang)}, b.key(d, r, m)...), packed)...)
	if err != nil {
		return fmt.Errorf("keep what was composed of draft %s: %w", d.ID, err)
	}
	return nil
}

// stillHolds is true of the rows of composed that are still what would be composed: c is the
// row, d that of the draft.
const stillHolds = `c.lang = ? AND c.settings = ? AND c.version = d.version AND c.count = g.count AND c.last_seen = g.last_seen AND g.parent IS NULL
	AND d.merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM drafts part WHERE part.merged_into = d.id)
	AND c.rewritten = (SELECT late FROM pulses WHERE host = '') AND c.late = p.late AND c.good_at = coalesce((SELECT time FROM good WHERE endpoint = c.good_of), 0)
	AND (c.beats = p.beats OR c.settled = 1) AND NOT EXISTS (SELECT 1 FROM stale s WHERE s.fingerprint = d.fingerprint)`

// composed returns the drafts of a page that need not be composed anew, by their IDs.
func (b *Book) composed(ctx context.Context, ids []string) (map[string]draft.Draft, error) {
	found, err := b.store.Query(ctx, `SELECT d.`+rowColumnsOf+`, c.attached, c.draft FROM json_each(?) page JOIN drafts d ON d.id = page.value
		JOIN composed c ON c.draft_id = d.id JOIN groups g ON g.fingerprint = d.fingerprint JOIN pulses p ON p.host = g.host WHERE `+stillHolds,
		list(ids), string(b.settings.Lang), b.digest())
	if err != nil {
		return nil, fmt.Errorf("read what was composed: %w", err)
	}
	defer found.Close()
	type candidate struct {
		row
		attached string
		packed   []byte
	}
	var all []candidate
	for found.Next() {
		var c candidate
		if c.row, err = scanRow(found, &c.attached, &c.packed); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	if err := found.Err(); err != nil {
		return nil, fmt.Errorf("read what was composed: %w", err)
	}
	drafts := map[string]draft.Draft{}
	for _, c := range all {
		d, ok, err := b.revived(ctx, c.row, c.attached, c.packed)
		if err != nil {
			return nil, err
		}
		if ok {
			drafts[c.id] = d
		}
	}
	return drafts, nil
}

// revived makes a draft of what was composed of it, and reports whether that is still
// all that there is.
func (b *Book) revived(ctx context.Context, r row, attached string, packed []byte) (draft.Draft, bool, error) {
	by, err := b.decisions(ctx, r)
	if err != nil || attachedDigest(by.Attachments) != attached {
		return draft.Draft{}, false, err
	}
	d, err := b.unpack(packed)
	if err != nil {
		return draft.Draft{}, false, nil //nolint:nilerr // What can't be read is composed anew.
	}
	d, err = b.around(ctx, r, d, nil)
	return d, err == nil && d.State == r.state(), err
}
