package gate

import (
	"math"
	"strings"

	"github.com/zricethezav/gitleaks/v8/config"
)

// rule is one of the rules of gitleaks, with what holds for all of them. It is applied
// here: the package of gitleaks that does it reads archives, commits and reports as well,
// and what it imports for that took a tenth of the start of the program.
type rule struct {
	config.Rule
	everywhere []*config.Allowlist
}

// hit is what a rule found: the text that fits, and the part of it that is secret.
type hit struct{ match, secret string }

// find applies the rule as gitleaks does to a text that comes from no file and no commit.
// A word in a text of app or vendor does not switch the gate off, as "gitleaks:allow" would.
func (r rule) find(text string) []hit {
	var found []hit
	for _, at := range r.Regex.FindAllStringIndex(text, -1) {
		whole := text[at[0]:at[1]]
		match := strings.Trim(whole, "\n")
		begin := at[0] + strings.Index(whole, match)
		h := hit{match, r.secretIn(match)}
		if r.Entropy != 0 && entropy(h.secret) <= r.Entropy {
			continue
		}
		line := lineAround(text, begin, begin+len(match))
		if !allowed(r.everywhere, h, line) && !allowed(r.Allowlists, h, line) {
			found = append(found, h)
		}
	}
	return found
}

// secretIn returns the group that the rule names, else the first one that is not empty,
// else all of it.
func (r rule) secretIn(match string) string {
	groups := r.Regex.FindStringSubmatch(match)
	if r.SecretGroup > 0 && r.SecretGroup < len(groups) {
		return groups[r.SecretGroup]
	}
	for i, group := range groups {
		if i > 0 && group != "" {
			return group
		}
	}
	return match
}

// lineAround returns the lines on which a part of a text stands.
func lineAround(text string, begin, end int) string {
	from := strings.LastIndexByte(text[:begin], '\n') + 1
	if rest := strings.IndexByte(text[end:], '\n'); rest >= 0 {
		return text[from : end+rest]
	}
	return text[from:]
}

func allowed(lists []*config.Allowlist, h hit, line string) bool {
	for _, list := range lists {
		target := h.secret
		switch list.RegexTarget {
		case "match":
			target = h.match
		case "line":
			target = line
		}
		byWord, _ := list.ContainsStopWord(h.secret)
		byShape := list.RegexAllowed(target)
		if list.MatchCondition != config.AllowlistMatchAnd {
			if byWord || byShape {
				return true
			}
			continue
		}
		// All that it names must hold, and what is said of files and commits does not.
		if len(list.Commits) == 0 && len(list.Paths) == 0 && (byShape || len(list.Regexes) == 0) && (byWord || len(list.StopWords) == 0) {
			return true
		}
	}
	return false
}

// entropy is Shannon's, in bits a byte, as the thresholds of the rules mean it.
func entropy(text string) float64 {
	counts := map[rune]int{}
	for _, char := range text {
		counts[char]++
	}
	bits := 0.0
	for _, n := range counts {
		share := float64(n) / float64(len(text))
		bits -= share * math.Log2(share)
	}
	return bits
}
