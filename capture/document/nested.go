package document

const (
	// maxOpened is how deep texts are looked at that may be documents themselves.
	maxOpened = 6
	// maxNested is the largest of them, in bytes.
	maxNested = 64 << 10
)

// opened puts trees in the place of texts that are documents of their own: some
// services answer with JSON in JSON, and old ones with XML in the result of a SOAP
// call. What is inside of such a text stays as it is.
func opened(value any, depth int) any {
	switch value := value.(type) {
	case string:
		return nested(value)
	case map[string]any:
		for name, inner := range value {
			if depth < maxOpened {
				value[name] = opened(inner, depth+1)
			}
		}
	}
	return value
}

func nested(text string) any {
	if len(text) < 2 || len(text) > maxNested {
		return text
	}
	var tree any
	switch first, last := text[0], text[len(text)-1]; {
	case first == '{' && last == '}', first == '[' && last == ']':
		tree = Parse(text)
	case first == '<' && last == '>':
		tree = fromXML([]byte(text))
	}
	if tree == nil {
		return text
	}
	return tree
}
