package redact_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flagrante/capture/redact"
	"flagrante/proxy"
)

// sample is a file of testdata/redact: a first line with the media type or the
// name of a header field, then a message in which ⟦…⟧ marks the values.
type sample struct {
	name, kind, text string
	values           []string
}

// samples reads the files of a folder; a line "====" separates messages.
func samples(t testing.TB, folder string) []sample {
	t.Helper()
	files, err := filepath.Glob("../../testdata/redact/" + folder + "/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	var all []sample
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, message := range strings.Split(string(data), "\n====\n") {
			kind, text, ok := strings.Cut(strings.TrimRight(message, "\n"), "\n")
			if !ok {
				t.Fatalf("%s: message %d has no content", file, i+1)
			}
			s := sample{name: fmt.Sprintf("%s:%d", filepath.Base(file), i+1), kind: kind}
			for {
				before, rest, found := strings.Cut(text, "⟦")
				s.text += before
				if !found {
					break
				}
				value, after, _ := strings.Cut(rest, "⟧")
				s.text += value
				s.values = append(s.values, value)
				text = after
			}
			all = append(all, s)
		}
	}
	return all
}

// exchange puts a sample where its kind says: a body, the URL, or a field.
func (s sample) exchange() *proxy.Exchange {
	x := request("https://api.banco.example/v1", nil, "")
	switch {
	case s.kind == "url":
		x.Request.URL = s.text
	case strings.HasPrefix(s.kind, "header"):
		for line := range strings.Lines(s.text) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			x.Request.Header = append(x.Request.Header, proxy.Field{Name: name, Value: value})
		}
	default:
		x.Request.Header = proxy.Fields{{Name: "Content-Type", Value: s.kind}}
		x.Request.Body = proxy.Body{Data: []byte(s.text), Size: int64(len(s.text)), Complete: true}
	}
	return x
}

// rendered is all that a masked exchange says.
func rendered(x proxy.Exchange) string {
	var out strings.Builder
	out.WriteString(x.Request.URL + "\n")
	for _, f := range x.Request.Header {
		out.WriteString(f.Name + ": " + f.Value + "\n")
	}
	out.Write(x.Request.Body.Data)
	return out.String()
}

func testKey() []byte { return []byte("0123456789abcdef0123456789abcdef") }

// TestRecall holds that no planted value is left, in whatever form.
func TestRecall(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	planted, missed := 0, 0
	for _, s := range samples(t, "recall") {
		for _, again := range s.wrapped() {
			masked, marks := r.Personal(again.exchange())
			text := rendered(masked)
			for _, value := range again.values {
				planted++
				if left(text, value) {
					missed++
					t.Errorf("%s: %q is left in %s", again.name, value, text)
				}
			}
			if len(marks) == 0 {
				t.Errorf("%s: no marks", again.name)
			}
			twice, _ := r.Personal(&masked)
			if rendered(twice) != text {
				t.Errorf("%s: masking twice gives\n%s\nafter\n%s", again.name, rendered(twice), text)
			}
			if again.kind == "application/json" && json.Valid([]byte(again.text)) && !json.Valid(masked.Request.Body.Data) {
				t.Errorf("%s: no JSON any more: %s", again.name, masked.Request.Body.Data)
			}
		}
	}
	t.Logf("%d planted values, %d left", planted, missed)
	if planted < 400 {
		t.Errorf("only %d values are planted", planted)
	}
}

// wrapped returns the sample, and its text inside of other messages.
func (s sample) wrapped() []sample {
	all := []sample{s}
	if s.kind == "url" || strings.HasPrefix(s.kind, "header") || strings.HasPrefix(s.kind, "multipart") {
		return all
	}
	quoted, _ := json.Marshal(map[string]string{"evento": "x", "body": s.text})
	add := func(name, kind, text string) {
		all = append(all, sample{name: s.name + " " + name, kind: kind, text: text, values: s.values})
	}
	add("in a string", "application/json", string(quoted))
	if strings.HasPrefix(strings.TrimSpace(s.text), "{") {
		add("in base64", "application/json", `{"payload":"`+base64.StdEncoding.EncodeToString([]byte(s.text))+`"}`)
		add("in a form", "application/x-www-form-urlencoded", "id=1&payload="+url.QueryEscape(s.text))
		add("in a log", "text/plain", "2026-11-24 10:00:00 INFO request body="+s.text+" status=500")
		add("of the wrong type", "text/html", s.text)
	}
	return all
}

// left looks for a value as it is, and in the forms in which it may be hidden.
func left(text, value string) bool {
	escaped, _ := json.Marshal(value)
	for _, form := range []string{value, url.QueryEscape(value), url.PathEscape(value), strings.Trim(string(escaped), `"`), base64.StdEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value))} {
		if strings.Contains(text, form) {
			return true
		}
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("\" \n<>:,{}&", r) }) {
		word, _ = url.PathUnescape(word)
		_, tail, found := strings.Cut(word, "=")
		for _, coded := range []string{word, tail} {
			if plain, err := base64.StdEncoding.DecodeString(coded); err == nil && len(plain) > 8 && bytes.Contains(plain, []byte(value)) && (found || coded == word) {
				return true
			}
		}
	}
	return false
}

// TestPrecision holds that what support needs stays readable.
func TestPrecision(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	kept, all := 0, 0
	for _, s := range samples(t, "precision") {
		masked, _ := r.Personal(s.exchange())
		text := rendered(masked)
		for _, value := range s.values {
			all++
			if strings.Contains(text, value) {
				kept++
			} else {
				t.Logf("%s: %q is masked", s.name, value)
			}
		}
	}
	rate := float64(kept) / float64(all)
	t.Logf("%d of %d values stay readable: %.1f %%", kept, all, 100*rate)
	if all < 200 || rate < 0.98 {
		t.Errorf("%d of %d values stay readable", kept, all)
	}
}
