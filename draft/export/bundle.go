package export

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/capture/curl"
	"flagrante/capture/har"
	"flagrante/draft"
	"flagrante/draft/gate"
	"flagrante/draft/steps"
	"flagrante/draft/text"
)

// BundleOptions are the parts of a bundle that a draft does not hold.
type BundleOptions struct {
	Text text.Options
	// Creator is named in the HTTP archive.
	Creator har.Creator
	// Gate looks at every file.
	Gate *gate.Gate
	// Files returns what people attached to a draft; nil where nobody can.
	Files func(ctx context.Context, d draft.Draft) ([]File, error)
}

// Bundle writes d as a zip for portals that have no interface: the ticket as
// ticket.md, ticket.html and ticket.json, the evidence as exchange.har,
// reproduce.sh and files under evidence/, what people attached under attachments/, and manifest.json with the size and
// the SHA-256 of every other file. The same draft gives the same bytes. What the gate
// holds back is a *gate.BlockedError, and nothing is written.
func Bundle(ctx context.Context, w io.Writer, d draft.Draft, o BundleOptions) error {
	files, err := bundleFiles(ctx, d, o)
	if err != nil {
		return fmt.Errorf("bundle the draft %s: %w", d.ID, err)
	}
	parts := make([]gate.Part, len(files))
	for i, f := range files {
		parts[i] = gate.Part{Name: f.Name, ContentType: f.kind, Data: f.data, Checked: f.checked}
	}
	if err := o.Gate.Check(belonging(d.Evidence.Hosts(), parts)...); err != nil {
		return fmt.Errorf("bundle the draft %s: %w", d.ID, err)
	}
	z := zip.NewWriter(w)
	for _, f := range files {
		if err := add(z, f, d.Evidence.Group.LastSeen); err != nil {
			return fmt.Errorf("write %s of the bundle: %w", f.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	return nil
}

// bundled is one file of a bundle, as the manifest lists it.
type bundled struct {
	Name string `json:"name"`
	// Size is in bytes.
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
	data   []byte
	// kind is the media type of an attachment, checked that a person has looked at it.
	kind    string
	checked bool
}

func bundledFile(name string, data []byte) bundled {
	sum := sha256.Sum256(data)
	return bundled{Name: name, Size: len(data), SHA256: hex.EncodeToString(sum[:]), data: data}
}

func bundleFiles(ctx context.Context, d draft.Draft, o BundleOptions) ([]bundled, error) {
	page, err := text.HTML(d, o.Text)
	if err != nil {
		return nil, fmt.Errorf("write ticket.html: %w", err)
	}
	object, err := indented(text.DraftObject(d, o.Text))
	if err != nil {
		return nil, fmt.Errorf("write ticket.json: %w", err)
	}
	recorded, err := archive(o.Creator, related(d))
	if err != nil {
		return nil, fmt.Errorf("write exchange.har: %w", err)
	}
	files := []bundled{
		bundledFile("ticket.md", []byte(text.Markdown(d, o.Text))),
		bundledFile("ticket.html", []byte(page)),
		bundledFile("ticket.json", object),
		bundledFile(archiveFile, recorded),
	}
	files = append(files, evidence(d, o.Text.Lang)...)
	attached, err := attachments(ctx, d, o)
	if err != nil {
		return nil, err
	}
	files = append(files, attached...)
	list, err := manifest(d, files)
	return append(files, list), err
}

// attachments returns what people attached, numbered, so that no two have one name.
func attachments(ctx context.Context, d draft.Draft, o BundleOptions) (files []bundled, err error) {
	if o.Files == nil {
		return nil, nil
	}
	attached, err := o.Files(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("read the attachments: %w", err)
	}
	for i, f := range attached {
		name := strings.NewReplacer("/", "_", `\`, "_").Replace(oneLine(f.Name))
		file := bundledFile(fmt.Sprintf("attachments/%02d-%s", i+1, name), f.Data)
		file.kind, file.checked = f.Type, f.Checked
		files = append(files, file)
	}
	return files, nil
}

// evidence returns the files that hold the failures which back d.
func evidence(d draft.Draft, lang draft.Lang) (files []bundled) {
	first, last := d.Evidence.First, d.Evidence.Last
	if last != nil {
		files = append(reproduce(d, lang), bodies("last", last)...)
	}
	if first != nil && (last == nil || first.ID != last.ID) {
		files = append(files, bodies("first", first)...)
	}
	return files
}

// The names of the files that go to portals as well.
const (
	archiveFile = "exchange.har"
	scriptFile  = "reproduce.sh"
)

// related returns the failures that back d with the calls that led to them, in the order
// of their times and each once. Other calls of the same client stay out.
func related(d draft.Draft) (calls []*capture.Failure) {
	known := map[string]bool{}
	take := func(f *capture.Failure) {
		if !known[f.Exchange.ID] {
			known[f.Exchange.ID] = true
			calls = append(calls, f)
		}
	}
	for _, f := range evidenceOf(d) {
		for i := range f.Before {
			if c := &f.Before[i]; len(c.Links) > 0 {
				take(&capture.Failure{ID: c.Exchange.ID, Time: c.Exchange.Start, Exchange: c.Exchange})
			}
		}
		take(f)
	}
	slices.SortStableFunc(calls, func(a, b *capture.Failure) int { return a.Exchange.Start.Compare(b.Exchange.Start) })
	return calls
}

// archive writes failures as an HTTP archive.
func archive(by har.Creator, failures []*capture.Failure) ([]byte, error) {
	var out bytes.Buffer
	err := har.Write(&out, by, failures)
	return out.Bytes(), err
}

// reproduce returns the script and the .http file that make the calls again, with
// the bodies beside them that cannot stand in a command.
func reproduce(d draft.Draft, lang draft.Lang) []bundled {
	plan, f := steps.Of(d.Evidence)
	if f == nil {
		return nil
	}
	script, calls := plan.Script(lang), plan.HTTPFile(lang)
	files := []bundled{bundledFile(scriptFile, []byte(script)), bundledFile("reproduce.http", []byte(calls))}
	for i, c := range plan.Calls {
		if curl.FromFile(c.Request) || strings.Contains(calls, "\n< ./"+plan.BodyFile(i)+"\n") {
			files = append(files, bundledFile(plan.BodyFile(i), c.Exchange.Request.Body.Data))
		}
	}
	return files
}

// bodies returns what was sent and answered in f, as it was captured. The role
// is "last" or "first".
func bodies(role string, f *capture.Failure) []bundled {
	var files []bundled
	if request := f.Exchange.Request; len(request.Body.Data) > 0 {
		files = append(files, bundledFile("evidence/"+role+"-request"+extension(request.Header), request.Body.Data))
	}
	if response := f.Exchange.Response; response != nil && len(response.Body.Data) > 0 {
		files = append(files, bundledFile("evidence/"+role+"-response"+extension(response.Header), response.Body.Data))
	}
	return files
}

func manifest(d draft.Draft, files []bundled) (bundled, error) {
	data, err := indented(struct {
		Draft       string    `json:"draft"`
		Fingerprint string    `json:"fingerprint"`
		Files       []bundled `json:"files"`
	}{d.ID, d.Fingerprint, files})
	if err != nil {
		return bundled{}, fmt.Errorf("write manifest.json: %w", err)
	}
	return bundledFile("manifest.json", data), nil
}

func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(v)
	return b.Bytes(), err
}

// add writes f with a time that depends on nothing but the draft.
func add(z *zip.Writer, f bundled, modified time.Time) error {
	header := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: modified.UTC()}
	header.SetMode(0o600)
	w, err := z.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = w.Write(f.data)
	return err
}
