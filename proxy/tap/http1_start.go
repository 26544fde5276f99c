package tap

import "strings"

// requestLine is the first line of a request, as far as it could be read.
type requestLine struct{ method, target, proto string }

// parseRequestLine reads a request line (RFC 9112, section 3). Of an odd one it
// keeps the method when there is no doubt about it, since it decides whether the
// answer has a body, and the target.
func parseRequestLine(line string) (requestLine, string) {
	method, rest, _ := strings.Cut(line, " ")
	if !isToken(method) {
		return requestLine{}, oddRequest
	}
	if isNearly(method, "HEAD") || isNearly(method, "CONNECT") {
		return requestLine{}, oddRequest
	}
	l := requestLine{method: method, target: rest}
	target, proto, found := cutLast(rest, ' ')
	if !found || proto != "HTTP/1.1" && proto != "HTTP/1.0" {
		return l, oddRequest
	}
	l.target, l.proto = target, proto
	if !isTarget(target, method) {
		return l, oddRequest
	}
	return l, ""
}

// isNearly reports whether the letters of a method have another case: methods
// are told apart by case, but not by everyone.
func isNearly(method, standard string) bool {
	return method != standard && strings.EqualFold(method, standard)
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	i := strings.LastIndexByte(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// isTarget knows the four forms of RFC 9112, section 3.2. Bytes beyond ASCII are
// seen in the wild and cannot be mistaken for anything.
func isTarget(target, method string) bool {
	for i := range len(target) {
		if target[i] <= ' ' || target[i] == 0x7f {
			return false
		}
	}
	switch {
	case method == "CONNECT":
		return target != "" && isAuthority(target)
	case target == "*":
		return method == "OPTIONS"
	}
	return strings.HasPrefix(target, "/") || isAbsolute(target)
}

func isAbsolute(target string) bool {
	scheme, rest, ok := strings.Cut(target, "://")
	return ok && rest != "" && (strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https"))
}

// isAuthority reports whether nothing in s ends an authority within a URL.
func isAuthority(s string) bool {
	for i := range len(s) {
		switch c := s[i]; c {
		case '/', '?', '#', '@', '\\', '"', '<', '>':
			return false
		default:
			if c <= ' ' || c >= 0x7f {
				return false
			}
		}
	}
	return true
}

// targetURL puts the URL of a request together (RFC 9112, section 3.3). A host
// that would change the path is not one, and the authority stands in.
func targetURL(c *Conn, l requestLine, host string) string {
	if isAbsolute(l.target) {
		return l.target
	}
	target := l.target
	switch {
	case l.method == "CONNECT" && target != "":
		host, target = target, ""
	case target == "*":
		target = ""
	case !strings.HasPrefix(target, "/"):
		target = "/" + target
	}
	if host == "" || !isAuthority(host) {
		host = c.Authority
	}
	return c.Scheme + "://" + strings.TrimSuffix(host, portOf(c.Scheme)) + target
}

// statusLine is the first line of an answer.
type statusLine struct {
	proto, reason string
	code          int
}

// parseStatusLine reads a status line (RFC 9112, section 4). A missing space
// before an empty reason is common and harmless.
func parseStatusLine(line string) (statusLine, bool) {
	if len(line) < len("HTTP/1.1 200") || line[:len("HTTP/1.")] != "HTTP/1." || line[8] != ' ' {
		return statusLine{}, false
	}
	l := statusLine{proto: line[:8]}
	code, ok := parseLength(line[9:12])
	l.code = int(code)
	if !ok || code < 100 || l.proto != "HTTP/1.1" && l.proto != "HTTP/1.0" {
		return statusLine{}, false
	}
	if len(line) > 12 {
		ok, l.reason = line[12] == ' ', line[13:]
	}
	return l, ok
}
