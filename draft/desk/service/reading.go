package service

import (
	"fmt"
	"net/http"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/proxy"
)

// DraftOf reads the draft that the path names.
func (d *Service) DraftOf(r *http.Request) (draft.Draft, error) {
	one, err := d.Drafts.Draft(r.Context(), r.PathValue("id"))
	if err != nil {
		return draft.Draft{}, fmt.Errorf("read the draft: %w", err)
	}
	return one, nil
}

// The sides of an exchange, as paths name them.
const (
	SideRequest  = "request"
	SideResponse = "response"
)

// SideOf returns the parts of one side of an exchange, nothing where it has no
// such side.
func SideOf(f *capture.Failure, side string) (header, trailer proxy.Fields, body proxy.Body) {
	if r := f.Exchange.Response; side == SideResponse && r != nil {
		return r.Header, r.Trailer, r.Body
	} else if side == SideResponse {
		return nil, nil, proxy.Body{}
	}
	r := f.Exchange.Request
	return r.Header, r.Trailer, r.Body
}

// FailureOf reads the failure that the path names.
func (d *Service) FailureOf(r *http.Request) (*capture.Failure, error) {
	f, err := d.Failures.Failure(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, fmt.Errorf("read the failure: %w", err)
	}
	return f, nil
}
