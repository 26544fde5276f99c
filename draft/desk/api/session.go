package api

import (
	"net/http"

	"flagrante/draft/desk/door"
	"flagrante/draft/desk/users"
)

// session says who a caller is.
type session struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// login gives a cookie for a name and a password.
func (d *API) login(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Name     string `json:"name"`
		Password string `json:"password"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	u, err := d.Auth.TryUser(r, body.Name, body.Password)
	if err != nil {
		return err
	}
	d.Auth.RememberUser(w, r, u)
	writeJSON(w, http.StatusOK, sessionOf(u.Name, u.Role))
	return nil
}

// session says who the caller is, and what that allows.
func (d *API) session(w http.ResponseWriter, r *http.Request) error {
	v := door.VisitorOf(r)
	writeJSON(w, http.StatusOK, sessionOf(v.Name, v.Role))
	return nil
}

// logout has the browser forget who it was.
func (d *API) logout(w http.ResponseWriter, r *http.Request) error {
	door.ForgetVisitor(w, r)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func sessionOf(name string, role users.Role) session { return session{name, role.String()} }
