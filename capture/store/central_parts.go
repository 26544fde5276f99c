package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"flagrante/capture/filter"
)

const (
	// wordPartRows is how many numbers of failures have a part of the index of words in PostgreSQL.
	wordPartRows = 1 << 12
	// unnamed is the part of what was indexed before there were parts.
	unnamed = -1
	// firstParts is how many parts are asked for words first, the latest ones.
	firstParts = 1
)

// wordPart is a part of the index of words, with the outermost times of its failures.
type wordPart struct{ number, first, last int64 }

// wordPartOf is the part of a failure by its number.
func wordPartOf(n int64) int64 { return n / wordPartRows }

// wordPartName is what words begin with in a part. No word has a point in it.
func wordPartName(number int64) string {
	if number == unnamed {
		return ""
	}
	return strconv.FormatInt(number, 16) + "."
}

// inItsPart finds what soughtIn wrote for any part in the part of one failure, x.
const inItsPart = `x.words @@ CAST(replace(?, '.', to_hex(x.n / 4096) || '.') AS tsquery)`

// soughtInAny writes words for inItsPart.
func soughtInAny(words []filter.Word) string {
	return "(" + soughtIn("", words) + ") | (" + soughtIn(".", words) + ")"
}

// noteParts notes in which parts failures were indexed, by their numbers and times.
func noteParts(ctx context.Context, tx *sql.Tx, pages []page) error {
	parts := map[int64]wordPart{}
	for _, p := range pages {
		number := wordPartOf(p.n)
		had, there := parts[number]
		if !there {
			had = wordPart{number, p.time, p.time}
		}
		parts[number] = wordPart{number, min(had.first, p.time), max(had.last, p.time)}
	}
	var numbers, first, last []int64
	// In one order, since others note theirs at the same time.
	for _, number := range slices.Sorted(maps.Keys(parts)) {
		numbers, first, last = append(numbers, number), append(first, parts[number].first), append(last, parts[number].last)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO word_parts (part, first_time, last_time) SELECT * FROM unnest(?, ?, ?) AS new (part, first_time, last_time)
		WHERE NOT EXISTS (SELECT 1 FROM word_parts p WHERE p.part = new.part AND p.first_time <= new.first_time AND p.last_time >= new.last_time) ORDER BY part
		ON CONFLICT (part) DO UPDATE SET first_time = min(word_parts.first_time, excluded.first_time), last_time = max(word_parts.last_time, excluded.last_time)`, numbers, first, last)
	return err
}

// wordParts are the parts of the index, those with the latest failures first.
type wordParts []wordPart

func (s *Store) wordParts(ctx context.Context) (wordParts, error) {
	parts, err := Collect(ctx, s, `SELECT part, first_time, last_time FROM word_parts ORDER BY last_time DESC, part`, nil, func(row func(...any) error) (p wordPart, err error) {
		err = row(&p.number, &p.first, &p.last)
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the parts of the index of words: %w", err)
	}
	return parts, nil
}

// latest are the parts that have all failures up to a time and behind another, which is
// returned: those that may have some of that very time, and so many more.
func (p wordParts) latest(upto int64, many int) (parts wordParts, behind int64) {
	for _, one := range p {
		if one.first > upto {
			continue
		}
		if one.last < upto {
			if many == 0 {
				return parts, one.last
			}
			many--
		}
		parts = append(parts, one)
	}
	return parts, math.MinInt64
}

// sought writes words as a tsquery for each of the parts.
func (p wordParts) sought(words []filter.Word) []string {
	all := make([]string, len(p))
	for i, one := range p {
		all[i] = soughtIn(wordPartName(one.number), words)
	}
	return all
}
