package export

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Tree is a JSON document with placeholders in its texts. It is built as a data
// structure, never pasted, so no value can leave its place.
//
// A text that comes out empty is left out, and so are a member whose name does, and an
// object or list of which nothing remains: an absent field is honest, an empty one may erase a default.
// Tags of YAML say what a text becomes: !number, !bool, or !list, which makes a
// list of a variable that is one, or of the parts between commas. A mapping that is
// tagged !files becomes a list with an item for each file.
type Tree struct{ node *yaml.Node }

// The tags of a Tree.
const (
	tagNumber = "!number"
	tagBool   = "!bool"
	tagList   = "!list"
	tagFiles  = "!files"
)

// UnmarshalYAML keeps the node.
func (t *Tree) UnmarshalYAML(node *yaml.Node) error {
	t.node = node
	return nil
}

func (t Tree) given() bool { return t.node != nil }

func (t Tree) takesFiles() bool {
	return t.given() && anyNode(t.node, func(n *yaml.Node) bool { return n.Tag == tagFiles })
}

// texts lists what is written in the tree, with its placeholders.
func (t Tree) texts() (list []string) {
	if t.given() {
		anyNode(t.node, func(n *yaml.Node) bool {
			list = append(list, n.Value)
			return false
		})
	}
	return list
}

func anyNode(n *yaml.Node, holds func(*yaml.Node) bool) bool {
	if holds(n) {
		return true
	}
	for _, child := range n.Content {
		if anyNode(child, holds) {
			return true
		}
	}
	return false
}

// fill returns the document. Its errors say which text can't be a number or a
// boolean.
func (t Tree) fill(v values, files []File) (any, error) { return fillNode(t.node, v, files) }

// text returns what stands for the tree in a place for texts: a text itself, or the document.
func (t Tree) text(v values, files []File) (string, error) {
	if t.node.Kind == yaml.ScalarNode && t.node.Tag != tagList {
		return expand(t.node.Value, v, verbatim), nil
	}
	tree, err := t.fill(v, files)
	if err != nil || tree == nil {
		return "", err
	}
	data, err := encode(tree)
	return string(data), err
}

func fillNode(n *yaml.Node, v values, files []File) (any, error) {
	switch n.Kind {
	case yaml.ScalarNode:
		return fillScalar(n, v)
	case yaml.MappingNode:
		if n.Tag == tagFiles {
			return fillFiles(n, v, files)
		}
		return fillObject(n, v, files)
	case yaml.SequenceNode:
		return fillList(n, v, files)
	}
	return nil, fmt.Errorf("line %d: what is no text, list or mapping can't be sent", n.Line)
}

func fillScalar(n *yaml.Node, v values) (any, error) {
	s := strings.TrimSpace(expand(n.Value, v, verbatim))
	switch n.Tag {
	case "!!str":
		if s := expand(n.Value, v, verbatim); s != "" {
			return s, nil
		}
		return nil, nil
	case tagNumber:
		if s == "" {
			return nil, nil
		}
		if strings.HasPrefix(s, "‹") || s == mask {
			// A preview has the name of what an answer will give, and hides a secret.
			return s, nil
		}
		if !json.Valid([]byte(s)) || strings.ContainsAny(s[:1], `"{[tfn`) {
			return nil, fmt.Errorf("%s: %q is not a number", n.Value, s)
		}
		return json.Number(s), nil
	case tagBool:
		if s == "" {
			return nil, nil
		}
		if s != "true" && s != "false" {
			return nil, fmt.Errorf("%s: %q is neither true nor false", n.Value, s)
		}
		return s == "true", nil
	case tagList:
		return itemsOf(n.Value, v), nil
	}
	var plain any
	err := n.Decode(&plain)
	return plain, err
}

// itemsOf returns the items of a list variable, or the parts between commas.
func itemsOf(template string, v values) any {
	var items []string
	if p := pieces(template); len(p) == 1 && v.items(p[0].name) != nil {
		items = v.items(p[0].name)
	} else {
		items = strings.Split(expand(template, v, verbatim), ",")
	}
	var list []any
	for _, item := range items {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

func fillObject(n *yaml.Node, v values, files []File) (any, error) {
	object := make(map[string]any, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		value, err := fillNode(n.Content[i+1], v, files)
		if err != nil {
			return nil, err
		}
		if key := expand(n.Content[i].Value, v, verbatim); key != "" && value != nil {
			object[key] = value
		}
	}
	if len(object) == 0 {
		return nil, nil
	}
	return object, nil
}

func fillList(n *yaml.Node, v values, files []File) (any, error) {
	var list []any
	for _, child := range n.Content {
		value, err := fillNode(child, v, files)
		if err != nil {
			return nil, err
		}
		if value != nil {
			list = append(list, value)
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	return list, nil
}

func fillFiles(n *yaml.Node, v values, files []File) (any, error) {
	var list []any
	for i, f := range files {
		if v.refused(i) {
			continue
		}
		item, err := fillObject(n, v.ofFile(i, f), nil)
		if err != nil {
			return nil, err
		}
		if item != nil {
			list = append(list, item)
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	return list, nil
}

// check reports the mistakes of a tree that stands at path and may use names, and alone
// as whole texts.
func (t Tree) check(path []any, names, alone []string) []mistake {
	if !t.given() {
		return nil
	}
	return checkNode(t.node, path, names, alone)
}

func checkNode(n *yaml.Node, path []any, names, alone []string) (found []mistake) {
	switch n.Kind {
	case yaml.ScalarNode:
		if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") && n.Tag != tagNumber && n.Tag != tagBool && n.Tag != tagList {
			found = append(found, mistake{path, fmt.Sprintf("the tag %s is not one of !number, !bool, !list and, for a mapping, !files", n.Tag)})
		}
		return append(found, valueMistake(path, n.Value, names, alone)...)
	case yaml.MappingNode:
		return checkMapping(n, path, names, alone)
	case yaml.SequenceNode:
		for i, child := range n.Content {
			found = append(found, checkNode(child, within(path, any(i)), names, alone)...)
		}
		return found
	}
	return []mistake{{path, "aliases can't be used here: write the text again"}}
}

func checkMapping(n *yaml.Node, path []any, names, alone []string) (found []mistake) {
	if n.Tag == tagFiles {
		names = within(names, fileVariables()...)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		found = append(found, templateMistake(within(path, any(key.Value)), key.Value, names)...)
		found = append(found, checkNode(n.Content[i+1], within(path, any(key.Value)), names, alone)...)
	}
	return found
}
