package export

import (
	"bytes"
	"errors"
	"net/url"
	"slices"
	"strings"

	"flagrante/draft/gate"
	"flagrante/proxy"
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
// inside of any coding, and the texts without the names that the recipe gives them, for
// a name that sounds like a secret's would make one of any text. What the settings say is
// meant to leave, and what the portal itself said.
func (b *builder) partsOf(s Step, out Request, kind string) ([]gate.Part, error) {
	meant := b.meant()
	var header strings.Builder
	for _, f := range out.Header {
		// A field that holds a secret is meant to: it goes to the portal alone. What frames the
		// body is ours, and looks like a key.
		if !b.secretField(s, f.Name) && f.Value != kind {
			header.WriteString(f.Value + "\n")
		}
	}
	parts := []gate.Part{{Name: "header", Data: []byte(header.String()), Meant: meant}}
	if s.Address == "" {
		parts = append(parts, gate.Part{Name: "url", Data: []byte(out.URL), Meant: meant})
	}
	bare := *b
	bare.files = nil
	bodies, err := bare.texts(s)
	if err != nil {
		return nil, err
	}
	parts = append(parts, gate.Part{Name: "body", Data: bytes.Join(bodies, []byte("\n\n")), Meant: meant})
	return belonging(b.hosts, append(parts, partsOfFiles(b.files)...)), nil
}

// meant lists what is meant to leave: secrets, portal, who asks, the portal's own words, and
// what it answered.
func (b *builder) meant() []string {
	meant := []string{mask, b.portal.Requestor, b.portal.base()}
	for _, secret := range b.secrets {
		meant = append(meant, secret, url.PathEscape(secret), url.QueryEscape(secret))
	}
	for name := range b.portal.recipe.Settings {
		meant = append(meant, b.values.get(name))
	}
	for name := range b.portal.recipe.Values {
		meant = append(meant, b.values.get(name))
	}
	// All steps but the first of the deeds, auth, whose answers are secrets.
	for _, name := range b.portal.recipe.captured(deeds()[1:]...) {
		meant = append(meant, b.values.text[name])
		meant = append(meant, b.values.items(name)...)
	}
	return slices.DeleteFunc(meant, func(word string) bool { return word == "" })
}

// secretField reports whether a header field of a step is made of a secret.
func (b *builder) secretField(s Step, name string) bool {
	shown := *b
	shown.secrets = nil
	return strings.Contains(proxy.Fields(shown.header(s, "", "", nil)).Get(name), mask)
}

// texts returns what the body of a step says: what frames that is ours.
func (b *builder) texts(s Step) (bodies [][]byte, err error) {
	if s.JSON.given() {
		return b.leaves(s.JSON)
	}
	for _, name := range names(s.Fields) {
		inner, err := b.leaves(s.Fields[name])
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, inner...)
	}
	for _, p := range s.Multipart {
		if !p.JSON.given() {
			bodies = append(bodies, []byte(expand(p.Value, b.values, verbatim)))
			continue
		}
		inner, err := b.leaves(p.JSON)
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, inner...)
	}
	return bodies, nil
}

// leaves returns the texts of a JSON document.
func (b *builder) leaves(t Tree) ([][]byte, error) {
	tree, err := t.fill(b.values, b.files)
	if err != nil {
		return nil, err
	}
	return leavesOf(tree), nil
}

func leavesOf(tree any) (leaves [][]byte) {
	switch node := tree.(type) {
	case map[string]any:
		for _, name := range names(node) {
			leaves = append(leaves, leavesOf(node[name])...)
		}
	case []any:
		for _, item := range node {
			leaves = append(leaves, leavesOf(item)...)
		}
	case string:
		leaves = append(leaves, []byte(node))
	}
	return leaves
}

// belonging says of parts to which hosts their calls went.
func belonging(hosts []string, parts []gate.Part) []gate.Part {
	for i := range parts {
		parts[i].Hosts = hosts
	}
	return parts
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
