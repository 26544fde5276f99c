package page

import (
	"errors"
	"net/http"
	"net/url"

	"flagrante/capture/filter"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/text"
	"flagrante/draft/views"
	"flagrante/draft/words"
)

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
	Fault       *service.FilterFault
}

// searchIn reads ?q= for a page, for which a filter of its own stands where there is
// none. What cannot be read finds everything, and the page says what is wrong.
func (d *Pages) searchIn(s *filter.Schema, r *http.Request, usual string) (*filter.Filter, searchView, error) {
	v := searchView{Word: usual, Given: r.URL.Query().Has("q"), List: views.Drafts, Back: backTo(r), May: door.VisitorOf(r).May()}
	if v.Given {
		v.Word = r.URL.Query().Get("q")
	}
	if r.URL.Path == "/traffic" {
		v.List = views.Failures
	}
	only, err := filter.Parse(s, v.Word, filter.Options{Now: d.Now(), Zone: d.Zone})
	if wrong, ok := errors.AsType[*filter.Error](err); ok {
		f := d.Fault(r, wrong)
		v.Fault = &f
		return nil, v, nil
	}
	if err == nil && v.Word != "" {
		v.Explanation = text.Visible(words.Filter(d.LangOf(r), only))
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
