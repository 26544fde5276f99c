package page

import (
	"fmt"
	"net/http"

	"flagrante/capture/filter"
	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/lifecycle"
	"flagrante/draft/views"
)

// ListLimit is how many drafts a page shows.
const ListLimit = 50

// listView is the data of the list.
type listView struct {
	Drafts []row
	// Older is the link to the drafts after these, empty when there are none.
	Older  string
	First  bool
	Search searchView
	// Total is how many drafts there are, whatever the filter.
	Total  int64
	Chips  []chip
	Route  routing
	Done   *doneView
	Reload string
	// Portals are where ticked drafts can be sent.
	Portals []string
	// May says that the reader may change drafts.
	May bool
	// Mistrust is empty unless apps have turned our certificate down of late.
	Mistrust mistrustView
}

// row is one draft in the list.
type row struct {
	draft.Draft
	// Lacking is the number of items that the guide asks for and nobody gave.
	Lacking int
	Chart   chart
	// May says that the reader may change it.
	May bool
}

// list shows the drafts, those that failed last first: without ?q= those that wait
// for somebody.
func (d *Pages) list(w http.ResponseWriter, r *http.Request) error {
	after := r.URL.Query().Get("after")
	only, search, err := d.searchIn(lifecycle.DraftFields(), r, inbox)
	if err != nil {
		return err
	}
	drafts, next, err := d.Drafts.Find(r.Context(), lifecycle.Query{Filter: only, After: after, Limit: ListLimit})
	if err != nil {
		return fmt.Errorf("list the drafts: %w", err)
	}
	may := door.VisitorOf(r).May()
	v := listView{
		First: after == "", Search: search, Route: d.routing(), Mistrust: d.mistrust(), May: may,
		Drafts: make([]row, len(drafts)), Done: doneOf(r), Reload: backTo(r), Portals: d.Exporter.Portals(),
	}
	for i, one := range drafts {
		v.Drafts[i] = row{Draft: one, Lacking: lacking(one.Checklist), Chart: chartOf(one.Evidence), May: may}
	}
	if next != "" {
		v.Older = "/?" + search.after(next)
	}
	if v.Total, err = d.Drafts.Count(r.Context(), nil); err != nil {
		return err
	}
	if v.Chips, err = d.chips(r, &v.Search); err != nil {
		return err
	}
	return d.render(w, r, http.StatusOK, "list", view{Title: "list.title", Data: v})
}

// inbox is the filter of what waits for somebody.
const inbox = "-state:resolved,ignored,snoozed"

// chip is a filter that is one click away.
type chip struct {
	// Name is shown as it is; Key is that of a name of ours.
	Name, Key string
	URL       string
	// Count is how many drafts pass, negative where they are not counted.
	Count int64
	On    bool
}

// ready are the filters that every desk has.
func ready() []struct{ key, filter string } {
	return []struct{ key, filter string }{
		{"inbox", inbox}, {"urgent", "severity>=high " + inbox}, {"production", "environment:production " + inbox},
		{"lacking", "has:missing " + inbox}, {"aside", "state:resolved,ignored,snoozed"}, {"all", ""},
	}
}

// chips lists the filters of drafts that are one click away.
func (d *Pages) chips(r *http.Request, now *searchView) ([]chip, error) {
	var all []chip
	for _, known := range ready() {
		c := chip{Key: "view." + known.key, URL: "/?" + queryOf(known.filter), On: now.Word == known.filter}
		if known.filter == inbox {
			c.URL = "/"
		}
		only, err := filter.Parse(lifecycle.DraftFields(), known.filter, filter.Options{Now: d.Now(), Zone: d.Zone})
		if err != nil {
			return nil, fmt.Errorf("the filter %q: %w", known.key, err)
		}
		if c.Count, err = d.Drafts.Count(r.Context(), only); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	saved, err := d.saved(r, views.Drafts, "/", now)
	return append(all, saved...), err
}

func lacking(items []draft.Item) int {
	n := 0
	for _, item := range items {
		if item.State == draft.Missing {
			n++
		}
	}
	return n
}
