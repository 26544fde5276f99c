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

func TestFillSaysNumbersOfTheirOwn(t *testing.T) {
	tests := []struct{ sentence, value, pt, en string }{
		{"{a:number}", "1.5", "1,5", "1.5"},
		{"{a:ms}", "29000", "29 s", "29 s"},
		{"{a:ms}", "1240", "1,24 s", "1.24 s"},
		{"{a:ms}", "180", "180 ms", "180 ms"},
		{"{a:ms}", "soon", "soon", "soon"},
		{"{a:instant}", "2026-11-23T00:46:03Z", "23/11/2026 00:46:03 UTC", "2026-11-23 00:46:03 UTC"},
		{"{a:instant}", "2026-11-22T21:46:03-03:00", "22/11/2026 21:46:03 (UTC-03:00)", "2026-11-22 21:46:03 (UTC-03:00)"},
		{"{a:instant}", "yesterday", "yesterday", "yesterday"},
	}
	for _, tt := range tests {
		args := map[string]string{"a": tt.value}
		if pt, en := fill(draft.Portuguese, tt.sentence, args), fill(draft.English, tt.sentence, args); pt != tt.pt || en != tt.en {
			t.Errorf("%s of %s is %q and %q, want %q and %q", tt.sentence, tt.value, pt, en, tt.pt, tt.en)
		}
	}
}

func TestFillCountsThings(t *testing.T) {
	for n, want := range map[string]string{"1": "1 chamada", "0": "0 chamadas", "12": "12 chamadas", "": ""} {
		if got := fill(draft.Portuguese, "[{total:chamada|chamadas}]", map[string]string{"total": n}); got != want {
			t.Errorf("%q calls: %q, want %q", n, got, want)
		}
	}
}
