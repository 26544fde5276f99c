package export

import (
	"errors"
	"strings"

	"flagrante/draft/gate"
)

// inspect asks the gate whether a request may leave. Token, portal and who asks are
// meant to.
func (x *Exporter) inspect(j *job, out outgoing) error {
	meant := []string{j.secret, mask, j.portal.Requestor, j.portal.base()}
	var header strings.Builder
	for _, f := range out.header {
		header.WriteString(f.Name + ": " + f.Value + "\n")
	}
	return x.gate.Check(
		gate.Part{Name: "url", Data: []byte(out.url), Meant: meant},
		gate.Part{Name: "header", Data: []byte(header.String()), Meant: meant},
		gate.Part{Name: "body", ContentType: "application/json", Data: out.body, Meant: meant},
	)
}

// heldBack returns what the gate found, or the error with which it could not look.
func heldBack(err error) ([]gate.Finding, error) {
	if blocked, ok := errors.AsType[*gate.BlockedError](err); ok {
		return blocked.Findings, nil
	}
	return nil, err
}
