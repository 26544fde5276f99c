package store

import "flagrante/capture/filter"

// clause is a condition of SQL with its parameters. One without a text lets everything pass.
type clause struct {
	sql  string
	args []any
}

// clauseOf is a condition as filters are written in SQL.
func clauseOf(sql string, args []any) clause { return clause{sql, args} }

// and holds where both do. It shares no parameters with either.
func (c clause) and(other clause) clause {
	args := make([]any, 0, len(c.args)+len(other.args))
	return clause{`(` + c.sql + `) AND (` + other.sql + `)`, append(append(args, c.args...), other.args...)}
}

// showing holds where c does and lists show all of some words.
func (c clause) showing(words []filter.Word) clause {
	for _, w := range words {
		c = c.and(clauseOf(shows(w)))
	}
	return c
}

// orAnything is c, written so that it can stand in a statement.
func (c clause) orAnything() clause {
	if c.sql == "" {
		return clause{sql: `TRUE`}
	}
	return c
}
