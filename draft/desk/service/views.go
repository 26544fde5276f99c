package service

import (
	"context"
	"fmt"
	"net/http"

	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/draft/desk/door"
	"flagrante/draft/lifecycle"
	"flagrante/draft/views"
)

// Views is where saved filters are kept.
type Views interface {
	All(ctx context.Context, list string) ([]views.View, error)
	Keep(ctx context.Context, v views.View) error
	Remove(ctx context.Context, list, name string) error
}

// schemaOf returns by what a list can be filtered.
func schemaOf(list string) *filter.Schema {
	if list == views.Failures {
		return store.FailureFields()
	}
	return lifecycle.DraftFields()
}

// Keep checks a view, and keeps it.
func (d *Service) Keep(r *http.Request, v views.View) error {
	v.By, v.Changed = door.VisitorOf(r).Name, d.Now()
	if _, err := filter.Parse(schemaOf(v.List), v.Filter, filter.Options{Now: d.Now(), Zone: d.Zone}); err != nil {
		return err
	}
	if err := d.Views.Keep(r.Context(), v); err != nil {
		return fmt.Errorf("keep a view: %w", err)
	}
	return nil
}
