package store_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"flagrante/capture/store/storetest"
)

// TestRewriteFiles holds that files that wait to be sent are rewritten, and that the bytes
// leave the file.
func TestRewriteFiles(t *testing.T) {
	path := storetest.Place(t, "")
	s := open(t, path)
	check(t, s.Update(t.Context(), func(tx *sql.Tx) error {
		for _, statement := range []string{
			`INSERT INTO receipts (id, draft_id, portal, state, ticket, url, time, dropped, error) VALUES ('r-1', 'd-1', 'rt', 'sending', '', '', 0, 'null', '')`,
			`INSERT INTO outbox VALUES ('r-1', '{}', '{}', 0, 0, '', 0)`,
			`INSERT INTO outbox_files VALUES ('r-1', 0, CAST('fala de Quimera' AS BLOB)), ('r-1', 1, x'89504e47')`,
		} {
			if _, err := tx.ExecContext(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	}))
	n, err := s.RewriteFiles(t.Context(), func(data []byte) []byte { return bytes.ReplaceAll(data, []byte("Quimera"), []byte("<x>")) })
	check(t, err)
	if n != 1 {
		t.Errorf("%d files changed", n)
	}
	check(t, s.Scrub(t.Context()))
	for _, name := range []string{path, path + "-wal"} {
		data, err := os.ReadFile(name)
		check(t, err)
		if bytes.Contains(data, []byte("Quimera")) {
			t.Errorf("it is in %s", filepath.Base(name))
		}
	}
}
