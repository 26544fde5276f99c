package text_test

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
	"flagrante/draft/text"
)

var update = flag.Bool("update", false, "write the golden tickets anew")

func TestMarkdownGolden(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(situations())) {
		for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
			t.Run(name+"/"+string(lang), func(t *testing.T) {
				e := situations()[name]
				got := text.Markdown(composed(t, e, lang), options(t, lang))
				file := filepath.Join("..", "..", "testdata", "draft", name, string(lang)+".md")
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
			})
		}
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
