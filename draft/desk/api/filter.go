package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf8"

	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/lifecycle"
	"flagrante/draft/text"
	"flagrante/draft/words"
)

// maxCompletions is how many values are suggested.
const maxCompletions = 20

// completion is what may be written at the cursor, in place of what stands from
// Start to End.
type completion struct {
	Insert string `json:"insert"`
	service.Span
}

// readFilter explains the filter ?q= for ?for=drafts or failures, or says what is wrong
// with it, and suggests what may be written at ?cursor=, a number of characters.
func (d *API) readFilter(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	schema, values, err := d.filtered(query.Get("for"))
	if err != nil {
		return err
	}
	q := query.Get("q")
	cursor := utf8.RuneCountInString(q)
	if asked := query.Get("cursor"); asked != "" {
		if cursor, err = strconv.Atoi(asked); err != nil {
			return door.ErrBadRequest
		}
	}
	answer := struct {
		Explanation string               `json:"explanation"`
		Fault       *service.FilterFault `json:"error"`
		Completions []completion         `json:"completions"`
	}{Completions: []completion{}}
	only, err := d.filter(schema, r)
	if wrong, ok := errors.AsType[*filter.Error](err); ok {
		fault := d.Fault(r, wrong)
		answer.Fault = &fault
	} else if err != nil {
		return err
	} else {
		answer.Explanation = text.Visible(words.Filter(d.LangOf(r), only))
	}
	place := filter.At(schema, q, cursor)
	known := place.Known(schema)
	if place.Field != nil && len(known) == 0 {
		if known, err = values(r.Context(), place.Field.Name, place.Prefix, maxCompletions); err != nil {
			return fmt.Errorf("look for values: %w", err)
		}
	}
	for _, value := range known {
		answer.Completions = append(answer.Completions, completion{place.Insert(value), service.Span{Start: place.Start, End: place.End}})
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// valuesOf gives values of a field that begin with a prefix.
type valuesOf = func(ctx context.Context, field, prefix string, limit int) ([]string, error)

// filtered names what a list can be filtered by.
func (d *API) filtered(list string) (*filter.Schema, valuesOf, error) {
	switch list {
	case "drafts":
		return lifecycle.DraftFields(), d.Drafts.Values, nil
	case "failures":
		return store.FailureFields(), d.Failures.Values, nil
	}
	return nil, nil, door.ErrBadRequest
}

// filter reads ?q=.
func (d *API) filter(s *filter.Schema, r *http.Request) (*filter.Filter, error) {
	return filter.Parse(s, r.URL.Query().Get("q"), filter.Options{Now: d.Now(), Zone: d.Zone})
}

// FailFilter says in the API what is wrong with a filter, and where.
func (d *API) FailFilter(w http.ResponseWriter, r *http.Request, wrong *filter.Error) {
	writeJSON(w, http.StatusBadRequest, d.Fault(r, wrong))
}
