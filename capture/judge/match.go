package judge

import (
	"net/url"
	"strings"

	"flagrante/proxy"
)

// place is where a request went.
type place struct{ host, path string }

func placeOf(address string) place {
	u, err := url.Parse(address)
	if err != nil {
		return place{}
	}
	return place{strings.ToLower(u.Hostname()), u.EscapedPath()}
}

func matchHost(pattern, host string) bool {
	if rest, ok := strings.CutPrefix(pattern, "*."); ok {
		return strings.HasSuffix(host, "."+rest)
	}
	return pattern == host
}

func matchPath(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	for i, segment := range want {
		if segment == "**" && i == len(want)-1 {
			return true
		}
		if i >= len(got) || !matchSegment(segment, got[i]) {
			return false
		}
	}
	return len(want) == len(got)
}

func matchSegment(pattern, segment string) bool {
	return pattern == segment || pattern == "*" && segment != "" ||
		strings.HasPrefix(pattern, "{") && strings.HasSuffix(pattern, "}") && segment != ""
}

// matchStatus reports whether a status is one of those that patterns name, as in "404" or
// "4xx".
func matchStatus(patterns []string, status int) bool {
	if status < 100 || status > 999 {
		return false
	}
	class, tens, ones := byte('0'+status/100), byte('0'+status/10%10), byte('0'+status%10)
	for _, p := range patterns {
		if len(p) == 3 && p[0] == class && (p[1] == tens && p[2] == ones || strings.EqualFold(p[1:], "xx")) {
			return true
		}
	}
	return false
}

func matchType(types []string, mediaType string) bool {
	for _, t := range types {
		if strings.HasPrefix(mediaType, t) || strings.HasSuffix(mediaType, t) {
			return true
		}
	}
	return false
}

// Host returns the host that an exchange went to, in lower case and without its
// port.
func Host(x *proxy.Exchange) string { return placeOf(x.Request.URL).host }
