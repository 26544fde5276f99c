package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"flagrante/capture/filter"
)

// The bounds of PostgreSQL's own
// (https://www.postgresql.org/docs/current/textsearch-limitations.html) are kept clear of: a vector takes 1 MB, a word 2 KiB, and
// places end at 16,383.
const (
	maxVector = 256 << 10
	maxWord   = 512
	maxPlace  = 16_383
)

// tokens are the words of a text as they are found: runs of letters and digits, without
// accents and in small letters, as SQLite's index has them
// (https://sqlite.org/fts3.html, section 6, unicode61).
func tokens(text string) []string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r < utf8.RuneSelf:
			return r
		case unicode.Is(unicode.Mn, r):
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
	words := strings.FieldsFunc(plain, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	for i, w := range words {
		for len(w) > maxWord {
			_, size := utf8.DecodeLastRuneInString(w)
			w = w[:len(w)-size]
		}
		words[i] = w
	}
	return words
}

// vector writes the words of a text, and where they stand, as a tsvector. They begin with
// the name of their part.
func vector(part, text string) string {
	var b strings.Builder
	b.Grow(2 * len(text))
	for i, w := range tokens(text) {
		if b.Len() > maxVector {
			break
		}
		b.WriteString("'" + part + w + "':" + strconv.Itoa(min(i+1, maxPlace)) + " ")
	}
	return b.String()
}

// soughtIn writes words as a tsquery for a part, each a phrase where punctuation stands in
// it. It is empty when a word has no letter and no digit.
func soughtIn(part string, words []filter.Word) string {
	phrases := make([]string, len(words))
	for i, w := range words {
		all := tokens(w.Text)
		if len(all) == 0 {
			return ""
		}
		for n, token := range all {
			all[n] = "'" + part + token + "'"
		}
		if w.Prefix {
			all[len(all)-1] += ":*"
		}
		phrases[i] = "(" + strings.Join(all, " <-> ") + ")"
	}
	return strings.Join(phrases, " & ")
}

// centralWords returns what finds words in PostgreSQL, in failures up to a time.
func (s *Store) centralWords(ctx context.Context, upto int64) (func(filter.Word) (condition string, args []any), error) {
	n, err := s.centralUnindexed(ctx)
	return func(w filter.Word) (condition string, args []any) {
		shown, shownArgs := shows(w)
		words := []filter.Word{w}
		switch {
		case soughtIn("", words) == "":
			return shown, shownArgs
		case n == 0:
			return isIndexed, []any{upto, soughtInAny(words)}
		}
		return isIndexed + ` OR ` + notIndexed + ` AND (` + shown + `)`, append([]any{upto, soughtInAny(words)}, shownArgs...)
	}, err
}

const (
	// The place where a page begins has to be said of both tables: a page is not read from the newest on.
	isIndexed = `EXISTS (SELECT 1 FROM exchanges x WHERE x.n = failures.n AND x.time = failures.time AND x.time <= ? AND ` + inItsPart + `)`
	// Of what is not indexed the latest are looked at in what lists show.
	notIndexed = `failures.n IN (SELECT n FROM unindexed ORDER BY n DESC LIMIT 5000)`
)

// centralSeek is Seek in PostgreSQL.
func (s *Store) centralSeek(ctx context.Context) (func(filter.Word) (query string, args []any, err error), error) {
	parts, err := s.wordParts(ctx)
	return func(w filter.Word) (query string, args []any, err error) {
		words := []filter.Word{w}
		if soughtIn("", words) == "" {
			return "", nil, nil
		}
		latest, err := s.centralMatches(ctx, parts, words, math.MaxInt64, seekRows)
		if err != nil {
			return "", nil, fmt.Errorf("look for words: %w", err)
		}
		return `SELECT coalesce(g.parent, f.fingerprint) FROM unnest(?, ?) AS latest (n, time)
			JOIN failures f ON f.n = latest.n AND f.time = latest.time LEFT JOIN groups g ON g.fingerprint = f.fingerprint`, []any{latest.numbers, latest.times}, nil
	}, err
}

func (s *Store) centralUnindexed(ctx context.Context) (n int64, err error) {
	if err := s.db().Read.QueryRowContext(ctx, `SELECT count(*) FROM unindexed`).Scan(&n); err != nil {
		return 0, fmt.Errorf("count what is not indexed: %w", err)
	}
	return n, nil
}

// renew has the words of failures made anew at the next steps of Index: those whose
// numbers a query finds.
func (s *Store) renew(ctx context.Context, tx *sql.Tx, numbers string, args ...any) error {
	statement := `UPDATE search_parts SET erase = 1 WHERE part IN (SELECT part FROM search_rows WHERE n IN (` + numbers + `))`
	if s.Central() {
		statement = `INSERT INTO unindexed ` + numbers + ` ON CONFLICT DO NOTHING`
	}
	_, err := tx.ExecContext(ctx, statement, args...)
	return err
}

// indexers is how many transactions index at the same time: while one waits for the server,
// another reads words.
const indexers = 2

// centralIndex makes words anew. Several processes do that beside each other.
func (s *Store) centralIndex(ctx context.Context, limit int) (left bool, err error) {
	each := max(limit/indexers, 1)
	var done [indexers]int
	var errs [indexers]error
	var all sync.WaitGroup
	for i := range indexers {
		all.Go(func() { done[i], errs[i] = s.indexSome(ctx, each) })
	}
	all.Wait()
	if err := errors.Join(errs[:]...); err != nil {
		return false, fmt.Errorf("index words: %w", err)
	}
	return slices.Contains(done[:], each), nil
}

// indexSome indexes so many failures that nobody else is at, and returns how many there were.
func (s *Store) indexSome(ctx context.Context, limit int) (done int, err error) {
	err = s.UpdateApart(ctx, func(tx *sql.Tx) error {
		numbers, err := takeUnindexed(ctx, tx, limit)
		if done = len(numbers); done == 0 || err != nil {
			return err
		}
		pages, err := s.centralPages(ctx, tx, numbers)
		if err != nil || len(pages) == 0 {
			return err
		}
		of, at, words := make([]int64, len(pages)), make([]int64, len(pages)), make([]string, len(pages))
		for i, p := range pages {
			of[i], at[i], words[i] = p.n, p.time, vector(wordPartName(wordPartOf(p.n)), p.text)
		}
		_, err = tx.ExecContext(ctx, `UPDATE exchanges x SET words = CAST(i.words AS tsvector) FROM unnest(?, ?, ?) AS i (n, time, words) WHERE x.n = i.n AND x.time = i.time`, of, at, words)
		if err != nil {
			return err
		}
		return noteParts(ctx, tx, pages)
	})
	return done, err
}

// takeUnindexed takes the first failures that are not indexed and that nobody else is at.
func takeUnindexed(ctx context.Context, tx *sql.Tx, limit int) (numbers []int64, err error) {
	found, err := tx.QueryContext(ctx, `DELETE FROM unindexed WHERE n IN (SELECT n FROM unindexed ORDER BY n LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING n`, limit)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var n int64
		if err := found.Scan(&n); err != nil {
			return nil, err
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers, found.Err()
}

// centralPages reads what is indexed of failures.
func (s *Store) centralPages(ctx context.Context, tx *sql.Tx, numbers []int64) (pages []page, err error) {
	found, err := tx.QueryContext(ctx, `SELECT f.n, f.time, f.id, f.method, f.url, f.vendor_code, f.vendor_message, x.head, x.request_body, x.response_body, x.packed
		FROM failures f JOIN exchanges x ON x.n = f.n AND x.time = f.time WHERE f.n = ANY(?)`, numbers)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		p, err := s.page(found.Scan)
		if err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, found.Err()
}
