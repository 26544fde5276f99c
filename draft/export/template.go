package export

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// placeholder matches "{name}", the only construct that a recipe's strings
// know. What a placeholder is replaced by is never looked at again, so a value
// that itself holds braces stays as it is.
const placeholder = `\{([a-z_]+)\}`

// expand replaces the placeholders of s by their values, each passed through
// escape. A placeholder without a value becomes empty.
func expand(s string, vars map[string]string, escape func(string) string) string {
	return regexp.MustCompile(placeholder).ReplaceAllStringFunc(s, func(p string) string {
		return escape(vars[p[1:len(p)-1]])
	})
}

func verbatim(s string) string { return s }

// checkTemplate reports a brace that is no placeholder, and a placeholder that
// is not one of names.
func checkTemplate(s string, names []string) error {
	re := regexp.MustCompile(placeholder)
	for _, m := range re.FindAllStringSubmatch(s, -1) {
		if !slices.Contains(names, m[1]) {
			return fmt.Errorf("%q uses {%s}, which is not one of %s", s, m[1], strings.Join(names, ", "))
		}
	}
	if strings.ContainsAny(re.ReplaceAllString(s, ""), "{}") {
		return fmt.Errorf("%q has a brace that belongs to no {name}", s)
	}
	return nil
}

// fill returns the tree with the placeholders of its strings replaced. A member
// whose string comes out empty is left out, and so is an object or list of which
// nothing remains: an absent field is honest, an empty one may erase a default.
func fill(tree any, vars map[string]string) any {
	switch node := tree.(type) {
	case string:
		if s := expand(node, vars, verbatim); s != "" {
			return s
		}
		return nil
	case map[string]any:
		return fillObject(node, vars)
	case []any:
		return fillList(node, vars)
	default:
		return node
	}
}

func fillObject(node map[string]any, vars map[string]string) any {
	object := make(map[string]any, len(node))
	for name, child := range node {
		if value := fill(child, vars); value != nil {
			object[name] = value
		}
	}
	if len(object) == 0 {
		return nil
	}
	return object
}

func fillList(node []any, vars map[string]string) any {
	var list []any
	for _, child := range node {
		if value := fill(child, vars); value != nil {
			list = append(list, value)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return list
}

// checkTree is checkTemplate for all strings of a tree, and reports members that
// JSON cannot name.
func checkTree(tree any, names []string) error {
	switch node := tree.(type) {
	case string:
		return checkTemplate(node, names)
	case map[string]any:
		for name, child := range node {
			if err := checkTree(child, names); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	case []any:
		for i, child := range node {
			if err := checkTree(child, names); err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
		}
	case map[any]any:
		return fmt.Errorf("a name of a JSON member is not a string: quote it")
	}
	return nil
}
