package export

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"flagrante/draft"
)

// ticketID is what a portal's id of a ticket may look like. It becomes part of
// addresses, so nothing else is believed.
const ticketID = `^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`

// create sends the ticket and notes in r how that ended.
func (j *job) create(ctx context.Context, out outgoing, r *draft.Receipt) {
	answer, connected, err := j.portal.send(ctx, out)
	if err != nil {
		r.State, r.Error = lost(err, connected)
		return
	}
	step := j.portal.recipe.create()
	if !slices.Contains(step.OK, answer.status) {
		r.State, r.Error = j.refused(answer)
		return
	}
	doc, err := answer.document()
	ticket, _ := lookup(doc, step.Capture["ticket"])
	switch {
	case err != nil:
		r.State, r.Error = unclear(fmt.Sprintf("the portal said %d, but %v", answer.status, err))
	case !regexp.MustCompile(ticketID).MatchString(ticket):
		r.State, r.Error = unclear("the portal's answer names no ticket")
	default:
		j.vars["ticket"] = ticket
		r.State, r.Ticket, r.URL = draft.ReceiptSent, ticket, j.link()
	}
}

func (j *job) link() string {
	return expand(j.portal.recipe.Link, map[string]string{"base": j.portal.base(), "ticket": j.vars["ticket"]}, verbatim)
}

// verify reads the ticket back. What is not there as it was sent goes to the
// receipt's Dropped; that it could not be read goes to Error, and the ticket
// stays sent.
func (j *job) verify(ctx context.Context, r *draft.Receipt) {
	for _, step := range j.portal.recipe.Steps {
		if step.Do != doVerify {
			continue
		}
		dropped, err := j.compare(ctx, step)
		if err != nil {
			r.Error = fmt.Sprintf("the ticket was made, but reading it back failed: %v", err)
			return
		}
		r.Dropped = append(r.Dropped, dropped...)
	}
}

func (j *job) compare(ctx context.Context, s Step) (dropped []string, err error) {
	out, err := j.build(s, j.secret)
	if err != nil {
		return nil, err
	}
	answer, _, err := j.portal.send(ctx, out)
	if err != nil {
		return nil, cause(err)
	}
	if !slices.Contains(s.OK, answer.status) {
		return nil, fmt.Errorf("the portal answered %d", answer.status)
	}
	doc, err := answer.document()
	if err != nil {
		return nil, err
	}
	for _, field := range slices.Sorted(maps.Keys(s.Compare)) {
		want := expand(s.Compare[field].Want, j.vars, verbatim)
		if got, _ := lookup(doc, s.Compare[field].At); want != "" && !sameText(got, want) {
			dropped = append(dropped, field)
		}
	}
	return dropped, nil
}

// sameText compares what was stored with what was sent. Portals change line
// ends and trim, which loses nothing.
func sameText(got, want string) bool {
	normal := func(s string) string {
		return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	}
	return normal(got) == normal(want)
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
