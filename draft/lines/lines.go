// Package lines finds where in a YAML file something stands, so that an error about
// a file of the user's names the line.
package lines

import "go.yaml.in/yaml/v3"

// Of returns the line of the deepest node on path that is there. A step of the path
// is the name of a member (string) or the number of an item (int), from 0.
func Of(n *yaml.Node, path ...any) int {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		return Of(n.Content[0], path...)
	}
	if len(path) == 0 {
		return n.Line
	}
	switch step := path[0].(type) {
	case int:
		if n.Kind == yaml.SequenceNode && step < len(n.Content) {
			return Of(n.Content[step], path[1:]...)
		}
	case string:
		for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == step {
				return Of(n.Content[i+1], path[1:]...)
			}
		}
	}
	return n.Line
}
