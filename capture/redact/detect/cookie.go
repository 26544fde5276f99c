package detect

import (
	"slices"
	"strings"
)

// cookies finds the values of a Cookie field in text; their names stay, as do the
// attributes of a cookie that is set.
func (f *finder) cookies(start, end int, set bool) {
	for first := true; start < end; first = false {
		next := end
		if i := strings.IndexByte(f.text[start:end], ';'); i >= 0 {
			next = start + i
		}
		from := start + len(f.text[start:next]) - len(strings.TrimLeft(f.text[start:next], " "))
		if set && !first && cookieAttribute(f.text[from:next]) {
			start = next + 1
			continue
		}
		if i := strings.IndexByte(f.text[from:next], '='); i >= 0 {
			from += i + 1
		}
		if from < next && MaskLen(f.text[from:]) == 0 {
			f.found(from, next, Cookie, "named-in-text")
		}
		start = next + 1
	}
	f.at, f.nameStart = end, end
}

// cookieAttribute reports an attribute of RFC 6265, section 5.2, or of its drafts.
func cookieAttribute(s string) bool {
	name, _, _ := strings.Cut(s, "=")
	return slices.Contains([]string{"expires", "maxage", "domain", "path", "secure", "httponly", "samesite", "partitioned", "priority", "version"}, Fold(name))
}
