package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"flagrante/capture"
	"flagrante/capture/filter"
)

// unindexedLook is how many failures that are not in the index yet are looked at
// when words are sought.
const unindexedLook = 5000

// part is one table of the index of words.
type part struct {
	number int64
	// first and last are its outermost rows.
	first, last int64
}

func (p part) table() string { return fmt.Sprintf("search_%d", p.number) }

// searchIndex is what is in the index.
type searchIndex struct {
	// parts are those with rows, the latest row first.
	parts []part
	// newest is the number of the part that takes what comes, 0 for none, with so
	// many rows.
	newest, newestRows int64
	// holes were taken out of parts, upTo is the last failure that was indexed, and
	// from the one after which others are looked at in what lists show.
	holes      []stretch
	upTo, from int64
	// whole reports that there is no failure that is not in it.
	whole bool
}

func (s *Store) searchIndex(ctx context.Context) (x searchIndex, err error) {
	_, err = Collect(ctx, s, `SELECT part, rows, done_n, last_n, first_doc, last_doc FROM search_parts ORDER BY last_doc DESC`, nil, func(row func(...any) error) (p part, err error) {
		var rows, done, last int64
		if err := row(&p.number, &rows, &done, &last, &p.first, &p.last); err != nil {
			return part{}, err
		}
		if rows > 0 {
			x.parts = append(x.parts, p)
		}
		if done < last {
			x.holes = append(x.holes, stretch{part: p.number, after: done, upTo: last})
		}
		if p.number > x.newest {
			x.newest, x.newestRows = p.number, rows
		}
		x.upTo = max(x.upTo, last)
		return p, nil
	})
	if err != nil {
		return searchIndex{}, fmt.Errorf("read the index of words: %w", err)
	}
	var newest int64
	err = s.db().Read.QueryRowContext(ctx, `SELECT coalesce(max(n), 0) FROM failures`).Scan(&newest)
	x.from = max(x.upTo, newest-unindexedLook)
	x.whole = newest <= x.upTo && len(x.holes) == 0
	return x, err
}

// outside is the condition of failures that are not in the index, so that they are
// looked at in what lists show.
func (x searchIndex) outside() (condition string, args []any) {
	condition, args = `failures.n > ?`, []any{x.from}
	for _, h := range x.holes {
		condition, args = condition+` OR failures.n > ? AND failures.n <= ?`, append(args, h.after, h.upTo)
	}
	return `(` + condition + `)`, args
}

// Unindexed counts the failures whose words are not in the index yet. Of those only
// some thousands of the latest are found by words, and by what lists show.
func (s *Store) Unindexed(ctx context.Context) (n int64, err error) {
	if s.Central() {
		return s.centralUnindexed(ctx)
	}
	x, err := s.searchIndex(ctx)
	if err != nil {
		return 0, err
	}
	x.from = x.upTo
	where, args := x.outside()
	if err = s.db().Read.QueryRowContext(ctx, `SELECT count(*) FROM failures WHERE `+where, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count what is not indexed: %w", err)
	}
	return n, nil
}

// sought returns words in the language of SQLite's index (https://sqlite.org/fts3.html,
// section 3), empty when a word has no letter and no digit.
func sought(words []filter.Word) string {
	parts := make([]string, len(words))
	for i, w := range words {
		if !strings.ContainsFunc(w.Text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			return ""
		}
		star := ""
		if w.Prefix {
			star = "*"
		}
		parts[i] = `"` + strings.ReplaceAll(w.Text, `"`, " ") + star + `"`
	}
	return strings.Join(parts, " ")
}

// maxCompound is how many tables are put together in one statement: SQLite takes 500
// (https://sqlite.org/limits.html).
const maxCompound = 400

// condition finds a word in the whole index, or in what lists show of failures that
// are not in it.
func (x searchIndex) condition(w filter.Word) (condition string, args []any) {
	shown, shownArgs := shows(w)
	match := sought([]filter.Word{w})
	if match == "" || len(x.parts) == 0 {
		return shown, shownArgs
	}
	for parts := range slices.Chunk(x.parts, maxCompound) {
		var tables []string
		for _, p := range parts {
			tables = append(tables, `SELECT docid FROM `+p.table()+` WHERE `+p.table()+` MATCH ?`)
			args = append(args, match)
		}
		condition += `failures.n IN (SELECT n FROM search_rows WHERE doc IN (` + strings.Join(tables, " UNION ALL ") + `)) OR `
	}
	outside, outsideArgs := x.outside()
	return condition + outside + ` AND (` + shown + `)`, append(append(args, outsideArgs...), shownArgs...)
}

// seekRows is how many of the latest rows of a part are looked at for a draft.
const seekRows = 2000

// Seek returns what gives, for a word, a query for the groups of the latest failures
// that hold it, by their fingerprints, and its parameters. The query is empty where
// nothing is indexed.
func (s *Store) Seek(ctx context.Context) (func(filter.Word) (query string, args []any, err error), error) {
	if s.Central() {
		return s.centralSeek(ctx)
	}
	x, err := s.searchIndex(ctx)
	return func(w filter.Word) (query string, args []any, err error) {
		match := sought([]filter.Word{w})
		if match == "" || len(x.parts) == 0 {
			return "", nil, nil
		}
		var tables []string
		for _, p := range x.parts {
			tables = append(tables, fmt.Sprintf(`SELECT docid FROM (SELECT docid FROM %s WHERE %s MATCH ? ORDER BY docid DESC LIMIT %d)`, p.table(), p.table(), seekRows))
			args = append(args, match)
		}
		return `SELECT coalesce(g.parent, f.fingerprint) FROM search_rows r JOIN failures f ON f.n = r.n LEFT JOIN groups g ON g.fingerprint = f.fingerprint
			WHERE r.doc IN (` + strings.Join(tables, " UNION ALL ") + `)`, args, nil
	}, err
}

// shows finds a word in what lists show.
func shows(w filter.Word) (condition string, args []any) {
	pattern := "%" + filter.Escape(w.Text) + "%"
	var parts []string
	for _, column := range []string{"failures.url", "failures.endpoint", "failures.vendor_code", "failures.vendor_message"} {
		parts = append(parts, column+` LIKE ? ESCAPE '\'`)
		args = append(args, pattern)
	}
	return strings.Join(parts, " OR "), args
}

// byWords finds the failures that hold all words, in the order of the index.
func (l *list) byWords(ctx context.Context, x searchIndex, words []filter.Word, rest *filter.Filter) ([]capture.Failure, error) {
	where := clauseOf(rest.SQL(x.condition)).orAnything()
	found, err := l.outside(ctx, x, words, where)
	if err != nil {
		return nil, err
	}
	match := sought(words)
	inside := 0
	for before, count := docAfter(l.micros), l.limit; inside < l.limit; count = min(count*4, maxDocs) {
		docs, err := l.docs(ctx, x, match, before, count)
		if err != nil {
			return nil, err
		}
		if len(docs) == 0 {
			break
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if l.look <= 0 {
			return l.cut(ctx, found, before)
		}
		l.look -= len(docs)
		more, err := l.rows(ctx, `search_rows CROSS JOIN failures`, `search_rows.doc = wanted AND failures.n = search_rows.n`, docs, l.spot, where)
		if err != nil {
			return nil, err
		}
		found, inside, before = append(found, more...), inside+len(more), docs[len(docs)-1]
	}
	return latest(found, l.limit), nil
}

// latest returns the latest failures in order, at most so many.
func latest(found []capture.Failure, most int) []capture.Failure {
	slices.SortStableFunc(found, func(a, b capture.Failure) int { return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(b.ID, a.ID)) })
	return found[:min(len(found), most)]
}

// cut ends the page with the failures of the microsecond of a row of the index: what was
// found behind them is left to the next page.
func (l *list) cut(ctx context.Context, found []capture.Failure, doc int64) ([]capture.Failure, error) {
	micros, err := l.time(ctx, `SELECT f.time FROM search_rows r JOIN failures f ON f.n = r.n WHERE r.doc = ?`, fmt.Sprint(doc))
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(f capture.Failure) bool { return f.Time.UnixMicro() < micros })
	if found = latest(found, l.limit); len(found) < l.limit {
		l.end, err = l.firstOf(ctx, micros)
	}
	return found, err
}

// outside finds failures that are not in the index yet.
func (l *list) outside(ctx context.Context, x searchIndex, words []filter.Word, where clause) ([]capture.Failure, error) {
	if x.whole {
		return nil, nil
	}
	return l.read(ctx, `failures NOT INDEXED`, l.spot, clauseOf(x.outside()).showing(words).and(where), l.limit)
}

// maxDocs bounds the rows of the index that are looked at together.
const maxDocs = 4000

// docs returns rows of the index before one, the latest first: those of a
// microsecond all together, since they are in no order.
func (s *Store) docs(ctx context.Context, x searchIndex, match string, before int64, count int) (docs []int64, err error) {
	for _, p := range x.parts {
		if p.first >= before {
			continue
		}
		// The parts come by their latest rows: none after this can have a later one.
		if len(docs) >= count && p.last < docs[count-1] {
			break
		}
		of, err := s.docsOf(ctx, p, match, before, count)
		if err != nil {
			return nil, err
		}
		docs = append(docs, of...)
		slices.SortFunc(docs, func(a, b int64) int { return cmp.Compare(b, a) })
	}
	if len(docs) <= count {
		return docs, nil
	}
	end := count
	for end < len(docs) && timeOfDoc(docs[end]) == timeOfDoc(docs[count-1]) {
		end++
	}
	return docs[:end], nil
}

// docsOf returns rows of one part.
func (s *Store) docsOf(ctx context.Context, p part, match string, before int64, count int) ([]int64, error) {
	table := p.table()
	read := func(from int64, before int64, limit int) ([]int64, error) {
		return Collect(ctx, s, `SELECT docid FROM `+table+` WHERE `+table+` MATCH ? AND docid >= ? AND docid < ? ORDER BY docid DESC LIMIT ?`,
			[]any{match, from, before, limit}, func(row func(...any) error) (doc int64, err error) {
				err = row(&doc)
				return doc, err
			})
	}
	// One more than asked for shows whether others share the last one's microsecond.
	docs, err := read(p.first, before, count+1)
	if err != nil || len(docs) <= count {
		return docs, err
	}
	last, beyond := docs[count-1], docs[count]
	docs = docs[:count]
	if timeOfDoc(beyond) < timeOfDoc(last) {
		return docs, nil
	}
	more, err := read(firstDoc(timeOfDoc(last)), last, 1<<docBits)
	return append(docs, more...), err
}
