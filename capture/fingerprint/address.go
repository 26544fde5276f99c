package fingerprint

import (
	"net/url"
	"strings"
)

// address is what an endpoint is made of.
type address struct {
	// host is in small letters, with its port unless that is the default of the scheme.
	host string
	// path and escaped are the path decoded and as it was written.
	path, escaped string
}

// addressOf takes an address apart, and reports whether it is one.
func addressOf(raw string) (a address, ok bool) {
	if a, ok = plainAddress(raw); ok {
		return a, true
	}
	u, err := url.Parse(raw)
	if err != nil {
		return address{}, false
	}
	return address{host: hostOf(u), path: u.Path, escaped: u.EscapedPath()}, true
}

// part is a set of ASCII characters, a bit each.
type part struct{ low, high uint64 }

// The parts of plain addresses (RFC 3986, section 3), each narrower than what may stand there.
const (
	digits  = (1<<10 - 1) << '0'
	small   = (1<<26 - 1) << ('a' - 64)
	capital = (1<<26 - 1) << ('A' - 64)
)

// plainAddress takes apart an address in which nothing is escaped and nothing is odd, as
// nearly all are: every call has one, and url.Parse takes five times as long. It knows none
// of the others.
func plainAddress(raw string) (a address, ok bool) {
	secure := strings.HasPrefix(raw, "https://")
	if !secure && !strings.HasPrefix(raw, "http://") {
		return a, false
	}
	rest := raw[strings.IndexByte(raw, '/')+len("//"):]
	end := part{digits | 1<<'-' | 1<<'.', small}.span(rest)
	a.host, rest = rest[:end], rest[end:]
	if strings.HasPrefix(rest, ":") {
		end = 1 + part{low: digits}.span(rest[1:])
		if port := rest[:end]; port == ":" {
			return a, false
		} else if secure && port != ":443" || !secure && port != ":80" {
			a.host += port
		}
		rest = rest[end:]
	}
	a.host = strings.TrimSuffix(a.host, ".")
	end = part{digits | 1<<'-' | 1<<'.' | 1<<'/', small | capital | 1<<('_'-64) | 1<<('~'-64)}.span(rest)
	a.path, a.escaped, rest = rest[:end], rest[:end], rest[end:]
	isPath := a.path == "" || a.path[0] == '/'
	isQuery := rest == "" || rest[0] == '?' && part{1<<64 - 1<<' ' - 1<<'#', 1<<63 - 1}.span(rest) == len(rest)
	return a, a.host != "" && isPath && isQuery
}

// span returns how many bytes s begins with that are of the part.
func (p part) span(s string) int {
	for i := range len(s) {
		bits := p.low
		if s[i] >= 64 {
			bits = p.high
		}
		if s[i] >= 128 || bits>>(s[i]&63)&1 == 0 {
			return i
		}
	}
	return len(s)
}

// hostOf returns the host in small letters, with its port unless that is the
// default of the scheme.
func hostOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return strings.TrimSuffix(host, ".")
}

// target is the host of a CONNECT, which names its port.
func target(raw string) (host string, ok bool) {
	u, err := url.Parse(raw)
	if err != nil {
		return "", false
	}
	return strings.ToLower(u.Host), true
}
