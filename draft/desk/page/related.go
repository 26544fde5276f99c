package page

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"flagrante/draft"
	"flagrante/draft/lifecycle"
)

// related are drafts that may be the same problem, and those that were made part of this
// one.
type related struct {
	// Others are of the same endpoint and time: one outage that answers 502, 503 and 504
	// in turn is told apart by what the vendor said, and is one ticket all the same.
	Others []draft.Draft
	Parts  []part
}

// part is a draft that was merged into another one.
type part struct {
	ID       string
	Evidence draft.Evidence
}

const (
	// together is how long before the first failure of a draft, and after the last, one of
	// another draft may be of the same time.
	together = time.Hour
	// relatedAtMost bounds how many drafts are shown.
	relatedAtMost = 20
)

// relatedTo looks for the drafts that belong to one. What was not concluded yet can wait
// for the next look: the page of one draft does not wait for all others.
func (d *Pages) relatedTo(r *http.Request, one draft.Draft) (related, error) {
	var found related
	for _, e := range one.Evidence.Merged {
		found.Parts = append(found.Parts, part{lifecycle.ID(e.Group.Fingerprint), e})
	}
	g := one.Evidence.Group
	if g.Endpoint == "" || one.State == draft.StateMerged {
		return found, nil
	}
	from, to := g.FirstSeen.Add(-together), g.LastSeen.Add(together)
	all, _, err := d.Drafts.Find(r.Context(), lifecycle.Query{
		Where: `drafts.host = ? AND drafts.endpoint = ? AND drafts.last_seen >= ? AND drafts.first_seen <= ?`,
		Args:  []any{g.Host, g.Endpoint, from.UnixMicro(), to.UnixMicro()}, Limit: relatedAtMost, AsConcluded: true,
	})
	if err != nil {
		return related{}, fmt.Errorf("look for drafts of the same endpoint: %w", err)
	}
	found.Others = slices.DeleteFunc(all, func(o draft.Draft) bool {
		return o.ID == one.ID || o.Evidence.Group.Endpoint != g.Endpoint || o.Environment.Value != one.Environment.Value
	})
	return found, nil
}

// merge makes the drafts that a form names part of one.
func (d *Pages) merge(w http.ResponseWriter, r *http.Request) error {
	c, err := d.formChange(r)
	if err != nil {
		return err
	}
	id, parts := r.PathValue("id"), r.PostForm["part"]
	if len(parts) == 0 {
		return d.seeDraft(w, r, id)
	}
	one, err := d.Book.Merge(r.Context(), id, c, parts...)
	if err != nil {
		return fmt.Errorf("merge drafts: %w", err)
	}
	for _, gone := range parts {
		d.Tell(gone)
	}
	return d.changedDraft(w, r, one.ID)
}

// split takes a part out of a draft again.
func (d *Pages) split(w http.ResponseWriter, r *http.Request) error {
	c, err := d.formChange(r)
	if err != nil {
		return err
	}
	left, err := d.Book.Split(r.Context(), r.PathValue("id"), c, r.PostForm.Get("part"))
	if err != nil {
		return fmt.Errorf("split a draft: %w", err)
	}
	d.Tell(left.ID)
	return d.changedDraft(w, r, r.PathValue("id"))
}
