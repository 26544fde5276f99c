package filter

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"flagrante/capture"
)

// Error says what is wrong with a filter, and where. Its sentences are in the word
// catalogue.
type Error struct {
	// Start and End are the place, counted in characters (code points) from 0; End
	// is that after the last one.
	Start, End int
	// Reason is what is wrong, Hint what to do about it. A Hint without a Key is none.
	Reason, Hint capture.Reason
}

// Error names the fault and the place, for logs; people get the sentences.
func (e *Error) Error() string {
	return fmt.Sprintf("the filter can't be read from character %d on: %s", e.Start+1, e.Reason.Key)
}

func fault(text string, start, end int, key string, args map[string]string) *Error {
	start, end = min(start, len(text)), min(end, len(text))
	return &Error{
		Start: utf8.RuneCountInString(text[:start]), End: utf8.RuneCountInString(text[:end]),
		Reason: capture.Reason{Key: key, Args: args},
	}
}

// hint adds what to do.
func (e *Error) hint(key string, args map[string]string) *Error {
	e.Hint = capture.Reason{Key: key, Args: args}
	return e
}

// nearest returns the name that is most like the one given, empty when none is.
func nearest(name string, names []string) string {
	best, at := "", 1+max(1, utf8.RuneCountInString(name)/3)
	for _, other := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(other)); d < at {
			best, at = other, d
		}
	}
	if best != "" {
		return best
	}
	i := slices.IndexFunc(names, func(other string) bool { return len(name) > 1 && strings.HasPrefix(other, strings.ToLower(name)) })
	if i >= 0 {
		return names[i]
	}
	return ""
}

// distance is how many characters have to be changed, added, left out, or exchanged
// with their neighbour to get from one name to another (optimal string alignment).
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	var before []int
	line := make([]int, len(to)+1)
	for j := range line {
		line[j] = j
	}
	for i := range from {
		next := make([]int, len(to)+1)
		next[0] = i + 1
		for j := range to {
			cost := 1
			if from[i] == to[j] {
				cost = 0
			}
			next[j+1] = min(line[j+1]+1, next[j]+1, line[j]+cost)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, line = line, next
	}
	return line[len(to)]
}
