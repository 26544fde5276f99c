// Package contract knows what vendors promise: it reads their OpenAPI documents,
// gives the path templates that stand there, and tells where an exchange keeps to
// them and where not. It is pure once the documents have been read, and it never
// tells a value that it found, only the place and the rule.
package contract

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"slices"
	"strings"
)

// Mode says which side of the exchanges is checked.
type Mode string

// The modes. The templates of a document are used in every one of them.
const (
	Off       Mode = "off"
	Requests  Mode = "requests"
	Responses Mode = "responses"
	Both      Mode = "both"
)

func (m Mode) includes(s Side) bool {
	return m == Both || m == Requests && s == Request || m == Responses && s == Response
}

// Document names the OpenAPI document of a vendor: OpenAPI 3.0 or 3.1, or Swagger
// 2.0, in YAML or JSON.
type Document struct {
	// Name is what reasons call it.
	Name string
	// FS is the folder of the document. References to other files are followed
	// within it, and never over the network.
	FS fs.FS
	// File is the path of the document in FS.
	File string
	// Hosts are patterns of hosts that take the place of those of the document's
	// servers: * stands for any characters, and one without a port holds for every
	// port. Nil means the document's own.
	Hosts []string
	// Check says what is checked; empty means Off.
	Check Mode
}

// ErrOutside is returned, wrapped, for a reference that leaves the folder of the
// document.
var ErrOutside = errors.New("a $ref leads out of the folder of the document")

// ErrNoHost is returned, wrapped, for a document that names no host where none
// was given.
var ErrNoHost = errors.New("the document names no host")

// ErrVersion is returned, wrapped, for a file that is no document of a version
// that is known.
var ErrVersion = errors.New("this is neither OpenAPI 3.0, 3.1 nor Swagger 2.0")

// Set is what all documents together say. It is safe for use by many goroutines;
// a nil Set knows nothing.
type Set struct {
	hosts    map[string]*node
	patterns []patterned
	checks   bool
	notes    []string
}

// Load reads documents. Where two say something of the same path and method, the
// first one holds.
func Load(documents []Document) (*Set, error) {
	s := &Set{hosts: map[string]*node{}}
	for _, d := range documents {
		if err := s.load(d); err != nil {
			return nil, fmt.Errorf("read the contract %s: %w", d.File, err)
		}
	}
	return s, nil
}

func (s *Set) load(d Document) (err error) {
	if d.Check == "" {
		d.Check = Off
	}
	if !slices.Contains([]Mode{Off, Requests, Responses, Both}, d.Check) {
		return fmt.Errorf("there is no check %q, only off, requests, responses and both", d.Check)
	}
	// The reader of documents is not ours, and they come from vendors.
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the document can't be understood (%T)", cause)
		}
	}()
	doc, err := read(d)
	if err != nil {
		return err
	}
	c := newCompiler(d.Name)
	if err := s.add(&d, doc, c); err != nil {
		return err
	}
	s.checks = s.checks || d.Check != Off
	s.notes = append(s.notes, c.notes()...)
	return nil
}

// Notes says in English what of the documents is not checked, one line each.
func (s *Set) Notes() []string { return s.notes }

// Template returns the template of an escaped path, with the base path of the
// document in front and the names of its parameters. Literal segments win over
// parameters. The host may have a port.
func (s *Set) Template(method, host, path string) (string, bool) {
	if s == nil {
		return "", false
	}
	found := s.find(method, host, path)
	if found == nil {
		return "", false
	}
	return found.template, true
}

// find returns the route of a path, one with the method where there is one.
func (s *Set) find(method, host, path string) *route {
	var found *route
	for n := range s.nodes(host) {
		r := n.find(method, path)
		if r != nil && r.operations[method] != nil {
			return r
		}
		if found == nil {
			found = r
		}
	}
	return found
}

// nodes gives the routes of a host, those of its own name first.
func (s *Set) nodes(host string) iter.Seq[*node] {
	return func(yield func(*node) bool) {
		name, port := splitPort(host)
		if n := s.hosts[host]; n != nil && port != "" && !yield(n) {
			return
		}
		if n := s.hosts[name]; n != nil && !yield(n) {
			return
		}
		for _, p := range s.patterns {
			if p.pattern.Match(strings.Trim(name, "[]"), port) && !yield(p.node) {
				return
			}
		}
	}
}

// splitPort takes the port away; an IPv6 address keeps its brackets.
func splitPort(host string) (name, port string) {
	i := strings.LastIndexByte(host, ':')
	if i < 0 || strings.IndexByte(host[i:], ']') >= 0 {
		return host, ""
	}
	return host[:i], host[i+1:]
}
