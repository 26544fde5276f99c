package desk

import (
	"html/template"
	"strings"
	"sync"
	"testing"

	"flagrante/draft"
)

// TestEveryPageCanBeParsed parses all that is there, in each language and at once, since
// pages are parsed when they are asked for.
func TestEveryPageCanBeParsed(t *testing.T) {
	books, err := readBooks()
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{books: books}
	p := newPages(d.funcs)
	files, err := pageFiles.ReadDir("pages")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d pages: %v", len(files), err)
	}
	var all sync.WaitGroup
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".html")
		for lang := range books {
			all.Go(func() {
				first, err := p.of(lang, name)
				again, _ := p.of(lang, name)
				if err != nil || first == nil || first != again {
					t.Errorf("%s in %s: %v", name, lang, err)
				}
			})
		}
	}
	all.Wait()
}

// TestAMissingPageIsAnError holds that a page that is not there is told, and not served empty.
func TestAMissingPageIsAnError(t *testing.T) {
	p := newPages(func(draft.Lang) template.FuncMap { return nil })
	if _, err := p.of(draft.English, "nowhere"); err == nil {
		t.Error("a page that is not there was parsed")
	}
}
