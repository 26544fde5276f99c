package desk

import (
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

func TestBothLanguagesHaveTheSameWords(t *testing.T) {
	all, err := readBooks()
	if err != nil {
		t.Fatal(err)
	}
	pt, en := all[draft.Portuguese].words, all[draft.English].words
	if diff := cmp.Diff(slices.Sorted(maps.Keys(pt)), slices.Sorted(maps.Keys(en))); diff != "" {
		t.Errorf("pt-BR and en differ: %s", diff)
	}
	verb := regexp.MustCompile(`%.`)
	for key := range pt {
		if diff := cmp.Diff(verb.FindAllString(pt[key], -1), verb.FindAllString(en[key], -1)); diff != "" {
			t.Errorf("%s takes other values: %s", key, diff)
		}
	}
}

// TestPagesUseOnlyKnownWords renders every page in both languages: a key without
// words would be shown as it is.
func TestPagesUseOnlyKnownWords(t *testing.T) {
	key := regexp.MustCompile(`\{\{(?:[^}]*\()?(?:t|n) "([a-z_.]+)"`)
	all, err := readBooks()
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir("pages")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		page, err := os.ReadFile("pages/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range key.FindAllStringSubmatch(string(page), -1) {
			_, one := all[draft.English].words[found[1]]
			_, many := all[draft.English].words[found[1]+".many"]
			if !one && !many {
				t.Errorf("%s uses %q, which has no words", f.Name(), found[1])
			}
		}
	}
}

func TestLanguages(t *testing.T) {
	for _, c := range []struct{ name, query, cookie, accept, want string }{
		{"nothing asked", "", "", "", "pt-BR"},
		{"asked in the URL", "?lang=en", "pt-BR", "pt-BR", "en"},
		{"chosen before", "", "en", "pt-BR,pt;q=0.9", "en"},
		{"browser in English", "", "", "en-US,en;q=0.9,pt-BR;q=0.8", "en"},
		{"browser in Portuguese", "", "", "pt-PT,pt;q=0.9,en;q=0.8", "pt-BR"},
		{"unknown everywhere", "?lang=tlh", "xx", "ja", "pt-BR"},
		{"broken field", "", "", ";;;q=x", "pt-BR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := ask(openDesk(t, &memory{}), "GET", "/"+c.query, "", "Accept-Language", c.accept, "Cookie", langCookie+"="+c.cookie)
			if got := w.Header().Get("Content-Language"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if !strings.Contains(w.Body.String(), `<html lang="`+c.want+`">`) {
				t.Error("the page says another language")
			}
		})
	}
}

func TestAChosenLanguageStays(t *testing.T) {
	w := ask(openDesk(t, &memory{}), "GET", "/?lang=en", "")
	if c := cookieOf(t, w, langCookie); c.Value != "en" || c.SameSite != http.SameSiteStrictMode {
		t.Errorf("cookie %+v", c)
	}
}
