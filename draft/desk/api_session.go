package desk

import (
	"net/http"

	"flagrante/draft/desk/users"
)

// session says who a caller is.
type session struct {
	Name string `json:"name"`
	Role string `json:"role"`
}

// apiLogin gives a cookie for a name and a password.
func (d *desk) apiLogin(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Name     string `json:"name"`
		Password string `json:"password"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	u, err := d.auth.tryUser(r, body.Name, body.Password)
	if err != nil {
		return err
	}
	d.auth.rememberUser(w, r, u)
	writeJSON(w, http.StatusOK, sessionOf(u.Name, u.Role))
	return nil
}

// apiSession says who the caller is, and what that allows.
func (d *desk) apiSession(w http.ResponseWriter, r *http.Request) error {
	v := visitorOf(r)
	writeJSON(w, http.StatusOK, sessionOf(v.Name, v.Role))
	return nil
}

// apiLogout has the browser forget who it was.
func (d *desk) apiLogout(w http.ResponseWriter, r *http.Request) error {
	forgetVisitor(w, r)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func sessionOf(name string, role users.Role) session { return session{name, role.String()} }
