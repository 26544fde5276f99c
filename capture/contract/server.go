package contract

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"flagrante/proxy/upstream"
)

// maxServers is how many addresses the variables of one document may make.
const maxServers = 256

// patterned are the routes of the hosts of a pattern.
type patterned struct {
	pattern upstream.Pattern
	node    *node
}

// base is where the paths of a document begin: a host, or a pattern of hosts, and
// a path.
type base struct{ host, path string }

// add enters the routes of a document.
func (s *Set) add(d *Document, doc *openapi3.T, c *compiler) error {
	paths := doc.Paths.Map()
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := paths[path]
		if item == nil {
			continue
		}
		operations := item.Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			servers := doc.Servers
			if len(item.Servers) > 0 {
				servers = item.Servers
			}
			if own := operations[method].Servers; own != nil && len(*own) > 0 {
				servers = *own
			}
			bases, err := basesOf(servers, d.Hosts)
			if err != nil {
				return fmt.Errorf("%s %s: %w", method, path, err)
			}
			compiled := c.operation(item, operations[method])
			for _, b := range bases {
				if err := s.enter(b, path, method, d, compiled); err != nil {
					return fmt.Errorf("%s %s: %w", method, path, err)
				}
			}
		}
	}
	if len(paths) == 0 {
		return fmt.Errorf("it has no paths")
	}
	return nil
}

func (s *Set) enter(b base, path, method string, d *Document, o *operation) error {
	n, err := s.root(b.host)
	if err != nil {
		return err
	}
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	return n.enter(b.path, path, method, d, o)
}

// root returns the routes of a host or pattern, new ones where there are none.
func (s *Set) root(host string) (*node, error) {
	pattern, err := upstream.ParsePattern(host)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(host, "*") {
		if s.hosts[host] == nil {
			s.hosts[host] = &node{}
		}
		return s.hosts[host], nil
	}
	for _, p := range s.patterns {
		if p.pattern.String() == host {
			return p.node, nil
		}
	}
	n := &node{}
	s.patterns = append(s.patterns, patterned{pattern, n})
	// A longer pattern says more of a host.
	slices.SortStableFunc(s.patterns, func(a, b patterned) int { return len(b.pattern.String()) - len(a.pattern.String()) })
	return n, nil
}

// basesOf returns what servers say. Hosts that were given take the place of
// theirs.
func basesOf(servers openapi3.Servers, given []string) ([]base, error) {
	var bases []base
	for _, server := range servers {
		if server == nil {
			continue
		}
		for _, address := range addresses(server) {
			b, err := parseBase(address)
			if err != nil {
				return nil, err
			}
			bases = append(bases, b)
		}
	}
	if len(bases) == 0 {
		bases = []base{{}}
	}
	if len(given) > 0 {
		bases = moved(bases, given)
	}
	bases = slices.DeleteFunc(bases, func(b base) bool { return b.host == "" })
	if len(bases) == 0 {
		return nil, ErrNoHost
	}
	return unique(bases), nil
}

func moved(bases []base, hosts []string) []base {
	var out []base
	for _, host := range hosts {
		for _, b := range bases {
			out = append(out, base{strings.ToLower(host), b.path})
		}
	}
	return out
}

func unique(bases []base) []base {
	var out []base
	for _, b := range bases {
		if !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	return out
}

// addresses fills in the variables of a server: each value of those that list
// them, and a sign for any value for the others.
func addresses(server *openapi3.Server) []string {
	out := []string{server.URL}
	for _, name := range slices.Sorted(maps.Keys(server.Variables)) {
		variable := server.Variables[name]
		if variable == nil || len(variable.Enum) == 0 || len(out)*len(variable.Enum) > maxServers {
			continue
		}
		var next []string
		for _, address := range out {
			for _, value := range variable.Enum {
				next = append(next, strings.ReplaceAll(address, "{"+name+"}", value))
			}
		}
		out = next
	}
	return out
}

// parseBase reads an address, in which variables may be left.
func parseBase(address string) (base, error) {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		rest, ok = strings.CutPrefix(address, "//")
	}
	if !ok {
		return base{path: trimPath(address)}, nil
	}
	host, path, _ := strings.Cut(rest, "/")
	name, port := splitPort(strings.ToLower(host))
	if open := strings.IndexByte(port, '{'); open >= 0 || port == "443" || port == "80" {
		port = ""
	}
	if port != "" {
		port = ":" + port
	}
	name, err := anyValue(name)
	if err != nil {
		return base{}, fmt.Errorf("the server %q: %w", address, err)
	}
	return base{name + port, trimPath(path)}, nil
}

// anyValue puts * for the variables of a host.
func anyValue(host string) (string, error) {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(host, "{")
		out.WriteString(before)
		if !ok {
			break
		}
		_, after, closed := strings.Cut(rest, "}")
		if !closed {
			return "", fmt.Errorf("a brace is not closed")
		}
		out.WriteString("*")
		host = after
	}
	if strings.Trim(out.String(), "*.") == "" {
		// Any host at all is no host.
		return "", nil
	}
	return out.String(), nil
}

func trimPath(path string) string {
	path, _, _ = strings.Cut(path, "?")
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	if path = strings.Trim(path, "/"); path == "" || path == "." {
		return ""
	}
	return "/" + path
}
