package text_test

import (
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/text"
)

var update = flag.Bool("update", false, "write the golden tickets anew")

// TestGolden compares each form of each ticket with the one that is kept. The
// Markdown, which people read, is a file of its own; the other forms share one.
func TestGolden(t *testing.T) {
	all := cases()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
			t.Run(name+"/"+string(lang), func(t *testing.T) {
				got := forms(t, all[name].draft(t, lang), options(t, lang))
				file := filepath.Join("..", "..", "testdata", "draft", name, string(lang))
				golden(t, file+".md", got["ticket.md"])
				var rest strings.Builder
				for _, form := range []string{"ticket.html", "ticket.txt", "draft.json"} {
					rest.WriteString("-- " + form + " --\n" + got[form])
				}
				golden(t, file+".txtar", rest.String())
			})
		}
	}
}

func object(t testing.TB, d draft.Draft, o text.Options) string {
	t.Helper()
	data, err := json.MarshalIndent(text.DraftObject(d, o), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data) + "\n"
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		write(t, file, got)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got), -update writes it anew:\n%s", file, diff)
	}
}

func write(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
