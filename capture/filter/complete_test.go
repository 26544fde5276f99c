package filter_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/filter"
)

func TestPlaceOfTheCursor(t *testing.T) {
	type completion struct {
		Start, End int
		Field      string
		Prefix     string
		Known      []string
	}
	for text, want := range map[string]completion{
		"|":                   {0, 0, "", "", fields().Names()},
		"st|":                 {0, 2, "", "st", []string{"status"}},
		"host:a (kin|d:tls":   {8, 16, "", "kin", []string{"kind"}},
		"kind:t|":             {5, 6, "kind", "t", []string{"timeout", "tls"}},
		"kind:tls,ti|":        {9, 11, "kind", "ti", []string{"timeout"}},
		"-severity>=m|x or a": {11, 13, "severity", "m", []string{"medium"}},
		`ação host:"a b|" c`:  {10, 15, "host", "a b", nil},
		`"insufficient |`:     {0, 14, "", "insufficient ", nil},
		`"insufficient" |`:    {15, 15, "", "", fields().Names()},
		"nothing:k|":          {0, 9, "", "nothing:k", nil},
		"a, (|":               {4, 4, "", "", fields().Names()},
	} {
		before, after, _ := strings.Cut(text, "|")
		s := fields()
		p := filter.At(s, before+after, len([]rune(before)))
		got := completion{Start: p.Start, End: p.End, Prefix: p.Prefix, Known: p.Known(s)}
		if p.Field != nil {
			got.Field = p.Field.Name
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", text, diff)
		}
	}
}

func TestInsertedValuesAreReadAgain(t *testing.T) {
	s := fields()
	p := filter.At(s, "host:", 5)
	for _, value := range []string{"api.bank.example", `a "b" \c`, "a,b", "50*", "(x)", "não"} {
		f, err := parse("host:" + p.Insert(value))
		if err != nil {
			t.Errorf("%s: %v", value, err)
			continue
		}
		if _, args := f.SQL(words); !slices.Equal(args, []any{value}) {
			t.Errorf("%s: got %v", value, args)
		}
	}
}
