package desk

import (
	"net/http"
	"strings"
)

// loginForm lets in whoever has the printed link, and asks all others for the
// token. With the link the answer is a page that moves on by itself, not a
// redirect: the browser then sends the strict cookie even when the link was
// clicked elsewhere, and the token leaves the address bar.
func (d *desk) loginForm(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	next := localPath(query.Get("next"))
	if !query.Has("token") {
		return d.render(w, r, http.StatusOK, "login", view{Title: "login.title", Data: next})
	}
	if embedded(r) {
		return errCrossOrigin
	}
	if err := d.auth.try(r, query.Get("token")); err != nil {
		return err
	}
	d.auth.remember(w, r)
	d.moveOn(w, r, next)
	return nil
}

// login takes the token from the form.
func (d *desk) login(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	if err := d.auth.try(r, strings.TrimSpace(r.PostForm.Get("token"))); err != nil {
		return err
	}
	d.auth.remember(w, r)
	http.Redirect(w, r, localPath(r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}

// embedded reports whether another site asks in the background, not by a link
// that a person followed: its wrong tokens would close the door to the owner.
func embedded(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return (site == "cross-site" || site == "same-site") && r.Header.Get("Sec-Fetch-Dest") != "document"
}

// moveOn answers with a page of ours that goes to a path of ours.
func (d *desk) moveOn(w http.ResponseWriter, r *http.Request, next string) {
	if err := d.render(w, r, http.StatusOK, "moving", view{Title: "moving.title", Next: next}); err != nil {
		d.fail(w, r, page, err)
	}
}

// localPath returns a path of this desk, whatever was asked for: never another
// site, and never the login again.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\t\r\n") ||
		strings.HasPrefix(next, "/login") {
		return "/"
	}
	return next
}
