package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// MakePrivate makes the file before SQLite does, so that nobody else can read
// it, nor the journals, which get the same mode. One that is there has to be one that can
// be written: SQLite would not say why it can't.
func MakePrivate(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		f, err = os.OpenFile(path, os.O_RDWR, 0)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// Writing returns the pragmas that only connections need that write.
func Writing(path string) (url.Values, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	options := url.Values{
		"_txlock":       {"immediate"},
		"_journal_mode": {"WAL"},
		"_synchronous":  {"NORMAL"},
		// Deleted rows hold personal data: their bytes have to go, too.
		"_secure_delete": {"1"},
	}
	// It is decided by the first page of a file. Later SQLite would write that
	// page at each opening, even where only a list is asked for.
	if info.Size() == 0 {
		options.Set("_auto_vacuum", "incremental")
	}
	return options, nil
}

// DSN returns the data source name with those pragmas, and the ones that every
// connection needs.
func DSN(path, mode string, options url.Values) string {
	options.Set("mode", mode)
	options.Set("_busy_timeout", "10000")
	options.Set("_foreign_keys", "1")
	// Statements are prepared once for each connection, with one for each part of the
	// index of words.
	options.Set("_stmt_cache_size", "128")
	// database/sql and the driver let one goroutine at a time use a connection.
	options.Set("_mutex", "no")
	return "file:" + EscapePath(path) + "?" + options.Encode()
}

// EscapePath takes their meaning from "?", "%" and "#", which would be read as part of
// the options.
func EscapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// SetAside renames a database that is corrupt, and what belongs to it, so that a
// fresh one can take its place. The name tells when it was written last, in UTC. It
// returns the new name.
func SetAside(path string) (aside string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("set the database aside: %w", err)
	}
	base := path + ".corrupt-" + info.ModTime().UTC().Format("20060102T150405Z")
	aside = base
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		}
		aside = fmt.Sprintf("%s-%d", base, n)
	}
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+part, aside+part); err != nil && (part == "" || !errors.Is(err, fs.ErrNotExist)) {
			return "", fmt.Errorf("set the database aside: %w", err)
		}
	}
	return aside, nil
}
