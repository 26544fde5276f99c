package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

const (
	// partRows is how many failures go into one part of the index: what is erased
	// costs as much as making one part anew.
	partRows = 1 << 14
	// docBits are the bits of a row's number that tell failures of one microsecond
	// apart.
	docBits = 10
)

// firstDoc is the first row of the index for a time in microseconds.
func firstDoc(micros int64) int64 { return micros << docBits }

func timeOfDoc(doc int64) int64 { return doc >> docBits }

// docAfter is the first row after those of a time.
func docAfter(micros int64) int64 {
	if micros >= math.MaxInt64>>docBits {
		return math.MaxInt64
	}
	return firstDoc(micros + 1)
}

// Index puts the words of the next failures into the index, at most limit of them,
// and reports whether there is more to do. It is meant to be called again and again:
// each step holds other writers up for some milliseconds.
func (s *Store) Index(ctx context.Context, limit int) (left bool, err error) {
	if s.Central() {
		return s.centralIndex(ctx, limit)
	}
	if renewed, err := s.renewPart(ctx); err != nil || renewed {
		return true, err
	}
	x, err := s.searchIndex(ctx)
	if err != nil {
		return false, err
	}
	next := x.next()
	pages, err := s.unindexed(ctx, next.after, next.upTo, limit)
	if err != nil {
		return false, fmt.Errorf("read what to index: %w", err)
	}
	if len(pages) == 0 && next.open {
		return false, nil
	}
	err = s.Update(ctx, func(tx *sql.Tx) error { return next.fill(ctx, tx, pages, len(pages) < limit) })
	if err != nil {
		return false, fmt.Errorf("index words: %w", err)
	}
	return true, nil
}

// stretch are failures that are to be indexed in one part: those after a number, up
// to another.
type stretch struct {
	part        int64
	after, upTo int64
	// open reports that the part takes what comes, full that it takes no more.
	open, full bool
}

// next returns what to index next: what was taken out of a part comes first.
func (x searchIndex) next() stretch {
	if len(x.holes) > 0 {
		return x.holes[0]
	}
	return stretch{part: x.newest, after: x.upTo, upTo: math.MaxInt64, open: true, full: x.newestRows >= partRows || x.newest == 0}
}

// fill indexes pages; all says that there are no others in the stretch.
func (t stretch) fill(ctx context.Context, tx *sql.Tx, pages []page, all bool) error {
	var part, done, upTo int64
	err := tx.QueryRowContext(ctx, `SELECT coalesce(max(part), 0), coalesce((SELECT done_n FROM search_parts WHERE part = ?), 0), coalesce(max(last_n), 0) FROM search_parts`, t.part).Scan(&part, &done, &upTo)
	if err != nil {
		return err
	}
	// Another process may have done the same work meanwhile.
	if t.open && (part != t.part || upTo != t.after) || !t.open && done != t.after {
		return nil
	}
	end := t.upTo
	if len(pages) > 0 && (t.open || !all) {
		end = pages[len(pages)-1].n
	}
	if t.full {
		t.part++
		if err := makePart(ctx, tx, t.part); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO search_parts (part, first_n, last_n, rows) VALUES (?, ?, 0, 0)`, t.part, t.after+1); err != nil {
			return err
		}
	}
	if err := fillPart(ctx, tx, t.part, pages); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE search_parts SET done_n = ?1, last_n = max(last_n, ?1) WHERE part = ?2`, end, t.part)
	return err
}

// makePart makes the table of a part. It holds no text, only where which words are
// (https://sqlite.org/fts3.html, section 6.2.1).
func makePart(ctx context.Context, tx *sql.Tx, number int64) error {
	_, err := tx.ExecContext(ctx, `CREATE VIRTUAL TABLE `+part{number: number}.table()+
		` USING fts4(text, content="", order=desc, matchinfo=fts3, tokenize=unicode61 "remove_diacritics=2")`)
	return err
}

// renewPart takes a part out of which much was deleted, or out of which something has
// to leave for good, and reports whether there was one. It is filled again by Index.
func (s *Store) renewPart(ctx context.Context) (renewed bool, err error) {
	var number, rows, deleted int64
	const due = `SELECT part, rows, deleted FROM search_parts WHERE erase = 1 OR deleted * 4 > rows OR rows > 0 AND deleted >= rows ORDER BY erase DESC, part LIMIT 1`
	if err := s.db().Read.QueryRowContext(ctx, due).Scan(&number, &rows, &deleted); errors.Is(err, sql.ErrNoRows) {
		return false, nil
	} else if err != nil {
		return false, fmt.Errorf("look at the index of words: %w", err)
	}
	err = s.Update(ctx, func(tx *sql.Tx) error {
		var newest int64
		if err := tx.QueryRowContext(ctx, due).Scan(&number, &rows, &deleted); err != nil {
			if errors.Is(err, sql.ErrNoRows) {
				return nil
			}
			return err
		}
		if err := tx.QueryRowContext(ctx, `SELECT max(part) FROM search_parts`).Scan(&newest); err != nil {
			return err
		}
		statements := []string{`DROP TABLE ` + part{number: number}.table(), `DELETE FROM search_rows WHERE part = ?1`}
		if deleted >= rows && number != newest {
			statements = append(statements, `DELETE FROM search_parts WHERE part = ?1`)
		} else {
			if err := runAll(ctx, tx, statements[:1], number); err != nil {
				return err
			}
			if err := makePart(ctx, tx, number); err != nil {
				return err
			}
			statements = append(statements[1:], `UPDATE search_parts SET rows = 0, deleted = 0, erase = 0, done_n = first_n - 1, first_doc = 0, last_doc = 0 WHERE part = ?1`)
		}
		return runAll(ctx, tx, statements, number)
	})
	if err != nil {
		return false, fmt.Errorf("renew a part of the index of words: %w", err)
	}
	return true, nil
}

func runAll(ctx context.Context, tx *sql.Tx, statements []string, number int64) error {
	for _, statement := range statements {
		args := []any{number}
		if !strings.Contains(statement, "?") {
			args = nil
		}
		if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	return nil
}

// page is what is indexed of a failure.
type page struct {
	n, time int64
	id      string
	text    string
}

// fillPart indexes pages. Rows have to come in the order of the table, the latest
// first, or SQLite writes each on its own.
func fillPart(ctx context.Context, tx *sql.Tx, number int64, pages []page) error {
	pages = slices.Clone(pages)
	slices.SortFunc(pages, func(a, b page) int { return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(b.id, a.id)) })
	docs := make([]int64, 0, len(pages))
	texts := make([]string, 0, len(pages))
	for _, p := range pages {
		doc, ok, err := makeRow(ctx, tx, number, p)
		if err != nil {
			return err
		}
		if ok {
			docs, texts = append(docs, doc), append(texts, p.text)
		}
	}
	for i, doc := range docs {
		if _, err := tx.ExecContext(ctx, `INSERT INTO `+part{number: number}.table()+` (docid, text) VALUES (?, ?)`, doc, texts[i]); err != nil {
			return err
		}
	}
	if len(docs) == 0 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE search_parts SET first_doc = CASE WHEN rows = 0 THEN ?1 ELSE min(first_doc, ?1) END,
		last_doc = CASE WHEN rows = 0 THEN ?2 ELSE max(last_doc, ?2) END, rows = rows + ?3 WHERE part = ?4`,
		slices.Min(docs), slices.Max(docs), len(docs), number)
	return err
}

// makeRow finds a free row of the index for a failure that is still there.
func makeRow(ctx context.Context, tx *sql.Tx, number int64, p page) (doc int64, ok bool, err error) {
	const free = `coalesce((SELECT max(doc) + 1 FROM search_rows WHERE doc >= ?1 AND doc < ?2), ?1)`
	// Only a microsecond with more failures than numbers runs into the next ones.
	const next = `CASE WHEN ` + free + ` < ?2 THEN ` + free + ` ELSE (SELECT min(r.doc) + 1 FROM search_rows r
		WHERE r.doc >= ?2 - 1 AND NOT EXISTS (SELECT 1 FROM search_rows q WHERE q.doc = r.doc + 1)) END`
	err = tx.QueryRowContext(ctx, `INSERT INTO search_rows (doc, n, part) SELECT `+next+`, n, ?4 FROM failures WHERE n = ?3 RETURNING doc`,
		firstDoc(p.time), docAfter(p.time), p.n, number).Scan(&doc)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return doc, err == nil, err
}

// unindexed reads the failures after a number, up to another.
func (s *Store) unindexed(ctx context.Context, after, upTo int64, limit int) ([]page, error) {
	return Collect(ctx, s, `SELECT f.n, f.time, f.id, f.method, f.url, f.vendor_code, f.vendor_message, x.head,
			coalesce(s.data, x.request_body), coalesce(a.data, x.response_body), x.packed | coalesce(s.packed * ?, 0) | coalesce(a.packed * ?, 0)
		FROM failures f JOIN exchanges x ON x.n = f.n LEFT JOIN content_data s ON s.n = x.request_content LEFT JOIN content_data a ON a.n = x.response_content
		WHERE f.n > ? AND f.n <= ? ORDER BY f.n LIMIT ?`, []any{packedRequest, packedResponse, after, upTo, limit}, s.page)
}

// page reads a failure as it is indexed.
func (s *Store) page(row func(...any) error) (page, error) {
	var p page
	var method, url, code, message, text string
	var sent, answered []byte
	var packed int
	if err := row(&p.n, &p.time, &p.id, &method, &url, &code, &message, &text, &sent, &answered, &packed); err != nil {
		return page{}, err
	}
	var h head
	sent, sentErr := s.packer.unpack(sent, packed&packedRequest != 0)
	answered, answeredErr := s.packer.unpack(answered, packed&packedResponse != 0)
	if err := errors.Join(sentErr, answeredErr, json.Unmarshal([]byte(text), &h)); err != nil {
		return page{}, fmt.Errorf("failure %s: %w", p.id, err)
	}
	p.text = wordsOf([]string{method, url, code, message}, h, sent, answered)
	return p, nil
}

// wordsOf returns what is found of a failure: lines, and what is in its messages.
func wordsOf(lines []string, h head, sent, answered []byte) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(line + "\n")
	}
	h.Request.words(&b, sent)
	if h.Response != nil {
		h.Response.words(&b, answered)
	}
	// The index would end at a zero.
	return strings.ReplaceAll(strings.ToValidUTF8(b.String(), " "), "\x00", " ")
}
