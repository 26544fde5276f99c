package gate

import (
	"html"
	"strings"
	"unicode"

	"flagrante/capture/redact/detect"
)

// own finds what our own rules would mask. What they mask the second time, since
// it was a secret elsewhere, is found there.
func (g *Gate) own(p Part, text string) []Finding {
	masked, marks := g.redactor.Leaving(p.ContentType, []byte(text), p.Hosts...)
	if len(marks) == 0 || words(text) == words(string(masked)) {
		return nil
	}
	lines := changed(text, string(masked))
	var found []Finding
	for _, m := range marks {
		if m.Kind == "echo" {
			continue
		}
		f := Finding{Part: p.Name, Where: strings.TrimPrefix(m.Where, "/"), Kind: m.Kind, Rule: m.Rule, By: byUs}
		f.Line = lines.take(m.Kind)
		found = append(found, f)
	}
	return found
}

// words are the letters and digits of a text that are in no mask: where nothing but
// masks was masked again, or escaped in another way, they are the same.
func words(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, withoutMasks(html.UnescapeString(withoutMasks(text))))
}

// change is a line in which there are new masks.
type change struct {
	line  int
	kinds []string
}

// changes are those of a text, in order.
type changes []change

// changed compares a text with itself after masking. Where a value had several
// lines, the lines after it are not known.
func changed(before, after string) changes {
	from, to := strings.Split(before, "\n"), strings.Split(after, "\n")
	var all changes
	for i := range min(len(from), len(to)) {
		if from[i] != to[i] {
			all = append(all, change{i + 1, newMasks(from[i], to[i])})
		}
		if len(from) != len(to) && from[i] != to[i] {
			break
		}
	}
	return all
}

// newMasks lists the kinds of the masks in a line that were not there before.
func newMasks(before, after string) []string {
	old := map[string]int{}
	for _, m := range masks(before) {
		old[m]++
	}
	var kinds []string
	for _, m := range masks(after) {
		if old[m]--; old[m] < 0 {
			kind, _, _ := strings.Cut(m, ":")
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// masks lists the masks in a line, without their brackets.
func masks(line string) []string {
	var all []string
	for i := strings.IndexByte(line, '<'); i >= 0 && i < len(line); i++ {
		if n := detect.MaskLen(line[i:]); n > 0 {
			all = append(all, line[i+1:i+n-1])
			i += n - 1
		}
	}
	return all
}

// take returns the next line with a mask of that kind; 0 when there is none.
func (c changes) take(kind string) int {
	for i := range c {
		for k, have := range c[i].kinds {
			if have == kind {
				c[i].kinds = append(c[i].kinds[:k:k], c[i].kinds[k+1:]...)
				return c[i].line
			}
		}
	}
	return 0
}
