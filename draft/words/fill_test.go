package words

import (
	"strings"
	"testing"

	"flagrante/draft"
)

// Whatever the sentence and the value are, a value never opens a placeholder of
// its own, and filling ends.
func FuzzFill(f *testing.F) {
	f.Add("{a} and [{b}] [ {c:error}", "{a}[{b}]")
	f.Add("[[{a}]]}{", "x")
	f.Fuzz(func(t *testing.T, sentence, value string) {
		if strings.ContainsAny(value, "{}[]:") {
			value = "plain"
		}
		once := fill(draft.English, sentence, map[string]string{"a": value})
		braced := fill(draft.English, sentence, map[string]string{"a": "{" + value + "}"})
		if got, want := strings.Count(braced, value), strings.Count(once, value); value != "" && got < want {
			t.Errorf("the value %q is in %q %d times, in %q %d times", value, braced, got, once, want)
		}
	})
}
