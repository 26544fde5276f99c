package show

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

const (
	// maxNodes bounds how much of a document becomes a tree; the rest can be seen as
	// text.
	maxNodes = 1500
	// maxDepth bounds how far a tree goes into the deep.
	maxDepth = 32
	// openNodes is how many nodes a tree may have to be unfolded at first.
	openNodes = 80
)

// Node is a place in a document.
type Node struct {
	// Name is that of a member or an element, or the index in a list; Attr says
	// that it is an attribute.
	Name string
	Attr bool
	// Value is what stands there, as text; Type is "text", "number", "word" for
	// true, false and null, "object", "list" or "element".
	Value string
	Type  string
	// Path names the place as the notes on masked values do: "/error/code".
	Path string
	// Nodes are those inside.
	Nodes []*Node
	// Open says that the node is unfolded at first.
	Open bool
}

// Tree is a document that folds.
type Tree struct {
	Root *Node
	// Part says that the document goes on, or breaks, after what is shown.
	Part bool
}

// TreeOf reads a body as a tree; it is nil where it has no syntax that folds.
func TreeOf(b Body) *Tree {
	var t *Tree
	switch b.Syntax {
	case JSON:
		t = jsonTree(b.Text)
	case XML:
		t = xmlTree(b.Text)
	}
	if t == nil || t.Root == nil {
		return nil
	}
	t.Part = t.Part || b.Cut
	unfold(t.Root, countNodes(t.Root) <= openNodes, 0)
	return t
}

// unfold opens all nodes of a small document, and the two outermost levels of a
// large one.
func unfold(n *Node, small bool, depth int) {
	n.Open = small || depth < 2
	for _, inner := range n.Nodes {
		unfold(inner, small, depth+1)
	}
}

func countNodes(n *Node) int {
	count := 1
	for _, inner := range n.Nodes {
		count += countNodes(inner)
	}
	return count
}

// jsonWalk reads tokens, so that members keep their order and repeated names are
// seen.
type jsonWalk struct {
	decoder *json.Decoder
	nodes   int
}

func jsonTree(s string) *Tree {
	decoder := json.NewDecoder(strings.NewReader(strings.TrimPrefix(s, "\ufeff")))
	decoder.UseNumber()
	w := &jsonWalk{decoder: decoder}
	root, ok := w.value("", "", 0)
	return &Tree{Root: root, Part: !ok || decoder.More()}
}

// value reads one value; it reports false when it could not be read to its end.
func (w *jsonWalk) value(name, path string, depth int) (*Node, bool) {
	token, err := w.decoder.Token()
	w.nodes++
	if err != nil || w.nodes > maxNodes || depth > maxDepth {
		return nil, false
	}
	n := &Node{Name: visible(name), Path: path}
	switch token := token.(type) {
	case json.Delim:
		n.Type = map[json.Delim]string{'{': "object", '[': "list"}[token]
		return n, w.inside(n, depth)
	case string:
		n.Type, n.Value = "text", visible(token)
	case json.Number:
		n.Type, n.Value = "number", token.String()
	case bool:
		n.Type, n.Value = "word", strconv.FormatBool(token)
	case nil:
		n.Type, n.Value = "word", "null"
	}
	return n, true
}

func (w *jsonWalk) inside(n *Node, depth int) bool {
	for i := 0; w.decoder.More(); i++ {
		name := strconv.Itoa(i)
		if n.Type == "object" {
			token, err := w.decoder.Token()
			text, isName := token.(string)
			if err != nil || !isName {
				return false
			}
			name = text
		}
		inner, ok := w.value(name, n.Path+"/"+name, depth+1)
		if inner != nil {
			n.Nodes = append(n.Nodes, inner)
		}
		if !ok {
			return false
		}
	}
	_, err := w.decoder.Token()
	return err == nil
}

// xmlTree reads elements as they are written, prefixes included; nothing is
// resolved, and no entity beyond those of XML is known.
func xmlTree(s string) *Tree {
	decoder := xml.NewDecoder(strings.NewReader(s))
	decoder.Strict = false
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	t := &Tree{}
	var open []*Node
	for nodes := 0; ; {
		token, err := decoder.RawToken()
		if err != nil {
			t.Part = !errors.Is(err, io.EOF) || len(open) > 0
			return t
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := element(token, open)
			if nodes += 1 + len(n.Nodes); nodes > maxNodes || len(open) >= maxDepth || t.Root != nil && len(open) == 0 {
				t.Part = true
				return t
			}
			if len(open) == 0 {
				t.Root = n
			} else {
				last := open[len(open)-1]
				last.Nodes = append(last.Nodes, n)
			}
			open = append(open, n)
		case xml.EndElement:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case xml.CharData:
			if text := bytes.TrimSpace(token); len(open) > 0 && len(text) > 0 {
				last := open[len(open)-1]
				last.Value = strings.TrimSpace(last.Value + " " + visible(string(text)))
			}
		}
	}
}

func element(start xml.StartElement, open []*Node) *Node {
	n := &Node{Name: visible(full(start.Name)), Type: "element", Path: "/" + start.Name.Local}
	if len(open) > 0 {
		n.Path = open[len(open)-1].Path + n.Path
	}
	for _, a := range start.Attr {
		n.Nodes = append(n.Nodes, &Node{Name: visible(full(a.Name)), Attr: true, Type: "text", Value: visible(a.Value), Path: n.Path + "/@" + a.Name.Local})
	}
	return n
}

func full(name xml.Name) string {
	if name.Space == "" {
		return name.Local
	}
	return name.Space + ":" + name.Local
}

// Pretty returns JSON with a line for each member. What is no whole JSON, and every
// other syntax, stays as it is.
func Pretty(kind Syntax, s string) string {
	var out bytes.Buffer
	if kind == JSON && json.Indent(&out, []byte(s), "", "  ") == nil {
		return out.String()
	}
	return s
}
