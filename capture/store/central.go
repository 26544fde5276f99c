package store

import (
	"embed"
	"io/fs"

	"flagrante/capture/store/postgres"
)

//go:embed migrations/*.sql migrations/postgres/*.sql
var migrations embed.FS

// schema returns the migrations of one engine.
func schema(folder string) (fs.FS, error) { return fs.Sub(migrations, folder) }

// Central reports whether the store is a database that many machines share.
func (s *Store) Central() bool { return s.db().Central != nil }

// Name is the path of the file, or the address of the database without what is secret in
// it.
func (s *Store) Name() string {
	if c := s.db().Central; c != nil {
		return c.Name
	}
	return s.path
}

// Hint says what to do about an error of Open for an address, empty where nothing is
// known.
func Hint(err error) string { return postgres.Hint(err) }
