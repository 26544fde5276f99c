package document_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/document"
)

// standard is what encoding/json makes of the first value of a text.
func standard(text string) any {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return nil
	}
	return value
}

func jsonTexts() []string {
	return []string{
		`{"a":[1,-2.5e+3,true,false,null,"\u00e9\n"],"b":{},"":"","a":"again"}`, `[01]`, "{} []", `"\x"`, `"\ud83d\ude00 \ud83d x"`, "-", "1e", `[1.]`, "nul", "null", "\"\xff\"", " 12 ", "1x", `{"a":1,}`, `["a" "b"]`, `{"a"`, `{"a":1`, "[", "",
		"\"a\nb\"", strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
	}
}

func TestParseReadsAsTheStandardLibraryDoes(t *testing.T) {
	for _, text := range jsonTexts() {
		if diff := cmp.Diff(standard(text), document.Parse(text)); diff != "" {
			t.Errorf("%.40q (-encoding/json +got):\n%s", text, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range jsonTexts() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if diff := cmp.Diff(standard(text), document.Parse(text)); diff != "" {
			t.Errorf("%q (-encoding/json +got):\n%s", text, diff)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := `{"cobs":[` + strings.Repeat(`{"txid":"7978c0c97ea847e78e8849634473c1f1","situation":"ATIVA","valor":{"original":"10.00"}},`, 10) + `{}]}`
	for name, parse := range map[string]func(string) any{"Parse": document.Parse, "encoding/json": standard} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				parse(text)
			}
		})
	}
}

func TestBeginning(t *testing.T) {
	for text, want := range map[string]any{
		`{"a":"x","b":"y`:              map[string]any{"a": "x"},
		`{"a":{"b":[1,{"c":"d"},{"e`:   map[string]any{"a": map[string]any{"b": []any{json.Number("1"), map[string]any{"c": "d"}, map[string]any{}}}},
		`{"a":12`:                      map[string]any{},
		`{"a":12,`:                     map[string]any{"a": json.Number("12")},
		`{"a":"x"}`:                    map[string]any{"a": "x"},
		"{\"a\":\"x\",\"b\":\"y\nz\"}": map[string]any{"a": "x"},
		`no`:                           nil,
	} {
		if diff := cmp.Diff(want, document.Beginning(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}
