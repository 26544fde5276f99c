package desk

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/gate"
	"flagrante/draft/lifecycle"
	"flagrante/draft/text"
	"flagrante/draft/views"
	"flagrante/draft/words"
)

// doorless is for the guards in front of the table: the path decides in which
// form they answer.
const doorless door = -1

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
func largest(rt route) int64 {
	switch {
	case strings.HasSuffix(rt.pattern, "/attachments"):
		return uploadLimit
	case strings.HasSuffix(rt.pattern, "/try"):
		return tryLimit
	}
	return bodyLimit
}

// serve runs a route behind its door; this is the only place where errors are
// answered.
func (d *desk) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, largest(rt))
		// Asked before anything is read, so that the page is true up to here.
		r = knowing(r, d.Live.Last())
		who, err := d.admit(rt, r)
		if err == nil {
			err = rt.handle(w, withVisitor(r, who))
		}
		if err != nil {
			d.fail(w, r, rt.door, err)
		}
	})
}

// admit returns who asks, when that is somebody who may.
func (d *desk) admit(rt route, r *http.Request) (visitor, error) {
	if rt.door == everyone || rt.door == doorless {
		return visitor{}, nil
	}
	who, err := d.auth.check(r)
	if err == nil && who.Role < rt.role {
		err = errForbidden
	}
	return who, err
}

// fail answers an error in the form that the door asks for.
func (d *desk) fail(w http.ResponseWriter, r *http.Request, at door, err error) {
	if wrong, ok := errors.AsType[*filter.Error](err); ok && at == programs {
		d.failFilter(w, r, wrong)
		return
	}
	p := d.explain(r, err)
	if p == errTooMany {
		w.Header().Set("Retry-After", strconv.Itoa(int(limitWindow.Seconds())))
	}
	switch {
	case at == programs, at != people && strings.HasPrefix(r.URL.Path, "/api/"):
		d.failJSON(w, r, p, err)
	case at == people && p == errUnauthorized:
		if err := d.leadToLogin(w, r); err != nil {
			d.failPage(w, r, d.explain(r, err))
		}
	default:
		d.failPage(w, r, p)
	}
}

// explain finds the words for an error. What is not the caller's fault is logged
// here and not shown.
func (d *desk) explain(r *http.Request, err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if wrong, ok := errors.AsType[*draft.RefusedError](err); ok {
		return &problem{status: http.StatusUnprocessableEntity, key: "refused", detail: words.Say(d.lang(r), wrong.Why)}
	}
	if p, ok := refused(err); ok {
		return p
	}
	if wrong, ok := errors.AsType[*filter.Error](err); ok {
		return &problem{status: http.StatusBadRequest, key: "bad_filter", detail: words.Say(d.lang(r), wrong.Reason)}
	}
	if errors.Is(err, lifecycle.ErrNotFound) || errors.Is(err, store.ErrNotFound) || errors.Is(err, attach.ErrNotFound) || errors.Is(err, views.ErrNotFound) {
		return errNotFound
	}
	if r.Context().Err() == nil {
		d.report(r, err)
	}
	return errInternal
}

// report logs an error that is not the reader's, without anything captured.
func (d *desk) report(r *http.Request, err error) {
	d.Logger.Error().Err(err).Str("method", r.Method).Str("route", r.Pattern).Msg("the desk could not do all that was asked")
}

func (d *desk) failJSON(w http.ResponseWriter, r *http.Request, p *problem, err error) {
	if p.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="flagrante"`)
	}
	var findings []gate.Finding
	if blocked, ok := errors.AsType[*gate.BlockedError](err); ok {
		findings = blocked.Findings
	}
	say := d.books[d.lang(r)].say
	writeJSON(w, p.status, struct {
		Error    string         `json:"error"`
		Hint     string         `json:"hint"`
		Findings []gate.Finding `json:"findings,omitempty"`
	}{say("error." + p.key), strings.TrimSpace(say("error."+p.key+".hint") + " " + text.Visible(p.detail)), findings})
}

// sentence says a problem in one line.
func (d *desk) sentence(r *http.Request, p *problem) string {
	say := d.books[d.lang(r)].say
	return strings.TrimSpace(say("error."+p.key) + ". " + text.Visible(p.detail))
}

// errorView is the data of an error's page.
type errorView struct {
	Key, Detail string
	// Back is the page that a form came from, empty where that is not known.
	Back string
}

func (d *desk) failPage(w http.ResponseWriter, r *http.Request, p *problem) {
	if err := d.render(w, r, p.status, "error", view{Title: "error." + p.key, Data: errorView{p.key, p.detail, formPage(r)}}); err != nil {
		d.Logger.Error().Err(err).Msg("the desk could not show an error")
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}

// formPage is the page of the draft or of the failure that a form belongs to.
func formPage(r *http.Request) string {
	parts := strings.Split(r.URL.EscapedPath(), "/")
	if r.Method != http.MethodPost || len(parts) < 4 || parts[1] != "drafts" && parts[1] != "failures" {
		return ""
	}
	return "/" + parts[1] + "/" + parts[2]
}

// leadToLogin shows the way to the login. A browser that follows a link from
// another site holds back our strict cookie; moving on from a page of ours lets
// it come along, so that only those without a cookie see the login.
func (d *desk) leadToLogin(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return d.moveOn(w, r, localPath(r.URL.RequestURI()))
	}
	target := "/login"
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		target += "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}

// writeJSON answers with a JSON document. Characters of HTML are escaped, in case
// that a browser is made to read it as a page.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// A failing write means that the caller is gone.
	_ = json.NewEncoder(w).Encode(v)
}
