package postgres

import (
	"database/sql/driver"
	"strconv"
	"strings"
)

// Translate returns a statement of the store, which is written in the SQL that SQLite
// and PostgreSQL have in common, as PostgreSQL takes it: parameters have numbers and the
// types of what is given for them, patterns pay no attention to case, hints for SQLite's
// planner are left out, and what stands in a comment /*postgres … */ is taken in.
func Translate(query string, args []driver.NamedValue) string {
	t := translation{query: query, args: args}
	t.out.Grow(len(query) + 8*len(args))
	for t.at < len(query) {
		t.step()
	}
	return t.out.String()
}

// translation is a statement on its way.
type translation struct {
	query string
	args  []driver.NamedValue
	at    int
	// last is the highest number of a parameter so far: one without takes the next.
	last int
	out  strings.Builder
}

// nocase follows a parameter that a name is compared with.
const nocase = ` COLLATE NOCASE`

// only begins what is for PostgreSQL alone: SQLite takes no locks on rows.
const only = `/*postgres`

// step translates what comes next.
func (t *translation) step() {
	rest := t.query[t.at:]
	switch c := rest[0]; {
	case c == '\'' || c == '"':
		end := strings.IndexByte(rest[1:], c)
		if end < 0 {
			end = len(rest) - 2
		}
		t.take(end+2, rest[:end+2])
	case c == '?':
		mark := t.mark(rest)
		t.take(len(mark.text), mark.is)
	case strings.HasPrefix(rest, "= ?") && strings.HasPrefix(rest[t.markLength(rest[2:])+2:], nocase):
		mark := t.mark(rest[2:])
		t.take(2+len(mark.text)+len(nocase), `ILIKE literally(`+mark.is+`)`)
	case strings.HasPrefix(rest, only) && strings.Contains(rest, "*/"):
		part, _, _ := strings.Cut(rest[len(only):], "*/")
		t.take(len(only)+len(part)+2, part)
	case strings.HasPrefix(rest, " LIKE "):
		t.take(len(" LIKE "), " ILIKE ")
	case strings.HasPrefix(rest, " NOT INDEXED"):
		t.take(len(" NOT INDEXED"), "")
	case strings.HasPrefix(rest, " INDEXED BY "):
		name := strings.TrimLeft(rest[len(" INDEXED BY "):], "abcdefghijklmnopqrstuvwxyz_")
		t.take(len(rest)-len(name), "")
	default:
		t.take(1, rest[:1])
	}
}

func (t *translation) take(length int, is string) {
	t.at += length
	t.out.WriteString(is)
}

// mark is a parameter, as it was written and as it is.
type mark struct{ text, is string }

// markLength is how long the mark of a parameter is, with its number.
func (t *translation) markLength(rest string) int {
	n := 1
	for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	return n
}

func (t *translation) mark(rest string) mark {
	text := rest[:t.markLength(rest)]
	number := t.last + 1
	if n, err := strconv.Atoi(text[1:]); err == nil {
		number = n
	}
	t.last = max(t.last, number)
	is := "$" + strconv.Itoa(number)
	if number <= len(t.args) {
		is += typeOf(t.args[number-1].Value)
	}
	return mark{text, is}
}

// typeOf names the type of a parameter. PostgreSQL would take it from what stands around it, where a
// number beside a small one is small, too.
func typeOf(v driver.Value) string {
	switch v.(type) {
	case string:
		return "::text"
	case int64:
		return "::int8"
	case float64:
		return "::float8"
	case []byte:
		return "::bytea"
	case []string, []*string:
		return "::text[]"
	case []int64:
		return "::int8[]"
	case [][]byte:
		return "::bytea[]"
	}
	return ""
}
