package drafttest_test

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
	. "flagrante/draft/drafttest"
	"flagrante/draft/text"
)

var update = flag.Bool("update", false, "write the recordings and their tickets anew")

// TestGolden takes recordings the whole way and compares what comes out: the Markdown,
// which people read, is a file of its own; the other forms share one. The traffic is
// kept beside them.
func TestGolden(t *testing.T) {
	all := situations()
	if len(all) < 30 {
		t.Fatalf("only %d situations", len(all))
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join("..", "..", "testdata", "recording", name)
			recorded := all[name]().HAR(t)
			golden(t, filepath.Join(folder, "traffic.har"), string(recorded))
			store := Import(t, recorded)
			for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
				settings := Settings(t, lang)
				drafts := All(t, Drafts(t, store, settings))
				if len(drafts) == 0 {
					t.Fatal("no draft")
				}
				var markdown, rest strings.Builder
				for _, d := range drafts {
					o := text.Options{Profile: settings.Profile, Lang: lang, Zone: settings.Zone}
					markdown.WriteString(text.Markdown(d, o))
					rest.WriteString(others(t, d, o))
				}
				golden(t, filepath.Join(folder, string(lang)+".md"), markdown.String())
				golden(t, filepath.Join(folder, string(lang)+".txtar"), rest.String())
			}
		})
	}
}

// others are the forms of a draft besides Markdown.
func others(t *testing.T, d draft.Draft, o text.Options) string {
	t.Helper()
	fragment, err := text.HTML(d, o)
	if err != nil {
		t.Fatal(err)
	}
	object, err := json.MarshalIndent(text.DraftObject(d, o), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return "-- ticket.html --\n" + fragment + "-- ticket.txt --\n" + text.Plain(d, o) + "-- draft.json --\n" + string(object) + "\n"
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got), -update writes it anew:\n%s", file, diff)
	}
}
