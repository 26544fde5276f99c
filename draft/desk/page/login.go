package page

import (
	"encoding/base64"
	"net/http"
	"strings"

	"flagrante/draft/desk/door"
)

// loginView is the data of the login.
type loginView struct {
	Next string
	// Users says that there are users with passwords.
	Users bool
}

// loginForm lets in whoever has the printed link, and asks all others for the
// token, or for name and password. With the link the answer is a page that moves on
// by itself, not a redirect: the browser then sends the strict cookie even when the
// link was clicked elsewhere, and the token leaves the address bar.
func (d *Pages) loginForm(w http.ResponseWriter, r *http.Request) error {
	query := r.URL.Query()
	next := localPath(query.Get("next"))
	if !query.Has("token") {
		return d.render(w, r, http.StatusOK, "login", view{Title: "login.title", Data: loginView{next, d.Users != nil}})
	}
	if embedded(r) {
		return door.ErrCrossOrigin
	}
	if err := d.Auth.Try(r, query.Get("token")); err != nil {
		return err
	}
	d.Auth.Remember(w, r)
	return d.moveOn(w, r, next)
}

// login takes the token, or name and password, from the form.
func (d *Pages) login(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	form := r.PostForm
	if form.Has("password") {
		u, err := d.Auth.TryUser(r, strings.TrimSpace(form.Get("user")), form.Get("password"))
		if err != nil {
			return err
		}
		d.Auth.RememberUser(w, r, u)
	} else {
		if err := d.Auth.Try(r, strings.TrimSpace(form.Get("token"))); err != nil {
			return err
		}
		d.Auth.Remember(w, r)
		rememberName(w, r, form.Get("name"))
	}
	http.Redirect(w, r, localPath(form.Get("next")), http.StatusSeeOther)
	return nil
}

// takeName notes what whoever has the token wants to be called.
func (d *Pages) takeName(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	rememberName(w, r, r.PostForm.Get("name"))
	http.Redirect(w, r, localPath(r.PostForm.Get("next")), http.StatusSeeOther)
	return nil
}

// rememberName keeps a name in the browser; what can't be one is left alone.
func rememberName(w http.ResponseWriter, r *http.Request, name string) {
	if name = strings.TrimSpace(name); door.NamesSomebody(name) {
		door.SetCookie(w, r, door.NameCookie, base64.RawURLEncoding.EncodeToString([]byte(name)))
	}
}

// logout ends the visit.
func (d *Pages) logout(w http.ResponseWriter, r *http.Request) error {
	door.ForgetVisitor(w, r)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}

// embedded reports whether another site asks in the background, not by a link
// that a person followed: its wrong tokens would close the door to the owner.
func embedded(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return (site == "cross-site" || site == "same-site") && r.Header.Get("Sec-Fetch-Dest") != "document"
}

// moveOn answers with a page of ours that goes to a path of ours.
func (d *Pages) moveOn(w http.ResponseWriter, r *http.Request, next string) error {
	return d.render(w, r, http.StatusOK, "moving", view{Title: "moving.title", Next: next})
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
