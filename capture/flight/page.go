package flight

import (
	"slices"
	"strconv"
	"strings"

	"flagrante/capture/lexicon"
	"flagrante/proxy"
)

// GotPageBefore reports whether the client got an earlier page of the list that x asks for a page
// of: the same address but for the number of the page, or of the first record of it.
func (r *Recorder) GotPageBefore(client uint64, x *proxy.Exchange) bool {
	if x.Request.Method != "GET" {
		return false
	}
	return slices.ContainsFunc(r.clients[client], func(c *Call) bool {
		before := c.Exchange
		if c.failing || before.Request.Method != "GET" || !before.Start.Before(x.Start) || x.Start.Sub(before.Start) > maxAge {
			return false
		}
		return isLaterPage(before.Request.URL, x.Request.URL)
	})
}

// isLaterPage reports whether two addresses differ in the number of a page alone, which is
// greater in the second.
func isLaterPage(first, second string) bool {
	path, query, _ := strings.Cut(first, "?")
	otherPath, otherQuery, _ := strings.Cut(second, "?")
	a, b := append(segments(path), strings.Split(query, "&")...), append(segments(otherPath), strings.Split(otherQuery, "&")...)
	later := false
	for i := range b {
		switch {
		case len(a) != len(b):
			return false
		case a[i] == b[i]:
		case later || !isNextPage(a[i], b[i]):
			return false
		default:
			later = true
		}
	}
	return later
}

// segments returns those of a path, each as the value of the one before it, as in
// ".../pagina/2".
func segments(path string) []string {
	names := strings.Split(path, "/")
	all := make([]string, 0, len(names))
	for i := 1; i < len(names); i++ {
		all = append(all, names[i-1]+"="+names[i])
	}
	return all
}

func isNextPage(first, second string) bool {
	name, value, _ := strings.Cut(first, "=")
	otherName, otherValue, _ := strings.Cut(second, "=")
	number, err := strconv.ParseUint(value, 10, 63)
	other, otherErr := strconv.ParseUint(otherValue, 10, 63)
	return name == otherName && err == nil && otherErr == nil && number < other && slices.ContainsFunc(lexicon.Split(name), isPage)
}

func isPage(word string) bool {
	switch word {
	case "page", "pagina", "pag", "pg", "offset", "skip", "start", "inicio", "pageindex", "pagenumber", "startindex":
		return true
	}
	return false
}
