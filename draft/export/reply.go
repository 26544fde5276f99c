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

	"golang.org/x/text/unicode/norm"
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

// found is what a step reads in an answer: the whole document, and in it the object that
// Find chose, or the whole again. Pointers may name values.
type found struct {
	doc, whole any
	values     values
}

// at returns what stands at a pointer.
func (f found) at(pointer string) any { return at(f.doc, expand(pointer, f.values, escapePointer)) }

// text returns the scalar at a pointer, and whether there is one.
func (f found) text(pointer string) (string, bool) { return lookup(f.at(pointer), "") }

// in returns f for a part of its document.
func (f found) in(part any) found { return found{doc: part, whole: f.whole, values: f.values} }

// read decodes the answer of a step and finds what it is about. An answer that is
// not what was due is one of the errors above.
func (s Step) read(r *reply, v values) (found, error) {
	// What a redirect says beside the address is for people.
	if !s.wantsJSON() || r.status/100 == 3 {
		if r.broken != nil {
			return found{}, errBroken
		}
		return found{values: v}, nil
	}
	doc, err := r.document()
	f := found{doc: doc, whole: doc, values: v}
	if err != nil || s.Find == nil {
		return f, err
	}
	list, _ := f.at(s.Find.In).([]any)
	i := slices.IndexFunc(list, func(item any) bool { return s.Find.fits(f.in(item)) })
	if i < 0 {
		return f.in(nil), nil
	}
	return f.in(list[i]), nil
}

func (f *Find) fits(item found) bool {
	for pointer, want := range f.Where {
		if got, _ := item.text(pointer); got != expand(want, item.values, verbatim) {
			return false
		}
	}
	for pointer, want := range f.Contains {
		if got, _ := item.text(pointer); !strings.Contains(got, expand(want, item.values, verbatim)) {
			return false
		}
	}
	return !item.says(f.Except)
}

// says reports whether one of the words stands at its pointer.
func (f found) says(words map[string][]string) bool {
	for pointer, list := range words {
		if got, _ := f.text(pointer); oneOf(list, got) {
			return true
		}
	}
	return false
}

// denies reports whether an answer says, in the words of None, that there is no ticket.
func (s Step) denies(r *reply, v values) bool {
	doc, err := r.document()
	return err == nil && found{doc: doc, values: v}.says(s.None)
}

// oneOf reports whether a portal's word is among those that a recipe lists. Case, and how
// letters with accents are coded, make no other word of it.
func oneOf(list []string, word string) bool {
	return slices.ContainsFunc(list, func(listed string) bool {
		return strings.EqualFold(norm.NFC.String(listed), norm.NFC.String(strings.TrimSpace(word)))
	})
}

// unmet returns the pointer under which an answer does not say what a success says. It
// begins in the whole answer, whatever Find chose there.
func (s Step) unmet(f found) (pointer string, ok bool) {
	for _, pointer := range names(s.Expect) {
		if got, _ := f.in(f.whole).text(pointer); got != expand(s.Expect[pointer], f.values, verbatim) {
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
		text, _ := f.text(c.At)
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
