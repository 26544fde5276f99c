package contract

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// node is the tree of the paths of a host, a segment a step.
type node struct {
	literal map[string]*node
	// mixed are segments such as "{id}.json" or "{id}:cancel".
	mixed []mixed
	// any is a segment that is a parameter.
	any *node
	// rest takes all segments that are left: "{path+}".
	rest *node
	// routes end here; they differ by the names of their parameters.
	routes []*route
	// document is the one whose paths begin here.
	document *Document
}

type mixed struct {
	text string
	like *regexp.Regexp
	node *node
}

// route is a path of a document.
type route struct {
	template   string
	operations map[string]*operation
	document   *Document
	// values finds the parameters in a path.
	values *regexp.Regexp
	names  []string
}

// enter adds an operation under a path below the base path of its document.
func (n *node) enter(base, path, method string, d *Document, o *operation) error {
	n, err := n.descend(base)
	if err != nil {
		return err
	}
	if n.document == nil {
		n.document = d
	}
	if n, err = n.descend(path); err != nil {
		return err
	}
	template := strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(path, "/")
	for _, r := range n.routes {
		if r.template == template && r.document == d {
			r.operations[method] = o
			return nil
		}
	}
	values, names, err := valuesOf(template)
	if err != nil {
		return err
	}
	n.routes = append(n.routes, &route{template: template, operations: map[string]*operation{method: o}, document: d, values: values, names: names})
	return nil
}

// descend follows a template, and makes the nodes that are not there.
func (n *node) descend(template string) (*node, error) {
	for segment := range strings.SplitSeq(template, "/") {
		if segment == "" {
			continue
		}
		next, err := n.step(segment)
		if err != nil {
			return nil, err
		}
		n = next
	}
	return n, nil
}

// step returns the child for a segment of a template, a new one where there is
// none.
func (n *node) step(segment string) (*node, error) {
	open, end := strings.IndexByte(segment, '{'), strings.LastIndexByte(segment, '}')
	switch {
	case open < 0 && end < 0:
		name := unescape(segment)
		if n.literal == nil {
			n.literal = map[string]*node{}
		}
		if n.literal[name] == nil {
			n.literal[name] = &node{}
		}
		return n.literal[name], nil
	case open < 0 || end < open:
		return nil, fmt.Errorf("the braces of %q do not match", segment)
	case open == 0 && end == len(segment)-1 && strings.Count(segment, "{") == 1:
		if strings.HasSuffix(segment, "+}") || strings.HasSuffix(segment, "*}") {
			return child(&n.rest), nil
		}
		return child(&n.any), nil
	}
	for _, m := range n.mixed {
		if m.text == segment {
			return m.node, nil
		}
	}
	like, _, err := valuesOf(segment)
	if err != nil {
		return nil, err
	}
	n.mixed = append(n.mixed, mixed{segment, like, &node{}})
	return n.mixed[len(n.mixed)-1].node, nil
}

func child(n **node) *node {
	if *n == nil {
		*n = &node{}
	}
	return *n
}

// valuesOf returns an expression that finds the parameters of a template, and
// their names.
func valuesOf(template string) (*regexp.Regexp, []string, error) {
	var like strings.Builder
	var names []string
	rest := strings.Trim(template, "/")
	for {
		before, after, ok := strings.Cut(rest, "{")
		like.WriteString(regexp.QuoteMeta(before))
		if !ok {
			break
		}
		name, next, closed := strings.Cut(after, "}")
		if !closed || name == "" {
			return nil, nil, errors.New("a parameter of the path has no end or no name")
		}
		if plain := strings.TrimRight(name, "+*"); plain != name {
			name = plain
			like.WriteString("(.+)")
		} else {
			like.WriteString("([^/]+?)")
		}
		names = append(names, name)
		rest = next
	}
	values, err := regexp.Compile(`\A` + like.String() + `\z`)
	return values, names, err
}

// find returns the route of an escaped path. One that has the method wins, then
// the one with more literal segments.
func (n *node) find(method, path string) *route {
	var other *route
	path = strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/")
	if found := n.walk(method, path, &other); found != nil {
		return found
	}
	return other
}

func (n *node) walk(method, path string, other **route) *route {
	if path == "" {
		return n.ending(method, other)
	}
	segment, rest, _ := strings.Cut(path, "/")
	if next := n.named(segment); next != nil {
		if found := next.walk(method, rest, other); found != nil {
			return found
		}
	}
	for _, m := range n.mixed {
		if m.like.MatchString(segment) {
			if found := m.node.walk(method, rest, other); found != nil {
				return found
			}
		}
	}
	if n.any != nil && segment != "" {
		if found := n.any.walk(method, rest, other); found != nil {
			return found
		}
	}
	if n.rest != nil {
		return n.rest.ending(method, other)
	}
	return nil
}

func (n *node) named(segment string) *node {
	if next := n.literal[segment]; next != nil || !strings.ContainsAny(segment, "%;") {
		return next
	}
	// Parameters of a segment (RFC 3986 section 3.3) hold session ids.
	name, _, _ := strings.Cut(segment, ";")
	return n.literal[unescape(name)]
}

func (n *node) ending(method string, other **route) *route {
	for _, r := range n.routes {
		if r.operations[method] != nil {
			return r
		}
		if *other == nil {
			*other = r
		}
	}
	return nil
}

// covering returns the document whose paths begin where this path does, or nil.
func (n *node) covering(path string) *Document {
	found := n.document
	for segment := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		next := n.named(segment)
		if next == nil {
			next = n.any
		}
		if next == nil {
			break
		}
		if n = next; n.document != nil {
			found = n.document
		}
	}
	return found
}

// parameters returns the values of the parameters of a path.
func (r *route) parameters(path string) map[string]string {
	found := r.values.FindStringSubmatch(strings.Trim(path, "/"))
	if found == nil {
		return nil
	}
	out := make(map[string]string, len(r.names))
	for i, name := range r.names {
		out[name] = unescape(found[i+1])
	}
	return out
}

func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
