package words

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
)

// entries parses a catalogue the slow and strict way.
func entries(t *testing.T, text string) map[string]string {
	t.Helper()
	found := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, sentence, ok := strings.Cut(line, " = ")
		if !ok || key == "" || sentence == "" || strings.TrimSpace(sentence) != sentence {
			t.Errorf("the line %q is not \"key = sentence\"", line)
		}
		if _, twice := found[key]; twice {
			t.Errorf("the key %q is there twice", key)
		}
		found[key] = sentence
	}
	return found
}

func TestCataloguesHaveTheSameKeysAndPlaceholders(t *testing.T) {
	pt, en := entries(t, portuguese), entries(t, english)
	shape := func(m map[string]string) map[string][]string {
		shapes := map[string][]string{}
		for key, sentence := range m {
			names := placeholders(sentence)
			slices.Sort(names)
			shapes[key] = slices.Compact(names)
		}
		return shapes
	}
	if diff := cmp.Diff(shape(pt), shape(en)); diff != "" {
		t.Errorf("pt-BR (-) and en (+) differ:\n%s", diff)
	}
	if len(pt) < 100 {
		t.Errorf("only %d sentences were found", len(pt))
	}
}

func TestEverySentenceIsFoundAndBalanced(t *testing.T) {
	for _, lang := range []draft.Lang{draft.Portuguese, draft.English} {
		for key, sentence := range entries(t, catalogue(lang)) {
			if got, ok := find(lang, key); !ok || got != sentence {
				t.Errorf("find(%s, %q) = %q, %v; want %q", lang, key, got, ok, sentence)
			}
			full := map[string]string{}
			for _, name := range placeholders(sentence) {
				full[name] = "x"
			}
			if got := Text(lang, key, full); strings.ContainsAny(got, "{}[]") {
				t.Errorf("Text(%s, %q) = %q: brackets are left over", lang, key, got)
			}
		}
	}
}

func TestSay(t *testing.T) {
	args := func(kv ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i]] = kv[i+1]
		}
		return m
	}
	tests := []struct {
		name string
		lang draft.Lang
		key  string
		args map[string]string
		want string
	}{
		{"a value", draft.Portuguese, "judge.status", args("status", "503", "phrase", "Service Unavailable"),
			"A API respondeu 503 Service Unavailable"},
		{"an empty value takes its part away", draft.Portuguese, "judge.status", args("status", "599"),
			"A API respondeu 599"},
		{"a value said with a word", draft.Portuguese, "judge.transport",
			args("type", "connection_refused", "phase", "connect", "text", "dial tcp: connect: connection refused"),
			"Não houve resposta HTTP: conexão recusada (fase: conexão TCP). Detalhe: dial tcp: connect: connection refused"},
		{"a value without a word", draft.English, "judge.transport", args("type", "new_type", "phase", "connect"),
			"There was no HTTP answer: new_type (phase: TCP connection)"},
		{"a value that looks like a placeholder", draft.English, "judge.status", args("status", "{phrase}", "phrase", "[{status}]"),
			"The API answered {phrase} [{status}]"},
		{"an unknown length", draft.English, "judge.truncated", args("got", "12"),
			"The answer broke off in the middle: 12 bytes arrived"},
		{"a decimal", draft.Portuguese, "judge.gave_up", args("seconds", "30.5"), "O app esperou 30,5 s pela resposta e desistiu"},
		{"an unknown key", draft.English, "judge.nonsense", nil, "judge.nonsense"},
		{"an unknown language", "fr", "text.category", nil, "Categoria"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Say(tt.lang, capture.Reason{Key: tt.key, Args: tt.args}); got != tt.want {
				t.Errorf("Say = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSayAllIsNeverNil(t *testing.T) {
	if got := SayAll(draft.English, nil); got == nil {
		t.Error("SayAll(nil) = nil, want an empty list")
	}
	want := []string{"Category", "Severity"}
	got := SayAll(draft.English, []capture.Reason{{Key: "text.category"}, {Key: "text.severity"}})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
