package store

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/mattn/go-sqlite3"

	"flagrante/capture/store/engine"
)

// backupStep is how many pages are copied before others have their turn.
const backupStep = 1024

// ErrShared is returned for what can be done with a file alone.
var ErrShared = errors.New("the store is a database of PostgreSQL, no file")

// Backup copies the database into a new file, mode 0600, while others write, and
// tells after each step how many pages are left of how many. A file that is there
// already is an error, and stays. The copy is of the state at its end, and whole:
// what is not is removed. Of a shared database it
// makes none, and returns ErrShared.
func (s *Store) Backup(ctx context.Context, path string, progress func(left, total int)) (err error) {
	if s.Central() {
		return fmt.Errorf("back the database up: %w", ErrShared)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("back the database up: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("back the database up: %w", err)
	}
	if err := s.copyTo(ctx, path, progress); err != nil {
		return errors.Join(fmt.Errorf("back the database up to %s: %w", path, err), os.Remove(path))
	}
	return nil
}

func (s *Store) copyTo(ctx context.Context, path string, progress func(left, total int)) (err error) {
	driver := &sqlite3.SQLiteDriver{}
	opened, err := driver.Open("file:" + engine.EscapePath(path) + "?mode=rw&_busy_timeout=10000")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	from, err := s.db().Read.Conn(ctx)
	if err != nil {
		return err
	}
	defer from.Close()
	return from.Raw(func(c any) error {
		source, ok := c.(*sqlite3.SQLiteConn)
		into, okInto := opened.(*sqlite3.SQLiteConn)
		if !ok || !okInto {
			return fmt.Errorf("the driver's %T makes no backups", c)
		}
		b, err := into.Backup("main", source, "main")
		if err != nil {
			return err
		}
		for done := false; !done; {
			if err := ctx.Err(); err != nil {
				return errors.Join(err, b.Close())
			}
			if done, err = b.Step(backupStep); err != nil {
				return errors.Join(err, b.Close())
			}
			if progress != nil {
				progress(b.Remaining(), b.PageCount())
			}
		}
		return b.Close()
	})
}
