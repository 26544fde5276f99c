package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"flagrante/draft"
	"flagrante/draft/text"
)

// File is an attachment: a name without folders, a media type, and the bytes.
type File struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Data []byte `json:"-"`
	// Checked says that a person has looked at it: see gate.Part.
	Checked bool `json:"checked,omitempty"`
}

// Parcel is a draft made ready for a portal and frozen: what leaves is made of it
// and of the portal's settings alone.
type Parcel struct {
	Portal  string `json:"portal"`
	DraftID string `json:"draft_id"`
	// Recipe is the digest of the recipe's text, so that steps are not mixed up when
	// it changes.
	Recipe string              `json:"recipe"`
	Text   map[string]string   `json:"text"`
	Lists  map[string][]string `json:"lists,omitempty"`
	Files  []File              `json:"files,omitempty"`
	// Hosts are those of the calls in it, for the gate.
	Hosts []string `json:"hosts,omitempty"`
	// Dropped names what of the draft will not arrive whole.
	Dropped []string `json:"dropped,omitempty"`
	// Missing says what has to be given before anything can be sent.
	Missing []string `json:"missing,omitempty"`
	// Digest names what leaves: the requests with masked secrets, and the files.
	Digest string `json:"digest"`
}

// TooLargeError reports a request that the portal would not hold. Nothing was
// sent.
type TooLargeError struct {
	Portal string
	// Size and Limit are in bytes.
	Size, Limit int
}

// Error names the sizes and the way out.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the ticket has %d bytes and the portal %s takes %d: send the bundle instead", e.Size, e.Portal, e.Limit)
}

// pack works out everything of a draft that the recipe of a portal asks for. Files
// are those that people attached.
func (x *Exporter) pack(name string, d draft.Draft, files []File) (Parcel, error) {
	port, ok := x.portals[name]
	if !ok {
		return Parcel{}, fmt.Errorf("there is no portal %q", name)
	}
	p := &wrapping{Parcel: Parcel{Portal: name, DraftID: d.ID, Recipe: port.recipe.digest, Hosts: d.Evidence.Hosts()}, portal: port, x: x}
	p.values = variablesOf(d, x.text.Zone)
	if err := p.gather(d, files); err != nil {
		return Parcel{}, err
	}
	p.translate()
	p.values.text["title"] = port.recipe.Limits.cut(p.values.text["title"], port.recipe.Limits.Title)
	p.require()
	p.Text, p.Lists = p.values.text, p.values.list
	_, missing := port.read(port.recipe, x.secrets)
	p.Missing = append(p.Missing, missing...)
	digest, err := x.digest(p.Parcel)
	if err != nil {
		return Parcel{}, err
	}
	p.Digest = digest
	return p.Parcel, nil
}

// wrapping is a parcel in the making.
type wrapping struct {
	Parcel
	portal *portal
	values values
	x      *Exporter
}

// gather sets the text, the files, and the variables of the portal.
func (p *wrapping) gather(d draft.Draft, files []File) error {
	r := p.portal.recipe
	whole, err := content(r.Text, d, p.x.text)
	if err != nil {
		return fmt.Errorf("write the text of the draft %s: %w", d.ID, err)
	}
	own, err := p.x.evidence(p.portal.Portal, r, d)
	if err != nil {
		return fmt.Errorf("gather the files of the draft %s: %w", d.ID, err)
	}
	files = append(slices.Clone(files), own...)
	mark := p.x.say("portal.cut.attached", "file", fullText)
	if !r.takesFiles() {
		mark = p.x.say("portal.cut")
	}
	short := r.Limits.shorten(r.Text, whole, text.Plain(d, p.x.text), mark)
	if short != whole {
		p.Dropped = append(p.Dropped, p.x.say("portal.dropped.text"))
		files = append(files, File{Name: fullText, Type: "text/plain; charset=utf-8", Data: []byte(text.Plain(d, p.x.text))})
	}
	p.choose(files)
	if r.Mail != nil {
		if p.values.text[htmlText], err = text.HTML(d, p.x.text); err != nil {
			return fmt.Errorf("write the text of the draft %s: %w", d.ID, err)
		}
	}
	for name := range r.Settings {
		p.values.text[name] = oneLine(p.portal.setting(r, name))
	}
	p.values.text["base"], p.values.text["requestor"], p.values.text["text"] = p.portal.base(), oneLine(p.portal.Requestor), short
	return nil
}

// fullText is the name of the file that holds a text which had to be cut.
const fullText = "ticket.txt"

// choose keeps the files that the portal takes.
func (p *wrapping) choose(files []File) {
	r := p.portal.recipe
	for _, f := range files {
		switch {
		case !r.takesFiles():
			p.Dropped = append(p.Dropped, p.x.say("portal.dropped.nofiles", "file", f.Name))
		case r.Limits.File > 0 && len(f.Data) > r.Limits.File:
			p.Dropped = append(p.Dropped, p.x.say("portal.dropped.large", "file", f.Name, "limit", size(r.Limits.File)))
		case r.Limits.Files > 0 && len(p.Files) >= r.Limits.Files:
			p.Dropped = append(p.Dropped, p.x.say("portal.dropped.many", "file", f.Name, "limit", fmt.Sprint(r.Limits.Files)))
		default:
			p.Files = append(p.Files, f)
		}
	}
}

// translate sets the recipe's values. All of them see the draft's own words,
// whatever their order.
func (p *wrapping) translate() {
	own := p.values.with(nil)
	for _, name := range names(p.portal.recipe.Values) {
		value := p.portal.recipe.Values[name]
		word := own.get(value.From)
		p.values.text[name] = p.portal.Values[name].value(value, word)
		if p.values.text[name] == "" && word != "" {
			p.Missing = append(p.Missing, fmt.Sprintf("%s: the portal's values have none for the %s %q", name, value.From, word))
		}
	}
}

func (p *wrapping) require() {
	r := p.portal.recipe
	for _, name := range r.Require {
		if _, translated := r.Values[name]; p.values.get(name) == "" && !translated {
			p.Missing = append(p.Missing, name+": is empty"+p.place(name))
		}
	}
}

// place says where a variable that is empty is to be given.
func (p *wrapping) place(name string) string {
	_, setting := p.portal.recipe.Settings[name]
	switch {
	case setting:
		return fmt.Sprintf("; give it as portals.%s.set.%s", p.Portal, name)
	case name == "requestor":
		return fmt.Sprintf("; give it as portals.%s.requestor", p.Portal)
	}
	return ""
}

// digest names what leaves by its bytes: requests with masked secrets, what is
// only captured later marked as such, and the files.
func (x *Exporter) digest(p Parcel) (string, error) {
	h := sha256.New()
	note := func(parts ...string) {
		for _, part := range parts {
			sum := sha256.Sum256([]byte(part))
			h.Write(sum[:])
		}
	}
	note(p.DraftID, p.Portal)
	shown, err := x.shown(p)
	if err != nil {
		return "", err
	}
	for _, r := range shown {
		note(r.Method, r.URL, string(r.Body))
		for _, field := range r.Header {
			note(field.Name, field.Value)
		}
	}
	for _, f := range p.Files {
		note(f.Name, f.Type, string(f.Data))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// size writes a number of bytes for people.
func size(n int) string {
	const kilo = 1000
	switch {
	case n >= kilo*kilo:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/kilo/kilo), ".0") + " MB"
	case n >= kilo:
		return fmt.Sprintf("%d kB", n/kilo)
	}
	return fmt.Sprintf("%d bytes", n)
}
