package gate

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gitleaks "github.com/zricethezav/gitleaks/v8/detect"
)

// TestRulesFindWhatGitleaksFinds compares what is found by our way of applying the rules
// with what gitleaks' own finds: in the corpora of other tests, and in values of many
// shapes behind the words of each rule.
func TestRulesFindWhatGitleaksFinds(t *testing.T) {
	var l leaks
	l.load()
	if l.err != nil {
		t.Fatal(l.err)
	}
	texts := corpora(t)
	random := rand.New(rand.NewPCG(1, 2))
	hits, rules := 0, map[string]bool{}
	for i, raw := range l.conf.Rules {
		if raw.Regex == "" || raw.Path != "" {
			continue
		}
		one := l.conf
		one.Rules = append(one.Rules[:0:0], raw)
		one.Rules[0].Keywords = append([]string(nil), raw.Keywords...)
		conf, err := one.Translate()
		if err != nil {
			t.Fatal(err)
		}
		theirs := gitleaks.NewDetector(conf)
		theirs.IgnoreGitleaksAllow = true
		r, err := l.rule(i)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range append(assigned(random, raw.Keywords), texts...) {
			if lower := strings.ToLower(text); !containsAny(lower, raw.Keywords) {
				continue
			}
			var want []hit
			for _, f := range theirs.DetectString(text) {
				want = append(want, hit{f.Match, f.Secret})
			}
			if diff := cmp.Diff(want, r.find(text), cmp.AllowUnexported(hit{})); diff != "" {
				t.Errorf("%s: theirs (-) and ours (+) in %q: %s", raw.ID, text, diff)
			}
			hits += len(want)
			rules[raw.ID] = rules[raw.ID] || len(want) > 0
		}
	}
	found := 0
	for _, some := range rules {
		if some {
			found++
		}
	}
	if hits < 400 || found < 60 {
		t.Errorf("%d values were found, by %d rules", hits, found)
	}
}

func containsAny(text string, words []string) bool {
	for _, word := range words {
		if strings.Contains(text, strings.ToLower(word)) {
			return true
		}
	}
	return false
}

// assigned returns texts with values behind, and after, the words of a rule.
func assigned(random *rand.Rand, words []string) []string {
	const hex, letters = "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	var texts []string
	for _, word := range words[:min(len(words), 2)] {
		for _, alphabet := range []string{hex, letters, letters[:26] + "234567"} {
			for _, length := range []int{16, 20, 32, 36, 40, 64} {
				value := make([]byte, length)
				for i := range value {
					value[i] = alphabet[random.IntN(len(alphabet))]
				}
				texts = append(texts, "a: 1\n"+word+"_key = \""+string(value)+"\"\nimport { a } from 'b' # gitleaks:allow\n"+word+string(value)+"\n")
			}
		}
	}
	return texts
}

func corpora(t *testing.T) []string {
	t.Helper()
	var texts []string
	for _, pattern := range []string{"exchange/*.txt", "redact/*/*.txt"} {
		files, err := filepath.Glob("../../testdata/" + pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts = append(texts, strings.NewReplacer("⟦", "", "⟧", "").Replace(string(data)))
		}
	}
	return texts
}
