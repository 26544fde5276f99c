package main

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/flagrante/internal/usage"
)

const (
	referenceDoc  = "../../docs/reference.md"
	referenceMark = "<!-- commands: made by `go test ./cmd/flagrante -run Reference -update` -->\n"
)

// TestDocumentedReference holds the reference against the command line.
func TestDocumentedReference(t *testing.T) {
	var made strings.Builder
	if err := usage.Of(newTestParser(t, new(cli)).Model).Reference(&made); err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(readDoc(t, referenceDoc), referenceMark)
	if !ok {
		t.Fatal("the mark of the reference is gone")
	}
	want := "\n" + made.String()
	if *update {
		if err := os.WriteFile(referenceDoc, []byte(head+referenceMark+want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, rest); diff != "" {
		t.Errorf("the reference is not made of the code (go test ./cmd/flagrante -run Reference -update makes it):\n%s", diff)
	}
}

// TestManualAndCompletionsNameEveryCommand looks for each command and flag.
func TestManualAndCompletionsNameEveryCommand(t *testing.T) {
	all := usage.Of(newTestParser(t, new(cli)).Model)
	texts := map[string]*strings.Builder{}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		texts[shell] = new(strings.Builder)
		if err := all.Completion(texts[shell], shell); err != nil {
			t.Fatal(err)
		}
	}
	if err := all.Completion(new(strings.Builder), "tcsh"); err == nil {
		t.Error("there is a completion for tcsh")
	}
	manual := new(strings.Builder)
	if err := all.Manual(manual, "v1"); err != nil {
		t.Fatal(err)
	}
	texts["man"] = manual
	flags := 0
	for _, node := range commands(newTestParser(t, new(cli))) {
		words := []string{node.Name}
		for _, flag := range node.Flags {
			words = append(words, flag.Name)
			flags++
		}
		for form, text := range texts {
			plain := strings.ReplaceAll(text.String(), `\-`, "-")
			for _, word := range words {
				if word != "help" && !strings.Contains(plain, word) {
					t.Errorf("%s: %s does not name %s", form, node.Path(), word)
				}
			}
		}
	}
	if flags == 0 {
		t.Error("no command has a flag")
	}
}
