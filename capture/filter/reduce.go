package filter

import "slices"

// Split takes the words apart that every row has to hold. What is left lets rows
// pass by fields, and perhaps by words inside of brackets.
func (f *Filter) Split() (words []Word, rest *Filter) {
	if f == nil {
		return nil, nil
	}
	switch root := f.Root.(type) {
	case Word:
		return []Word{root}, f.with(nil)
	case All:
		var left All
		for _, n := range root {
			if w, ok := n.(Word); ok {
				words = append(words, w)
			} else {
				left = append(left, n)
			}
		}
		if len(words) > 0 {
			return words, f.with(left.node1())
		}
	}
	return nil, f
}

// HasWords reports whether words are looked for, wherever in the filter.
func (f *Filter) HasWords() bool { return f != nil && hasWords(f.Root) }

func hasWords(n Node) bool {
	switch n := n.(type) {
	case All:
		return slices.ContainsFunc(n, hasWords)
	case Any:
		return slices.ContainsFunc(n, hasWords)
	case Not:
		return hasWords(n.Node)
	case Word:
		return true
	}
	return false
}

// node1 is nil for no nodes, and the only one of a single one.
func (a All) node1() Node {
	switch len(a) {
	case 0:
		return nil
	case 1:
		return a[0]
	}
	return a
}

func (f *Filter) with(root Node) *Filter { return &Filter{Text: f.Text, Root: root, Zone: f.Zone} }

// Reduce returns a filter that asks for nothing but fields that are known, and lets
// pass all that f does, and more. Its Root is nil when f asks for nothing of them.
func (f *Filter) Reduce(known func(*Field) bool) *Filter {
	if f == nil {
		return nil
	}
	root, _ := reduce(f.Root, known)
	return f.with(root)
}

// reduce returns a node that holds wherever n does, nil when it would always hold,
// and whether it says the same as n.
func reduce(n Node, known func(*Field) bool) (Node, bool) {
	switch n := n.(type) {
	case All:
		var kept All
		same := true
		for _, part := range n {
			r, exact := reduce(part, known)
			if same = same && exact; r != nil {
				kept = append(kept, r)
			}
		}
		return kept.node1(), same
	case Any:
		var kept Any
		same := true
		for _, part := range n {
			r, exact := reduce(part, known)
			if r == nil {
				return nil, false
			}
			same = same && exact
			kept = append(kept, r)
		}
		return kept, same
	case Not:
		// What lets more pass would, turned round, let less pass.
		if r, exact := reduce(n.Node, known); exact && r != nil {
			return Not{r}, true
		}
	case Term:
		if known(n.Field) {
			return n, true
		}
	}
	return nil, false
}
