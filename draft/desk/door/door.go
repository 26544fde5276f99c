// Package door says who may pass to what lies behind the desk, and what those are told who
// may not.
package door

import (
	"net/http"

	"flagrante/draft/desk/users"
)

// Handler answers a request, or returns the error that serve answers with. It
// must not have written anything when it returns an error.
type Handler func(http.ResponseWriter, *http.Request) error

// Door says who may pass, and in which form an error is answered.
type Door int

const (
	// Everyone may pass: what lies behind it holds nothing of a user.
	Everyone Door = iota
	// People without the token are led to the login.
	People
	// Programs without the token get a JSON error.
	Programs
)

// Route is what the desk does for a pattern of http.ServeMux.
type Route struct {
	Pattern string
	Door    Door
	// Role is the least that a caller must have.
	Role   users.Role
	Handle Handler
}

// Open is a route for everyone.
func Open(pattern string, handle Handler) Route {
	return Route{Pattern: pattern, Door: Everyone, Handle: handle}
}

// Page is a route for people who have at least a role.
func Page(pattern string, least users.Role, handle Handler) Route {
	return Route{Pattern: pattern, Door: People, Role: least, Handle: handle}
}

// API is a route for programs that have at least a role.
func API(pattern string, least users.Role, handle Handler) Route {
	return Route{Pattern: pattern, Door: Programs, Role: least, Handle: handle}
}

// Nowhere answers for every path that is not in a table of routes.
func Nowhere(http.ResponseWriter, *http.Request) error { return ErrNotFound }
