// Package desk is the web page where a draft is reviewed and sent, and the JSON
// API beside it. Whatever an app or a vendor sent is shown as escaped text only.
package desk

import (
	"fmt"
	"net/http"
	"sync"

	"flagrante/draft/desk/api"
	"flagrante/draft/desk/page"
	"flagrante/draft/desk/service"
)

// desk is what stands behind the doors: pages for people, and an API for programs.
type desk struct {
	*service.Service
	pages *page.Pages
	api   *api.API
}

// New returns the handler of the whole desk. It fails when an option is missing.
func New(o service.Options) (http.Handler, error) {
	if err := o.Check(); err != nil {
		return nil, fmt.Errorf("open the desk: %w", err)
	}
	// Sentences, styles and scripts are read when somebody first asks for the desk: many
	// a program serves calls for a day before that.
	open := sync.OnceValues(func() (http.Handler, error) {
		d, err := furnish(o)
		if err != nil {
			return nil, err
		}
		return d.handler(), nil
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, err := open()
		if err != nil {
			o.Logger.Error().Err(err).Msg("the desk can't be opened")
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		handler.ServeHTTP(w, r)
	}), nil
}

func furnish(o service.Options) (*desk, error) {
	s, err := service.New(o)
	if err != nil {
		return nil, err
	}
	pages, err := page.New(s)
	if err != nil {
		return nil, err
	}
	return &desk{Service: s, pages: pages, api: &api.API{Service: s}}, nil
}
