package export

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"flagrante/draft/gate"
	"flagrante/proxy"
)

// mask stands for a secret wherever a request is shown.
const mask = "••••••••"

// Request is one request, complete to the last byte.
type Request struct {
	// Do is what it is for: see Step.
	Do     string
	Method string
	URL    string
	Header []proxy.Field
	Body   []byte
	// parts are the same for the gate.
	parts []gate.Part
}

// builder makes the requests of a recipe. What it makes of the same values is always
// the same, byte for byte.
type builder struct {
	portal *portal
	values values
	// secrets are those by name, or nil where they are masked.
	secrets map[string]string
	files   []File
	// hosts are those of the calls in the parcel.
	hosts []string
	// file is that of a repeated step, the nth of files, else nil.
	file *File
	nth  int
	now  time.Time
}

// open returns the values for places where secrets may stand.
func (b *builder) open() values {
	secrets := map[string]string{"timestamp": mask}
	if b.secrets != nil {
		secrets["timestamp"] = strconv.FormatInt(b.now.Unix(), 10)
	}
	for _, name := range b.portal.recipe.private() {
		secrets[name] = mask
		if b.secrets != nil {
			secrets[name] = b.secrets[name]
		}
	}
	return b.values.with(secrets)
}

// private lists all names that stand for secrets, captured ones included.
func (r *Recipe) private() []string { return append(r.secrets(), r.captured(doAuth)...) }

// build makes the request of a step.
func (b *builder) build(s Step) (Request, error) {
	if b.file != nil {
		inner := *b
		inner.values, inner.files, inner.file = b.values.ofFile(b.nth, *b.file), []File{*b.file}, nil
		return inner.build(s)
	}
	path := shownMask(expand(s.Path, b.open(), url.PathEscape), url.PathEscape)
	address, err := b.address(s, path)
	out := Request{Do: s.Do, Method: s.Method, URL: address}
	if err != nil {
		return out, err
	}
	body, kind, err := b.body(s)
	if err != nil {
		return out, fmt.Errorf("build the body of the step %s: %w", s.Do, err)
	}
	out.Body = body
	out.Header = b.header(s, kind, path, body)
	if out.parts, err = b.partsOf(s, out, kind); err != nil {
		return out, fmt.Errorf("build the body of the step %s: %w", s.Do, err)
	}
	return out, nil
}

func (b *builder) body(s Step) (body []byte, kind string, err error) {
	v := b.open()
	switch {
	case s.JSON.given():
		body, err = b.document(s.JSON, v)
		return body, "application/json", err
	case s.Fields != nil:
		form, err := b.form(s.Fields)
		return []byte(form), "application/x-www-form-urlencoded", err
	case s.Multipart != nil:
		return b.multipart(s.Multipart, v)
	case s.Body == "file" && len(b.files) == 1:
		return b.files[0].Data, b.files[0].Type, nil
	}
	return nil, "", nil
}

// document writes the JSON of a tree.
func (b *builder) document(t Tree, v values) ([]byte, error) {
	tree, err := t.fill(v, b.files)
	if err != nil {
		return nil, err
	}
	return encode(tree)
}

// multipart writes a form as RFC 7578 has it. The boundary depends on nothing but
// what it separates.
func (b *builder) multipart(parts []Part, v values) (body []byte, kind string, err error) {
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	if err := w.SetBoundary(b.boundary()); err != nil {
		return nil, "", err
	}
	for _, p := range parts {
		if err := b.part(w, p, v); err != nil {
			return nil, "", err
		}
	}
	err = w.Close()
	return out.Bytes(), w.FormDataContentType(), err
}

func (b *builder) boundary() string {
	h := sha256.New()
	h.Write([]byte(b.values.get("text")))
	for _, f := range b.files {
		h.Write(f.Data)
	}
	return "flagrante-" + hex.EncodeToString(h.Sum(nil)[:16])
}

func (b *builder) part(w *multipart.Writer, p Part, v values) error {
	name := expand(p.Name, b.values, oneLine)
	switch {
	case p.File:
		for _, f := range b.files {
			if err := writePart(w, name, f.Name, f.Type, f.Data); err != nil {
				return err
			}
		}
		return nil
	case p.JSON.given():
		data, err := b.document(p.JSON, v)
		if err != nil {
			return err
		}
		if p.Type == "" {
			p.Type = "application/json"
		}
		return writePart(w, name, "", p.Type, data)
	}
	value := expand(p.Value, v, verbatim)
	if value == "" {
		return nil
	}
	return writePart(w, name, "", p.Type, []byte(value))
}

func writePart(w *multipart.Writer, name, file, kind string, data []byte) error {
	header := textproto.MIMEHeader{}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	disposition := `form-data; name="` + quoted.Replace(name) + `"`
	if file != "" {
		disposition += `; filename="` + quoted.Replace(oneLine(file)) + `"`
	}
	header.Set("Content-Disposition", disposition)
	if kind != "" {
		header.Set("Content-Type", kind)
	}
	part, err := w.CreatePart(header)
	if err == nil {
		_, err = part.Write(data)
	}
	return err
}

func (b *builder) header(s Step, kind, path string, body []byte) []proxy.Field {
	r := b.portal.recipe
	fields := map[string]string{"Accept": "application/json", "User-Agent": "flagrante"}
	if kind != "" {
		fields["Content-Type"] = kind
	}
	open := b.open()
	shared, basic := r.Header, r.Basic
	if s.Do == doAuth || s.Address != "" {
		shared, basic = nil, nil
	}
	if basic = cmp.Or(s.Basic, basic); basic != nil {
		fields["Authorization"] = b.basic(basic, open)
	}
	for _, own := range []map[string]string{shared, s.Header} {
		for name, value := range own {
			// A step takes a field back by giving it empty.
			if fields[name] = expand(value, open, oneLine); fields[name] == "" {
				delete(fields, name)
			}
		}
	}
	if r.Sign != nil {
		fields[r.Sign.Header] = b.signature(open, s.Method, path, body)
	}
	var header []proxy.Field
	for _, name := range names(fields) {
		header = append(header, proxy.Field{Name: name, Value: fields[name]})
	}
	return header
}

func (b *builder) basic(basic *Basic, open values) string {
	if b.secrets == nil {
		return "Basic " + mask
	}
	pair := expand(basic.User, open, oneLine) + ":" + expand(basic.Password, open, oneLine)
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
}

func (b *builder) signature(open values, method, path string, body []byte) string {
	s := b.portal.recipe.Sign
	if b.secrets == nil {
		return expand(s.As, values{text: map[string]string{"digest": mask, "timestamp": mask}}, verbatim)
	}
	mac := hmac.New(sha256.New, b.key(open))
	parts := map[string]string{"timestamp": open.get("timestamp"), "method": method, "path": path, "body": string(body)}
	mac.Write([]byte(expand(s.Over, b.values.with(parts), verbatim)))
	parts["digest"] = hex.EncodeToString(mac.Sum(nil))
	if s.Encoding == "base64" {
		parts["digest"] = base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return expand(s.As, values{text: parts}, oneLine)
}

// key returns the bytes with which requests are signed. One that is not the base64 that
// it should be is used as it is written; the portal refuses what it signs.
func (b *builder) key(open values) []byte {
	s := b.portal.recipe.Sign
	key := expand(cmp.Or(s.Key, "{secret}"), open, verbatim)
	if s.KeyEncoding == "" {
		return []byte(key)
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, "whsec_"))
	if err != nil {
		return []byte(key)
	}
	return decoded
}

// encode writes JSON without the escapes that are of use only inside HTML.
func encode(tree any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// skipped reports whether a step is left out because a variable is empty.
func (b *builder) skipped(s Step) bool {
	return slices.ContainsFunc(s.If, func(name string) bool { return b.values.get(name) == "" })
}
