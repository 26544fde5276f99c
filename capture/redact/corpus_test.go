package redact_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"flagrante/capture/redact"
	"flagrante/capture/redact/redacttest"
	"flagrante/proxy"
)

// sample is a message of testdata/redact, or one made of it, with its planted values.
type sample struct {
	name, kind, text string
	values           []string
}

func samples(t testing.TB, folder string) (all []sample) {
	t.Helper()
	for _, s := range redacttest.Read(t, "../../testdata/redact/"+folder) {
		one := sample{name: s.Name, kind: s.Kind, text: s.Text}
		for _, p := range s.Planted {
			one.values = append(one.values, p.Value)
		}
		all = append(all, one)
	}
	return all
}

// exchange puts a sample where its kind says.
func (s sample) exchange() *proxy.Exchange {
	return &proxy.Exchange{Request: redacttest.Sample{Kind: s.kind, Text: s.text}.Request("https://api.banco.example/v1")}
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
