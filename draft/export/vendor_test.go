package export

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-cmp/cmp"
)

// The secrets of the vendors of these tests.
const (
	rightToken = "whsec_c2VncmVkby1kb3MtdGVzdGVz"
	otherToken = "whsec_b3V0cm8tc2VncmVkbw"
)

// vendor is a portal that holds to its published contract. What a request breaks of it
// is noted, beside the answer that the contract has for that.
type vendor struct {
	mu       sync.Mutex
	tickets  []*sold
	uploads  map[string]kept
	breaches []string
	// before may answer a request instead; it reports whether it did.
	before func(w http.ResponseWriter, r *http.Request) bool
	// lose ends the connection after the next create.
	lose bool
	// mute has the vendor keep no value of this field, though it says that all is well.
	mute string
}

// sold is a ticket of a vendor.
type sold struct {
	id       int
	fields   map[string]any
	files    []kept
	comments []string
	state    string
}

// kept is a file as a vendor has it.
type kept struct {
	name, kind string
	data       []byte
}

func (k kept) digest() string { return fmt.Sprintf("%x", sha256.Sum256(k.data)) }

// between runs f while no request is answered: one whose connection was given up may still be.
func (v *vendor) between(f func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	f()
}

// sales are the tickets that were made.
func (v *vendor) sales() (all []*sold) {
	v.between(func() { all = slices.Clone(v.tickets) })
	return all
}

// breach notes what a request broke.
func (v *vendor) breach(r *http.Request, format string, args ...any) {
	v.breaches = append(v.breaches, r.Method+" "+r.URL.Path+": "+fmt.Sprintf(format, args...))
}

// object reads a JSON body, which has to be announced as one, and allows these members
// alone.
func (v *vendor) object(r *http.Request, members ...string) map[string]any {
	body := map[string]any{}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		v.breach(r, "the content type is %q", r.Header.Get("Content-Type"))
		return body
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		v.breach(r, "no JSON: %v", err)
	}
	v.only(r, body, members...)
	return body
}

func (v *vendor) only(r *http.Request, object map[string]any, members ...string) {
	for name := range object {
		if !slices.Contains(members, name) {
			v.breach(r, "the contract has no member %q", name)
		}
	}
}

// member returns the object under a name, which allows these members alone.
func (v *vendor) member(r *http.Request, object map[string]any, name string, members ...string) map[string]any {
	inner, ok := object[name].(map[string]any)
	if !ok {
		v.breach(r, "%s is no object but %T", name, object[name])
	}
	v.only(r, inner, members...)
	return inner
}

// query checks that a request asks for exactly that.
func (v *vendor) query(r *http.Request, want map[string]string) {
	got := map[string]string{}
	for name := range r.URL.Query() {
		// A check looks for a fingerprint that is nowhere.
		got[name] = strings.ReplaceAll(r.URL.Query().Get(name), "v0-0000000000", "v1:3c1f")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		v.breach(r, "query (-contract +request):\n%s", diff)
	}
}

// form reads a multipart body: its texts by name, and the files of one name.
func (v *vendor) form(r *http.Request, files string) (texts map[string]string, list []kept) {
	texts = map[string]string{}
	reader, err := r.MultipartReader()
	if err != nil {
		v.breach(r, "no form: %v", err)
		return texts, nil
	}
	for {
		part, err := reader.NextPart()
		if err != nil {
			return texts, list
		}
		data, err := io.ReadAll(part)
		switch {
		case err != nil:
			v.breach(r, "a part breaks off: %v", err)
		case part.FormName() == files && part.FileName() != "":
			list = append(list, kept{part.FileName(), part.Header.Get("Content-Type"), data})
		default:
			texts[part.FormName()] = string(data)
		}
	}
}

// raw reads a body that is a file.
func (v *vendor) raw(r *http.Request, name string) kept {
	data, err := io.ReadAll(r.Body)
	if err != nil || r.Header.Get("Content-Type") == "" || name == "" {
		v.breach(r, "the file %q of the type %q: %v", name, r.Header.Get("Content-Type"), err)
	}
	return kept{name, r.Header.Get("Content-Type"), data}
}

// unpacked decodes base64.
func (v *vendor) unpacked(r *http.Request, name, kind, data string) kept {
	plain, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		v.breach(r, "the file %s is no base64: %v", name, err)
	}
	return kept{name, kind, plain}
}

// add makes a ticket of the fields that have a value.
func (v *vendor) add(fields map[string]any, files ...kept) *sold {
	for name, value := range fields {
		if value == nil || value == "" || name == v.mute {
			delete(fields, name)
		}
	}
	t := &sold{id: 100 + len(v.tickets), fields: fields, files: files, state: "new"}
	v.tickets = append(v.tickets, t)
	return t
}

// made answers a create, unless its answer is to be lost.
func (v *vendor) made(w http.ResponseWriter, status int, body any) {
	if v.lose {
		v.lose = false
		panic(http.ErrAbortHandler)
	}
	v.give(w, status, body)
}

func (v *vendor) give(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	answer(w, status, body)
}

// of returns the ticket of a number, nil when there is none.
func (v *vendor) of(number string) *sold {
	for _, t := range v.tickets {
		if fmt.Sprint(t.id) == strings.TrimLeft(number, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-0") {
			return t
		}
	}
	return nil
}

// upload keeps a file under a token of its own.
func (v *vendor) upload(file kept) (token string) {
	token = fmt.Sprintf("up%d", len(v.uploads)+1)
	if v.uploads == nil {
		v.uploads = map[string]kept{}
	}
	v.uploads[token] = file
	return token
}

// taken returns the uploaded files of a list of tokens, which are used up then.
func (v *vendor) taken(r *http.Request, tokens any) (files []kept) {
	list, _ := tokens.([]any)
	for _, token := range list {
		file, ok := v.uploads[fmt.Sprint(token)]
		if !ok {
			v.breach(r, "nothing was uploaded as %v", token)
		}
		delete(v.uploads, fmt.Sprint(token))
		files = append(files, file)
	}
	return files
}

// listed writes the files of a ticket as a list of objects.
func listed(files []kept, name, size string) []any {
	list := []any{}
	for i, f := range files {
		item := map[string]any{"id": i + 1, name: f.name}
		if size != "" {
			item[size] = len(f.data)
		}
		list = append(list, item)
	}
	return list
}
