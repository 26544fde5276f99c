package page

import (
	"fmt"
	"net/http"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft/desk/live"
	"flagrante/draft/views"
)

// trafficLimit is how many failures a page shows, dotsShown how many calls.
const (
	trafficLimit = 100
	dotsShown    = 240
)

// trafficView is the data of the page of all traffic.
type trafficView struct {
	Failures []trafficRow
	// Dots are the calls that passed lately, oldest first.
	Dots   []live.Call
	Older  string
	Search searchView
	Chips  []chip
	First  bool
	// Reload is the address of the page, for the forms in its rows.
	Reload string
}

// trafficRow is one failure, with the draft that it belongs to.
type trafficRow struct {
	capture.Failure
	DraftID string
}

// traffic shows the calls that pass, and all failures, the latest first.
func (d *Pages) traffic(w http.ResponseWriter, r *http.Request) error {
	after := r.URL.Query().Get("after")
	only, search, err := d.searchIn(store.FailureFields(), r, "")
	if err != nil {
		return err
	}
	failures, next, err := d.Failures.Failures(r.Context(), store.Page{After: after, Limit: trafficLimit, Filter: only})
	if err != nil {
		return fmt.Errorf("list the failures: %w", err)
	}
	v := trafficView{Search: search, First: after == "", Reload: backTo(r), Failures: make([]trafficRow, len(failures))}
	v.Dots, _ = d.Strip.Since(0, dotsShown)
	for i, f := range failures {
		v.Failures[i] = trafficRow{f, d.DraftID(&failures[i])}
	}
	if next != "" {
		v.Older = "/traffic?" + search.after(next)
	}
	saved, err := d.saved(r, views.Failures, "/traffic", &v.Search)
	if err != nil {
		return err
	}
	v.Chips = append(readyTraffic(search.Word), saved...)
	return d.render(w, r, http.StatusOK, "traffic", view{Title: "traffic.title", Data: v})
}

// readyTraffic lists the filters of failures that every desk has. They are not counted:
// that would be a look at all failures.
func readyTraffic(now string) (all []chip) {
	for _, known := range []struct{ key, filter string }{{"every", ""}, {"pinned", "is:pinned"}, {"marked", "has:note,tag"}} {
		c := chip{Key: "view." + known.key, URL: "/traffic?" + queryOf(known.filter), Count: -1, On: now == known.filter}
		if known.filter == "" {
			c.URL = "/traffic"
		}
		all = append(all, c)
	}
	return all
}
