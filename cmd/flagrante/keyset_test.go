package main_test

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPagesAreNotCountedOff holds that no statement passes over rows by their number:
// each page goes on from the place where the one before ended.
func TestPagesAreNotCountedOff(t *testing.T) {
	root := filepath.Join("..", "..")
	counting := regexp.MustCompile(`\bOFFSET\b|(?i)\blimit\s+[?$\d]+\s*,`)
	for _, line := range []string{"LIMIT 1 OFFSET ?", "limit ?, ?", "LIMIT 10, 20"} {
		if !counting.MatchString(line) {
			t.Errorf("%q counts rows off, and is not noticed", line)
		}
	}
	files := 0
	for _, layer := range layers() {
		err := fs.WalkDir(os.DirFS(root), layer, func(name string, entry fs.DirEntry, err error) error {
			kind := path.Ext(name)
			if err != nil || entry.IsDir() || kind != ".go" && kind != ".sql" || path.Base(name) == "keyset_test.go" {
				return err
			}
			files++
			text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
			for n, line := range strings.Split(string(text), "\n") {
				if counting.MatchString(line) {
					t.Errorf("%s:%d counts rows off: %s", name, n+1, strings.TrimSpace(line))
				}
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	if files < 100 {
		t.Errorf("looked at %d files", files)
	}
}
