package desk

import (
	"errors"
	"net/http"
	"net/url"

	"flagrante/capture/filter"
	"flagrante/draft/text"
	"flagrante/draft/views"
	"flagrante/draft/words"
)

// filter reads ?q=.
func (d *desk) filter(s *filter.Schema, r *http.Request) (*filter.Filter, error) {
	return filter.Parse(s, r.URL.Query().Get("q"), filter.Options{Now: d.Now(), Zone: d.Zone})
}

// searchView is the box in which a list is filtered.
type searchView struct {
	Word string
	// Given says that the address has a filter, be it an empty one.
	Given bool
	// List is what is filtered, as the API has it; Back is the address of the page.
	List, Back string
	// May says that the reader may keep the filter, Saved is the name of the view that
	// it is.
	May   bool
	Saved string
	// Explanation says in a sentence what the filter finds.
	Explanation string
	Fault       *filterFault
}

// searchIn reads ?q= for a page, for which a filter of its own stands where there is
// none. What cannot be read finds everything, and the page says what is wrong.
func (d *desk) searchIn(s *filter.Schema, r *http.Request, usual string) (*filter.Filter, searchView, error) {
	v := searchView{Word: usual, Given: r.URL.Query().Has("q"), List: views.Drafts, Back: backTo(r), May: visitorOf(r).may()}
	if v.Given {
		v.Word = r.URL.Query().Get("q")
	}
	if r.URL.Path == "/traffic" {
		v.List = views.Failures
	}
	only, err := filter.Parse(s, v.Word, filter.Options{Now: d.Now(), Zone: d.Zone})
	if wrong, ok := errors.AsType[*filter.Error](err); ok {
		f := d.fault(r, wrong)
		v.Fault = &f
		return nil, v, nil
	}
	if err == nil && v.Word != "" {
		v.Explanation = text.Visible(words.Filter(d.lang(r), only))
	}
	return only, v, err
}

// after is the query of the page after a row.
func (v searchView) after(row string) string {
	query := url.Values{"after": {row}}
	if v.Given {
		query.Set("q", v.Word)
	}
	return query.Encode()
}

// span is a place in a text, in characters from 0.
type span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// filterFault is what is wrong with a filter.
type filterFault struct {
	Error    string `json:"error"`
	Hint     string `json:"hint"`
	Position span   `json:"position"`
}

func (d *desk) fault(r *http.Request, wrong *filter.Error) filterFault {
	f := filterFault{Error: text.Visible(words.Say(d.lang(r), wrong.Reason)), Position: span{Start: wrong.Start, End: wrong.End}}
	if wrong.Hint.Key != "" {
		f.Hint = text.Visible(words.Say(d.lang(r), wrong.Hint))
	}
	return f
}

// failFilter says in the API what is wrong with a filter, and where.
func (d *desk) failFilter(w http.ResponseWriter, r *http.Request, wrong *filter.Error) {
	writeJSON(w, http.StatusBadRequest, d.fault(r, wrong))
}
