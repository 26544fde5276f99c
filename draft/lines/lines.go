// Package lines finds where in a YAML file something stands, so that an error about
// a file of the user's names the line.
package lines

import "go.yaml.in/yaml/v3"

// Of returns the line of the deepest node on path that is there. A step of the path
// is the name of a member (string) or the number of an item (int), from 0.
func Of(n *yaml.Node, path ...any) int { return find(n, path...).Line }

// InText returns the line of the file in which a line of the text at path stands, the
// first of which is 1. Only a text that keeps its lines as they are (|) has more than
// one that can be told.
func InText(n *yaml.Node, line int, path ...any) int {
	text := find(n, path...)
	if text.Style != yaml.LiteralStyle || line == 0 {
		return text.Line
	}
	return text.Line + line
}

func find(n *yaml.Node, path ...any) *yaml.Node {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		return find(n.Content[0], path...)
	}
	if len(path) == 0 {
		return n
	}
	switch step := path[0].(type) {
	case int:
		if n.Kind == yaml.SequenceNode && step < len(n.Content) {
			return find(n.Content[step], path[1:]...)
		}
	case string:
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return find(n.Content[i+1], path[1:]...)
			}
		}
	}
	return n
}
