package compare

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// node is a place of a body and the kind of what stands there.
type node struct{ place, kind string }

const (
	maxNodes = 400
	maxDepth = 24
)

// shape returns the structure of a body: the members of JSON or the elements of XML
// with the kinds of their values. Items of a list are looked at together.
func shape(data []byte) []node {
	data = bytes.TrimSpace(data)
	if len(data) == 0 {
		return []node{{"", "empty"}}
	}
	if data[0] == '<' {
		return elements(data)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return []node{{"", "text"}}
	}
	s := &shaper{seen: map[string]bool{}}
	s.value("", value, 0)
	return s.nodes
}

type shaper struct {
	nodes []node
	seen  map[string]bool
}

func (s *shaper) add(place, kind string) {
	if !s.seen[place] && len(s.nodes) < maxNodes {
		s.seen[place] = true
		s.nodes = append(s.nodes, node{place, kind})
	}
}

func (s *shaper) value(place string, value any, depth int) {
	if depth > maxDepth {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		s.add(place, "object")
		for _, name := range slices.Sorted(maps.Keys(v)) {
			s.value(place+"/"+strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1"), v[name], depth+1)
		}
	case []any:
		kind := "list"
		if len(v) == 0 {
			kind = "empty_list"
		}
		s.add(place, kind)
		for _, item := range v {
			s.value(place+"/*", item, depth+1)
		}
	case string:
		s.add(place, "text")
	case json.Number:
		s.add(place, "number")
	case bool:
		s.add(place, "boolean")
	default:
		s.add(place, "null")
	}
}

// elements returns the elements of XML, or says that it is a page.
func elements(data []byte) []node {
	start := strings.ToLower(string(data[:min(len(data), 64)]))
	if strings.HasPrefix(start, "<!doctype html") || strings.HasPrefix(start, "<html") {
		return []node{{"", "page"}}
	}
	s := &shaper{seen: map[string]bool{}}
	decoder := xml.NewDecoder(bytes.NewReader(data))
	decoder.Strict = false
	var path []string
	for {
		token, err := decoder.RawToken()
		if err != nil {
			if !errors.Is(err, io.EOF) || len(s.nodes) == 0 {
				s.add("", "text")
			}
			return s.nodes
		}
		switch token := token.(type) {
		case xml.StartElement:
			if len(path) >= maxDepth {
				return s.nodes
			}
			path = append(path, token.Name.Local)
			s.add("/"+strings.Join(path, "/"), "element")
		case xml.EndElement:
			path = path[:max(0, len(path)-1)]
		}
	}
}
