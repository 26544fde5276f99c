package export

import (
	"errors"
	"strings"

	"flagrante/draft/gate"
)

// inspect asks the gate whether requests may leave.
func (p *portal) inspect(requests ...Request) error {
	var parts []gate.Part
	for _, r := range requests {
		parts = append(parts, r.parts...)
	}
	return p.gate.Check(parts...)
}

// partsOf takes a request apart for the gate: the files each on its own, as they are
// inside of any coding, and the rest of the body without them. Secrets, portal and who
// asks are meant to leave.
func (b *builder) partsOf(s Step, out Request, kind string) ([]gate.Part, error) {
	meant := []string{mask, b.portal.Requestor, b.portal.base()}
	for _, secret := range b.secrets {
		meant = append(meant, secret)
	}
	var header strings.Builder
	for _, f := range out.Header {
		header.WriteString(f.Name + ": " + f.Value + "\n")
	}
	parts := []gate.Part{{Name: "url", Data: []byte(out.URL), Meant: meant}, {Name: "header", Data: []byte(header.String()), Meant: meant}}
	if s.Multipart == nil && !s.takesFiles() {
		return append(parts, gate.Part{Name: "body", ContentType: kind, Data: out.Body, Meant: meant}), nil
	}
	bare := *b
	bare.files = nil
	bodies, err := bare.texts(s)
	if err != nil {
		return nil, err
	}
	for _, body := range bodies {
		parts = append(parts, gate.Part{Name: "body", Data: body, Meant: meant})
	}
	return append(parts, partsOfFiles(b.files)...), nil
}

// texts returns the body of a step, in parts where it has some: what frames them is
// ours.
func (b *builder) texts(s Step) (bodies [][]byte, err error) {
	if s.Multipart == nil {
		body, _, err := b.body(s)
		return [][]byte{body}, err
	}
	for _, p := range s.Multipart {
		data := []byte(expand(p.Value, b.values, verbatim))
		if p.JSON.given() {
			if data, err = b.document(p.JSON, b.values); err != nil {
				return nil, err
			}
		}
		bodies = append(bodies, data)
	}
	return bodies, nil
}

func partsOfFiles(files []File) (parts []gate.Part) {
	for _, f := range files {
		parts = append(parts, gate.Part{Name: "attachments/" + f.Name, ContentType: f.Type, Data: f.Data, Checked: f.Checked})
	}
	return parts
}

// heldBack returns what the gate found, or the error with which it could not look.
func heldBack(err error) ([]gate.Finding, error) {
	if blocked, ok := errors.AsType[*gate.BlockedError](err); ok {
		return blocked.Findings, nil
	}
	return nil, err
}
