package page

import (
	"bytes"
	"html/template"
	"regexp"
	"strings"
	"sync"
	"testing"

	"flagrante/draft"
	"flagrante/draft/desk/service"
	"flagrante/draft/desk/speech"
)

// TestEveryPageCanBeParsed parses all that is there, in each language and at once, since
// pages are parsed when they are asked for.
func TestEveryPageCanBeParsed(t *testing.T) {
	books, err := speech.Read()
	if err != nil {
		t.Fatal(err)
	}
	d := &Pages{Service: &service.Service{Books: books}}
	p := newTemplates(d.funcs)
	files, err := pageFiles.ReadDir("html")
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
	p := newTemplates(func(draft.Lang) template.FuncMap { return nil })
	if _, err := p.of(draft.English, "nowhere"); err == nil {
		t.Error("a page that is not there was parsed")
	}
}

// TestPagesUseOnlyKnownWords renders every page in both languages: a key without
// words would be shown as it is.
func TestPagesUseOnlyKnownWords(t *testing.T) {
	key := regexp.MustCompile(`\{\{(?:[^}]*\()?(?:t|n) "([a-z_.]+)"`)
	all, err := speech.Read()
	if err != nil {
		t.Fatal(err)
	}
	files, err := pageFiles.ReadDir("html")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		page, err := pageFiles.ReadFile("html/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range key.FindAllStringSubmatch(string(page), -1) {
			known := func(key string) bool { return all[draft.English].Say(key) != key }
			if !known(found[1]) && !known(found[1]+".many") {
				t.Errorf("%s uses %q, which has no words", f.Name(), found[1])
			}
		}
	}
}

// TestNoDataForHandlers looks for attributes such as data-one: html/template takes what
// begins with "on" after "data-" for a handler, and writes quotes around the value.
func TestNoDataForHandlers(t *testing.T) {
	entries, err := pageFiles.ReadDir("html")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		page, err := pageFiles.ReadFile("html/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(page, []byte(" data-on")) {
			t.Errorf("%s has an attribute that begins with data-on", e.Name())
		}
	}
}
