package desk

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"flagrante/capture/filter"
	"flagrante/draft/attach"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/page"
)

// doorless is for the guards in front of the table: the path decides in which
// form they answer.
const doorless door.Door = -1

const (
	// bodyLimit is the largest body of most requests, in bytes.
	bodyLimit = 64 << 10
	// tryLimit is that of what somebody pastes to try rules with.
	tryLimit = 4 << 20
	// uploadLimit is that of a request that brings attachments: one of the largest kind,
	// and what a form puts around it.
	uploadLimit = attach.MaxVideo + 1<<20
)

// largest is the largest body that the caller of a route may send, in bytes.
func largest(rt door.Route) int64 {
	switch {
	case strings.HasSuffix(rt.Pattern, "/attachments"):
		return uploadLimit
	case strings.HasSuffix(rt.Pattern, "/try"):
		return tryLimit
	}
	return bodyLimit
}

// serve runs a route behind its door; this is the only place where errors are
// answered.
func (d *desk) serve(rt door.Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, largest(rt))
		// Asked before anything is read, so that the page is true up to here.
		r = page.Knowing(r, d.Live.Last())
		who, err := d.admit(rt, r)
		if err == nil {
			err = rt.Handle(w, door.WithVisitor(r, who))
		}
		if err != nil {
			d.fail(w, r, rt.Door, err)
		}
	})
}

// admit returns who asks, when that is somebody who may.
func (d *desk) admit(rt door.Route, r *http.Request) (door.Visitor, error) {
	if rt.Door == door.Everyone || rt.Door == doorless {
		return door.Visitor{}, nil
	}
	who, err := d.Auth.Check(r)
	if err == nil && who.Role < rt.Role {
		err = door.ErrForbidden
	}
	return who, err
}

// fail answers an error in the form that the door asks for.
func (d *desk) fail(w http.ResponseWriter, r *http.Request, at door.Door, err error) {
	if wrong, ok := errors.AsType[*filter.Error](err); ok && at == door.Programs {
		d.api.FailFilter(w, r, wrong)
		return
	}
	p := d.Explain(r, err)
	if p == door.ErrTooMany {
		w.Header().Set("Retry-After", strconv.Itoa(int(door.LimitWindow.Seconds())))
	}
	switch {
	case at == door.Programs, at != door.People && strings.HasPrefix(r.URL.Path, "/api/"):
		d.api.FailJSON(w, r, p, err)
	case at == door.People && p == door.ErrUnauthorized:
		if err := d.pages.LeadToLogin(w, r); err != nil {
			d.pages.FailPage(w, r, d.Explain(r, err))
		}
	default:
		d.pages.FailPage(w, r, p)
	}
}
