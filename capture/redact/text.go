package redact

import (
	"strings"

	"flagrante/capture/redact/detect"
)

// text masks prose in which JSON and XML may stand, as in logs and streams of
// events. What begins first holds the other: tags in a string of JSON are a part of it.
func (w *walk) text(at place, s string) string {
	var out strings.Builder
	for closing := strings.Index(s, "</"); ; {
		start := jsonStart(s)
		if closing >= 0 && w.depth < maxNesting && (start < 0 || firstTag(s[:start]) >= 0 || taggedJSON(s[start:]) == 0) {
			w.depth++
			out.WriteString(w.xml(s))
			w.depth--
			return out.String()
		}
		if start < 0 {
			out.WriteString(w.prose(at, s))
			return out.String()
		}
		end := start + jsonLength(s[start:])
		out.WriteString(w.prose(at, s[:start]))
		if s[start] == '[' && start > 0 {
			w.bound = detect.Bound(s[:start])
		}
		out.WriteString(w.json(s[start:end]))
		s = s[end:]
		if closing -= end; closing < 0 {
			closing = strings.Index(s, "</")
		}
	}
}

// taggedJSON returns where the JSON ends that s begins with; 0 where it is never closed, or
// has tags that are no part of a string.
func taggedJSON(s string) int { return jsonEnd(s, true) }

// firstTag returns where the first tag stands in text, -1 when nowhere; masks are none.
func firstTag(s string) int {
	for i := 0; i < len(s); i++ {
		n := strings.IndexByte(s[i:], '<')
		if n < 0 || i+n+1 == len(s) {
			return -1
		}
		i += n
		if c := s[i+1] | 0x20; ('a' <= c && c <= 'z' || strings.IndexByte("/!?", s[i+1]) >= 0) && detect.MaskLen(s[i:]) == 0 {
			return i
		}
	}
	return -1
}

// jsonStart returns where JSON begins in text, -1 when nowhere.
func jsonStart(s string) int {
	for i := 0; i < len(s); i++ {
		n := strings.IndexAny(s[i:], "{[")
		if n < 0 {
			return -1
		}
		if i += n; looksJSON(s[i:]) {
			return i
		}
	}
	return -1
}

// lookahead is how many bytes tell JSON from other text.
const lookahead = 96

// looksJSON reports whether s begins like an object or array of JSON.
func looksJSON(s string) bool {
	if s == "" || s[0] != '{' && s[0] != '[' {
		return false
	}
	// A look at the beginning is enough, and keeps hostile text from costing more.
	rest := strings.TrimLeft(s[1:min(len(s), lookahead)], " \t\r\n")
	if rest == "" {
		return false
	}
	switch c := rest[0]; {
	case c == '"':
		return !arrowAfter(rest)
	case c == '\'':
		return !arrowAfter(rest) && (s[0] == '{' || strings.IndexByte(rest[1:], '\'') > 0)
	case s[0] == '{':
		return c == '}'
	case c == '{' || c == '[':
		return looksJSON(rest[:min(len(rest), lookahead/2)]) || strings.Trim(rest, "[{ \t\r\n") == ""
	case c == ']':
		return true
	case c == '-' || '0' <= c && c <= '9':
		end := strings.TrimLeft(rest, "-+.0123456789eE \t\r\n")
		return end != "" && (end[0] == ',' || end[0] == ']')
	}
	return strings.HasPrefix(rest, "null") || strings.HasPrefix(rest, "true") || strings.HasPrefix(rest, "false")
}

// arrowAfter reports the arrow of Ruby and PHP behind the string that s begins with.
func arrowAfter(s string) bool {
	return strings.HasPrefix(strings.TrimLeft(s[quoteEnd(s, 0, s[0]):], ` ]:acdeioprtv"`), "=>")
}

// jsonLength returns where the brackets that s begins with are closed, its length
// when they are not.
func jsonLength(s string) int {
	if end := jsonEnd(s, false); end > 0 {
		return end
	}
	return len(s)
}

// jsonEnd returns where the brackets that s begins with are closed; 0 where they never are, or
// where tags count and one stands outside of a string. Masks are none.
func jsonEnd(s string, tags bool) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			i = stringEnd(s, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '<':
			if !tags {
				continue
			}
			n := detect.MaskLen(s[i:])
			if n == 0 {
				return 0
			}
			i += n - 1
		}
	}
	return 0
}

// prose masks what is found in text, and in the second pass what was masked
// elsewhere.
func (w *walk) prose(at place, s string) string {
	if w.again != nil {
		masked, ok := w.again.replace(s, func(mask, v string) string {
			w.note("echo", "same-value")
			return w.wide(mask, v)
		})
		if !ok {
			return w.whole(binaryKind, "too-many-values", s)
		}
		return w.pieces.replace(masked, func(mask, v string) string {
			w.note("echo", "piece")
			return w.wide(mask, v)
		})
	}
	s = w.handmade(w.patterns(s))
	if w.onlyHand() {
		return s
	}
	allowed := w.allowed(at, s)
	spans := w.scanner.Find(s, at.naming.IDLike)
	if len(spans) == 0 {
		return s
	}
	var out strings.Builder
	from := 0
	for _, span := range spans {
		if !w.active(span.Kind) || !span.Kind.IsSecret() && (allowed || w.allowed(place{}, s[span.Start:span.End])) {
			continue
		}
		out.WriteString(s[from:span.Start])
		out.WriteString(w.whole(span.Kind, span.Rule, s[span.Start:span.End]))
		from = span.End
	}
	out.WriteString(s[from:])
	return out.String()
}

// patterns masks what the patterns of the installation find.
func (w *walk) patterns(s string) string {
	for _, rule := range w.rules {
		if rule.Pattern == nil || !w.active(rule.Kind) {
			continue
		}
		s = rule.Pattern.ReplaceAllStringFunc(s, func(found string) string {
			if found == "" {
				return found
			}
			return w.whole(rule.Kind, "configured-pattern", found)
		})
	}
	return s
}

// remember keeps a masked value for the second pass, when it is long enough not
// to be met by chance.
func (w *walk) remember(kind detect.Kind, v, mask string) {
	if len(w.seen) > maxSeen {
		return
	}
	if w.pieces == nil {
		w.pieces = &pieces{}
	}
	for _, form := range forms(kind, v) {
		w.pieces.add(kind, form, mask)
		if !memorable(kind, form) {
			continue
		}
		// More than these could push each other out of the memory before they are used.
		if w.remembered < maxGeneration/2 && w.memory.add(kind, form, mask) {
			w.remembered++
			continue
		}
		if w.seen == nil {
			w.seen = map[string]string{}
		}
		w.seen[form] = mask
	}
}
