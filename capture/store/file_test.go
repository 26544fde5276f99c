package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/storetest"
)

func TestFilesAreForTheOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, filepath.Join(dir, "flagrante.db"))
	_, err := s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon)}})
	check(t, err)
	files, err := os.ReadDir(dir)
	check(t, err)
	if len(files) < 3 {
		t.Errorf("%d files, want the database and its two journals", len(files))
	}
	for _, f := range files {
		info, err := f.Info()
		check(t, err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %04o, want 0600", f.Name(), info.Mode().Perm())
		}
	}
	info, err := os.Stat(dir)
	check(t, err)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %04o, want 0700", info.Mode().Perm())
	}
}

func TestPathIsTakenAsItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?mode=memory#%41.db")
	s := open(t, path)
	_, err := s.Append(t.Context(), capture.Batch{Failures: []*capture.Failure{storetest.Failure("a", noon)}})
	check(t, err)
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

func TestOpeningChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flagrante.db")
	var files [3][]byte
	for i := range files {
		s, err := store.Open(t.Context(), path)
		check(t, err)
		check(t, s.Close())
		files[i], err = os.ReadFile(path)
		check(t, err)
	}
	if !bytes.Equal(files[0], files[1]) || !bytes.Equal(files[0], files[2]) {
		t.Error("the file is another one after it was only opened")
	}
}

func TestFreePagesCanBeGivenBack(t *testing.T) {
	s := freshFile(t)
	rows, err := s.Query(t.Context(), "PRAGMA auto_vacuum")
	check(t, err)
	defer rows.Close()
	var mode int
	for rows.Next() {
		check(t, rows.Scan(&mode))
	}
	if check(t, rows.Err()); mode != 2 {
		t.Errorf("auto_vacuum is %d, want 2 (incremental)", mode)
	}
}

func TestNotADatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "flagrante.db")
	check(t, os.WriteFile(path, []byte("this is not a database, and it is longer than a header of one would be"), 0o600))
	if _, err := store.Open(t.Context(), path); err == nil {
		t.Error("a text file was opened as a database")
	}
}
