package store

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// makePrivate makes the file before SQLite does, so that nobody else can read
// it, nor the journals, which get the same mode. One that is there has to be one that can
// be written: SQLite would not say why it can't.
func makePrivate(path string) error {
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

// writing returns the pragmas that only connections need that write.
func writing(path string) (url.Values, error) {
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

// dsn returns the data source name with those pragmas, and the ones that every
// connection needs.
func dsn(path, mode string, options url.Values) string {
	options.Set("mode", mode)
	options.Set("_busy_timeout", "10000")
	options.Set("_foreign_keys", "1")
	// Statements are prepared once for each connection, with one for each part of the
	// index of words.
	options.Set("_stmt_cache_size", "128")
	// database/sql and the driver let one goroutine at a time use a connection.
	options.Set("_mutex", "no")
	return "file:" + escapePath(path) + "?" + options.Encode()
}

// escapePath takes their meaning from "?", "%" and "#", which would be read as part of
// the options.
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}
