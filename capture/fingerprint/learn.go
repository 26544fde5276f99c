package fingerprint

import "strings"

const (
	// manyNames is the number of names in one place of a path from which on they
	// are values: no vendor has so many resources side by side.
	manyNames = 100
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

// place is what may follow one beginning of a path.
type place struct {
	next map[string]*place
	// values reports that the names in next have been too many.
	values bool
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
		if at.values {
			s = parameter
		}
		if at = l.follow(at, s, &found); at == nil {
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
	if len(at.next) > manyNames {
		*found = true
		l.places -= len(at.next) - 1
		joined := merged(at.next)
		at.values, at.next = true, map[string]*place{parameter: joined}
		return joined
	}
	return at.next[s]
}

// merged returns one place in which all that followed the names may follow.
func merged(places map[string]*place) *place {
	out := &place{}
	following := map[string]map[string]*place{}
	for name, p := range places {
		for s, next := range p.next {
			if following[s] == nil {
				following[s] = map[string]*place{}
			}
			following[s][name] = next
		}
		out.values = out.values || p.values
	}
	for s, same := range following {
		if out.next == nil {
			out.next = map[string]*place{}
		}
		out.next[s] = merged(same)
	}
	if out.values || len(out.next) > manyNames {
		out.values, out.next = true, map[string]*place{parameter: merged(out.next)}
	}
	return out
}

// Endpoint returns the endpoint with what was learned put in.
func (l *Learned) Endpoint(endpoint string) string {
	root, segments := cutEndpoint(endpoint)
	at, changed := l.roots[root], false
	for i, s := range segments {
		if at == nil {
			break
		}
		if at.values && s != parameter {
			s, changed = parameter, true
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
