package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// packages lists the folders with Go files below the four of the top level.
func packages(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, layer := range []string{"proxy", "capture", "draft", "cmd"} {
		err := fs.WalkDir(os.DirFS("../.."), layer, func(name string, _ fs.DirEntry, err error) error {
			if dir := path.Dir(name); path.Ext(name) == ".go" && !slices.Contains(found, dir) {
				found = append(found, dir)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// TestDesignNamesEveryPackage holds the table of packages against those that there are. A
// package for tests may stand in the row of the one above it, under its last name.
func TestDesignNamesEveryPackage(t *testing.T) {
	named := map[string]bool{}
	quoted := regexp.MustCompile("`([^`]+)`")
	for _, row := range tableRows(readDoc(t, "../../docs/design.md"), "package") {
		for _, match := range quoted.FindAllStringSubmatch(row.line, -1) {
			named[match[1]] = true
			named[row.name+"/"+match[1]] = true
		}
	}
	for _, dir := range packages(t) {
		if !named[dir] {
			t.Errorf("docs/design.md has no row for %s", dir)
		}
	}
}

// TestDocumentedPathsExist looks for the files and folders that documents on the code
// name, by their path from the root or, for files, by their last name alone.
func TestDocumentedPathsExist(t *testing.T) {
	below := regexp.MustCompile("[`(]((?:cmd|proxy|capture|draft|testdata|docs)/[a-z][a-z0-9_/.*-]*)[`)]")
	file := regexp.MustCompile("`([a-z0-9_]+\\.go)`")
	var all []string
	for _, dir := range packages(t) {
		files, err := filepath.Glob(filepath.Join("..", "..", dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, files...)
	}
	for _, doc := range []string{"../../docs/design.md", "../../docs/contributing.md"} {
		text := readDoc(t, doc)
		for _, match := range below.FindAllStringSubmatch(text, -1) {
			if found, err := filepath.Glob(filepath.Join("..", "..", match[1])); err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which is not there", filepath.Base(doc), match[1])
			}
		}
		for _, match := range file.FindAllStringSubmatch(text, -1) {
			if !slices.ContainsFunc(all, func(name string) bool { return strings.HasSuffix(name, "/"+match[1]) }) {
				t.Errorf("%s names %s, which is not there", filepath.Base(doc), match[1])
			}
		}
	}
}
