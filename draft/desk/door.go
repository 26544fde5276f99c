package desk

import (
	"net/http"

	"flagrante/draft/desk/users"
)

// handler answers a request, or returns the error that serve answers with. It
// must not have written anything when it returns an error.
type handler func(http.ResponseWriter, *http.Request) error

// door says who may pass, and in which form an error is answered.
type door int

const (
	// everyone may pass: what lies behind it holds nothing of a user.
	everyone door = iota
	// people without the token are led to the login.
	people
	// programs without the token get a JSON error.
	programs
)

// route is what the desk does for a pattern of http.ServeMux.
type route struct {
	pattern string
	door    door
	// role is the least that a caller must have.
	role   users.Role
	handle handler
}

// open is a route for everyone.
func open(pattern string, handle handler) route {
	return route{pattern: pattern, door: everyone, handle: handle}
}

// page is a route for people who have at least a role.
func page(pattern string, least users.Role, handle handler) route {
	return route{pattern: pattern, door: people, role: least, handle: handle}
}

// api is a route for programs that have at least a role.
func api(pattern string, least users.Role, handle handler) route {
	return route{pattern: pattern, door: programs, role: least, handle: handle}
}

// nowhere answers for every path that is not in a table of routes.
func nowhere(http.ResponseWriter, *http.Request) error { return errNotFound }
