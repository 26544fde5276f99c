package profile

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"flagrante/draft/lines"
)

//go:embed br-guia.yaml
var guide []byte

// Default returns the built-in guide of a Brazilian banking API's support.
func Default() (Profile, error) { return parse("br-guia.yaml", guide, Profile{}) }

// Source returns the built-in guide as it is written, to begin an own one with.
func Source() []byte { return bytes.Clone(guide) }

// Parse reads a profile from YAML. A key that it does not know, and anything
// that a profile must have and lacks, is an error that names the line; name
// stands for the data in errors. Rules, the texts of the ticket, and the words for the call to people on duty,
// may be left out, whole or in part: those of the built-in guide stand in.
func Parse(name string, data []byte) (Profile, error) {
	base, err := Default()
	if err != nil {
		return Profile{}, err
	}
	return parse(name, data, base)
}

func parse(name string, data []byte, base Profile) (Profile, error) {
	p := Profile{Rules: base.Rules, Ticket: base.Ticket, OnCall: OnCall{Label: base.OnCall.Label, Advice: base.OnCall.Advice}}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&p); err != nil {
		return Profile{}, fmt.Errorf("read the profile %s: %s", name, strings.Join(lines.Plainly(err, p), "\n"))
	}
	bad := p.check()
	if bad == nil {
		return p, nil
	}
	// Strictness is lost in custom unmarshallers, so the lines for the errors
	// come from a second reading.
	var tree yaml.Node
	if err := yaml.Unmarshal(data, &tree); err != nil {
		return Profile{}, fmt.Errorf("read the profile %s: %w", name, err)
	}
	return Profile{}, fmt.Errorf("read the profile %s: line %d: %s", name, lines.InText(&tree, bad.line, bad.path...), bad.text)
}
