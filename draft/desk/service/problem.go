package service

import (
	"errors"
	"net/http"
	"strings"

	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/desk/door"
	"flagrante/draft/lifecycle"
	"flagrante/draft/text"
	"flagrante/draft/views"
	"flagrante/draft/words"
)

// Explain finds the words for an error. What is not the caller's fault is logged
// here and not shown.
func (d *Service) Explain(r *http.Request, err error) *door.Problem {
	if p, ok := errors.AsType[*door.Problem](err); ok {
		return p
	}
	if wrong, ok := errors.AsType[*draft.RefusedError](err); ok {
		return &door.Problem{Status: http.StatusUnprocessableEntity, Key: "refused", Detail: words.Say(d.LangOf(r), wrong.Why)}
	}
	if p, ok := door.Refused(err); ok {
		return p
	}
	if wrong, ok := errors.AsType[*filter.Error](err); ok {
		return &door.Problem{Status: http.StatusBadRequest, Key: "bad_filter", Detail: words.Say(d.LangOf(r), wrong.Reason)}
	}
	if errors.Is(err, lifecycle.ErrNotFound) || errors.Is(err, store.ErrNotFound) || errors.Is(err, attach.ErrNotFound) || errors.Is(err, views.ErrNotFound) {
		return door.ErrNotFound
	}
	if r.Context().Err() == nil {
		d.Report(r, err)
	}
	return door.ErrInternal
}

// Report logs an error that is not the reader's, without anything captured.
func (d *Service) Report(r *http.Request, err error) {
	d.Logger.Error().Err(err).Str("method", r.Method).Str("route", r.Pattern).Msg("the desk could not do all that was asked")
}

// sentence says a problem in one line.
func (d *Service) sentence(r *http.Request, p *door.Problem) string {
	say := d.Books[d.LangOf(r)].Say
	return strings.TrimSpace(say("error."+p.Key) + ". " + text.Visible(p.Detail))
}
