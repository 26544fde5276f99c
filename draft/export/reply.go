package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// reply is a portal's answer.
type reply struct {
	status int
	header http.Header
	body   []byte
	// broken says why the body is not whole, nil when it is.
	broken error
}

// The reasons for which an answer can't be read.
var (
	errPage    = errors.New("the answer is a web page, not JSON")
	errNotJSON = errors.New("the answer is not JSON")
	errBroken  = errors.New("the answer broke off")
)

// document decodes the answer, which has to be JSON.
func (r *reply) document() (any, error) {
	if r.broken != nil {
		return nil, errBroken
	}
	if r.isPage() {
		return nil, errPage
	}
	if len(bytes.TrimSpace(r.body)) == 0 {
		return nil, nil
	}
	doc, err := decode(r.body)
	if err != nil {
		return nil, errNotJSON
	}
	return doc, nil
}

// isPage reports whether the answer is a page for people.
func (r *reply) isPage() bool {
	return strings.Contains(strings.ToLower(r.header.Get("Content-Type")), "html")
}

// wantsJSON reports whether a step reads its answer as JSON.
func (s Step) wantsJSON() bool {
	if len(s.Expect) > 0 || s.Find != nil || s.Compare != nil || s.Files != nil {
		return true
	}
	for _, c := range s.Capture {
		if c.At != "" {
			return true
		}
	}
	return false
}

// found is what a step reads in an answer: the document, or the object that Find
// chose in it.
type found struct {
	doc     any
	nothing bool
}

// read decodes the answer of a step and finds what it is about. An answer that is
// not what was due is one of the errors above.
func (s Step) read(r *reply, v values) (found, error) {
	if !s.wantsJSON() {
		if r.broken != nil {
			return found{}, errBroken
		}
		return found{}, nil
	}
	doc, err := r.document()
	if err != nil || s.Find == nil {
		return found{doc: doc}, err
	}
	list, _ := at(doc, s.Find.In).([]any)
	i := slices.IndexFunc(list, func(item any) bool { return s.Find.fits(item, v) })
	if i < 0 {
		return found{nothing: true}, nil
	}
	return found{doc: list[i]}, nil
}

func (f *Find) fits(item any, v values) bool {
	for pointer, want := range f.Where {
		if got, _ := lookup(item, pointer); got != expand(want, v, verbatim) {
			return false
		}
	}
	for pointer, want := range f.Contains {
		if got, _ := lookup(item, pointer); !strings.Contains(got, expand(want, v, verbatim)) {
			return false
		}
	}
	for pointer, words := range f.Except {
		if got, _ := lookup(item, pointer); slices.Contains(words, got) {
			return false
		}
	}
	return true
}

// unmet returns the pointer under which an answer does not say what a success says.
func (s Step) unmet(doc any, v values) (pointer string, ok bool) {
	for _, pointer := range names(s.Expect) {
		if got, _ := lookup(doc, pointer); got != expand(s.Expect[pointer], v, verbatim) {
			return pointer, true
		}
	}
	return "", false
}

// capture takes the variables of a step from an answer. One that is not there is
// left out.
func (s Step) capture(r *reply, f found) map[string]string {
	taken := map[string]string{}
	for name, c := range s.Capture {
		if value := c.from(r, f); value != "" {
			taken[name] = value
		}
	}
	return taken
}

func (c Capture) from(r *reply, f found) string {
	var texts []string
	switch {
	case c.At != "":
		text, _ := lookup(f.doc, c.At)
		texts = []string{text}
	case c.Header != "":
		// A field may stand several times, as Set-Cookie does.
		texts = r.header.Values(c.Header)
	case c.Body && r.isPage():
		// What a form has in its fields is written with the escapes of HTML.
		texts = []string{html.UnescapeString(string(r.body))}
	case c.Body:
		texts = []string{string(r.body)}
	}
	for _, text := range texts {
		text = strings.TrimSpace(text)
		if c.Match == "" {
			return text
		}
		if groups := regexp.MustCompile(c.Match).FindStringSubmatch(text); len(groups) > 1 {
			return groups[1]
		}
	}
	return ""
}

// words returns the portal's own, as one short line.
func (p Pointers) words(r *reply) string {
	doc, err := r.document()
	if err != nil {
		return ""
	}
	for _, pointer := range p {
		if words, _ := lookup(doc, pointer); words != "" {
			return Limits{}.cut(oneLine(words), 200)
		}
	}
	return ""
}

// decode reads one JSON document and keeps numbers as they are written: an id
// may have more digits than a float64.
func decode(data []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var doc any
	if err := decoder.Decode(&doc); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("something follows the document")
	}
	return doc, nil
}
