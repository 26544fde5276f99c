package store

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/jackc/pgx/v5"
)

//go:embed grants.sql.tmpl
var grantsSource string

// Roles are users of a shared database, besides its owner, who makes the tables.
type Roles struct {
	// Proxy may put deliveries in, and nothing else. Desk may read and write, but not
	// change tables.
	Proxy, Desk string
	// Schema is where the tables are.
	Schema string
}

// Grants returns what the owner of a shared database runs, once the tables are there, so
// that the roles have the rights that they need and no others. It may run again, and has
// to after an update that brings new tables. It sets no passwords.
func Grants(r Roles) (string, error) {
	t, err := template.New("grants").Funcs(template.FuncMap{
		"name": func(s string) string { return pgx.Identifier{s}.Sanitize() },
		"text": func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" },
	}).Parse(grantsSource)
	if err != nil {
		return "", fmt.Errorf("write the rights: %w", err)
	}
	var out strings.Builder
	if err := t.Execute(&out, r); err != nil {
		return "", fmt.Errorf("write the rights: %w", err)
	}
	return out.String(), nil
}
