package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
		if unicode.Is(unicode.Mn, r) {
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

// vector writes the words of a text, and where they stand, as a tsvector.
func vector(text string) string {
	var b strings.Builder
	for i, w := range tokens(text) {
		if b.Len() > maxVector {
			break
		}
		b.WriteString("'" + w + "':" + strconv.Itoa(min(i+1, maxPlace)) + " ")
	}
	return b.String()
}

// soughtCentral writes words as a tsquery, each a phrase where punctuation stands in it.
// It is empty when a word has no letter and no digit.
func soughtCentral(words []filter.Word) string {
	phrases := make([]string, len(words))
	for i, w := range words {
		all := tokens(w.Text)
		if len(all) == 0 {
			return ""
		}
		for n, token := range all {
			all[n] = "'" + token + "'"
		}
		if w.Prefix {
			all[len(all)-1] += ":*"
		}
		phrases[i] = "(" + strings.Join(all, " <-> ") + ")"
	}
	return strings.Join(phrases, " & ")
}

// centralWords returns what finds words in PostgreSQL.
func (s *Store) centralWords(ctx context.Context) (func(...filter.Word) (condition string, args []any), error) {
	n, err := s.centralUnindexed(ctx)
	return func(words ...filter.Word) (condition string, args []any) {
		var shown []string
		var shownArgs []any
		for _, w := range words {
			one, more := shows(w)
			shown, shownArgs = append(shown, "("+one+")"), append(shownArgs, more...)
		}
		match := soughtCentral(words)
		if match == "" {
			return strings.Join(shown, " AND "), shownArgs
		}
		condition = `EXISTS (SELECT 1 FROM exchanges x WHERE x.n = failures.n AND x.time = failures.time AND x.words @@ CAST(? AS tsquery))`
		args = []any{match}
		if n == 0 {
			// An OR keeps PostgreSQL from beginning with the index of words.
			return condition, args
		}
		return condition + ` OR failures.n IN (SELECT n FROM unindexed) AND ` + strings.Join(shown, " AND "), append(args, shownArgs...)
	}, err
}

// centralSeek is Seek in PostgreSQL.
func centralSeek(w filter.Word) (query string, args []any) {
	match := soughtCentral([]filter.Word{w})
	if match == "" {
		return "", nil
	}
	return fmt.Sprintf(`SELECT coalesce(g.parent, f.fingerprint) FROM (SELECT x.n, x.time FROM exchanges x WHERE x.words @@ CAST(? AS tsquery) ORDER BY x.time DESC LIMIT %d) AS latest
		JOIN failures f ON f.n = latest.n AND f.time = latest.time LEFT JOIN groups g ON g.fingerprint = f.fingerprint`, seekRows), []any{match}
}

func (s *Store) centralUnindexed(ctx context.Context) (n int64, err error) {
	if err := s.db().read.QueryRowContext(ctx, `SELECT count(*) FROM unindexed`).Scan(&n); err != nil {
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

// centralIndex makes words anew. Several processes do that beside each other.
func (s *Store) centralIndex(ctx context.Context, limit int) (left bool, err error) {
	var done int
	err = s.UpdateApart(ctx, func(tx *sql.Tx) error {
		found, err := tx.QueryContext(ctx, `DELETE FROM unindexed WHERE n IN (SELECT n FROM unindexed ORDER BY n LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING n`, limit)
		if err != nil {
			return err
		}
		defer found.Close()
		var numbers []int64
		for found.Next() {
			var n int64
			if err := found.Scan(&n); err != nil {
				return err
			}
			numbers = append(numbers, n)
		}
		if done = len(numbers); done == 0 || found.Err() != nil {
			return found.Err()
		}
		slices.Sort(numbers)
		pages, err := s.centralPages(ctx, tx, numbers)
		for _, p := range pages {
			if err == nil {
				_, err = tx.ExecContext(ctx, `UPDATE exchanges SET words = CAST(? AS tsvector) WHERE n = ? AND time = ?`, vector(p.text), p.n, p.time)
			}
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("index words: %w", err)
	}
	return done == limit, nil
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
