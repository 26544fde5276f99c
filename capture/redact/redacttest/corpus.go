// Package redacttest reads the messages in which values are planted, for the tests of
// whatever masks them, keeps them, or has them leave.
package redacttest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flagrante/proxy"
)

// Planted is a value in a message, and where it begins there, in bytes.
type Planted struct {
	Value string
	At    int
}

// Sample is one message of the corpus.
type Sample struct {
	// Name is that of the file, and the number of the message in it.
	Name string
	// Kind is a media type, or "url", or "header" for lines of header fields.
	Kind    string
	Text    string
	Planted []Planted
}

// Read returns the messages of the files in a folder. A file has a first line with the
// kind, then a message in which ⟦…⟧ marks the values; a line "====" separates messages.
func Read(tb testing.TB, folder string) []Sample {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no files in %s: %v", folder, err)
	}
	var all []Sample
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		for i, message := range strings.Split(string(data), "\n====\n") {
			kind, text, ok := strings.Cut(strings.TrimRight(message, "\n"), "\n")
			if !ok {
				tb.Fatalf("%s: message %d has no content", file, i+1)
			}
			s := Sample{Name: fmt.Sprintf("%s:%d", filepath.Base(file), i+1), Kind: kind}
			s.parse(text)
			all = append(all, s)
		}
	}
	return all
}

func (s *Sample) parse(text string) {
	for {
		before, rest, found := strings.Cut(text, "⟦")
		s.Text += before
		if !found {
			return
		}
		value, after, _ := strings.Cut(rest, "⟧")
		s.Planted = append(s.Planted, Planted{value, len(s.Text)})
		s.Text += value
		text = after
	}
}

// Request puts a message where its kind says: the URL, header fields, or the body.
func (s Sample) Request(url string) proxy.Request {
	r := proxy.Request{Method: "POST", URL: url, Proto: "HTTP/1.1"}
	switch {
	case s.Kind == "url":
		r.URL = s.Text
	case s.Fields():
		for line := range strings.Lines(s.Text) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
			r.Header = append(r.Header, proxy.Field{Name: name, Value: value})
		}
	default:
		r.Header = proxy.Fields{{Name: "Content-Type", Value: s.Kind}}
		r.Body = proxy.Body{Data: []byte(s.Text), Size: int64(len(s.Text)), Complete: true}
	}
	return r
}

// Fields reports whether it is header fields.
func (s Sample) Fields() bool { return strings.HasPrefix(s.Kind, "header") }
