package fingerprint

import "strings"

const (
	// manyNames is the number of names in one place of a path from which on they
	// are values: no vendor has so many resources side by side.
	manyNames = 100
	// manyInSeries is the number of names that differ in their figures alone from which on
	// these are values: there may be a step-1 to step-3, and a pix1, pix2 and pix3.
	manyInSeries = 3
	// maxPlaces bounds what is remembered of paths.
	maxPlaces = 100_000
)

// Learned knows the places in paths that turned out to hold values, though each
// of these looks like a name. It is made from endpoints, and the same endpoints
// make the same Learned in whatever order they come. The zero value knows none.
// It is not safe for use by many goroutines.
type Learned struct {
	roots  map[string]*place
	places int
}

// Learn adds an endpoint, and reports whether a place was found by it to hold
// values, so that endpoints known before may be others now.
func (l *Learned) Learn(endpoint string) (found bool) {
	root, segments := cutEndpoint(endpoint)
	if l.roots == nil {
		l.roots = map[string]*place{}
	}
	at := l.roots[root]
	if at == nil {
		if l.places >= maxPlaces {
			return false
		}
		at = &place{}
		l.roots[root] = at
		l.places++
	}
	for _, s := range segments {
		if at = l.follow(at, at.known(s), &found); at == nil {
			break
		}
	}
	return found
}

// follow goes on to the place behind s, and makes it.
func (l *Learned) follow(at *place, s string, found *bool) *place {
	if next := at.next[s]; next != nil {
		return next
	}
	if l.places >= maxPlaces {
		return nil
	}
	l.places++
	if at.next == nil {
		at.next = map[string]*place{}
	}
	at.next[s] = &place{}
	before := len(at.next)
	if at.settle() {
		*found = true
		l.places -= before - len(at.next)
	}
	return at.next[at.known(s)]
}

// Endpoint returns the endpoint with what was learned put in.
func (l *Learned) Endpoint(endpoint string) string {
	root, segments := cutEndpoint(endpoint)
	at, changed := l.roots[root], false
	for i, s := range segments {
		if at == nil {
			break
		}
		if known := at.known(s); known != s {
			s, changed = known, true
			segments[i] = s
		}
		at = at.next[s]
	}
	if !changed {
		return endpoint
	}
	_, operation, found := strings.Cut(endpoint, "#")
	if found {
		operation = "#" + operation
	}
	return root + "/" + strings.Join(segments, "/") + operation
}

// cutEndpoint separates method and host from the segments of the path, less the
// operation.
func cutEndpoint(endpoint string) (root string, segments []string) {
	endpoint, _, _ = strings.Cut(endpoint, "#")
	root, path, found := strings.Cut(endpoint, "/")
	if !found {
		return root, nil
	}
	return root, strings.Split(path, "/")
}
