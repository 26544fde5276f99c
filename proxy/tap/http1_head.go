package tap

import (
	"strings"

	"flagrante/proxy"
)

// head is what stands before the body of a message.
type head struct {
	// start is the request line or the status line.
	start  string
	fields proxy.Fields
	// length is the Content-Length, -1 without one.
	length int64
	// chunked reports a Transfer-Encoding; one that is not just chunked is odd.
	chunked bool
	upgrade bool
	host    string
	// odd is why it is not certain where the message ends.
	odd string
}

// foldLimit bounds a value that is put together from several lines.
const foldLimit = 8 << 10

// parseHead reads the text of a head, with or without its empty line. An odd
// head comes with the reason and with what could be read before it. The fields are put
// into room, where they fit.
func parseHead(text string, lines int, room proxy.Fields) (head, string) {
	h := head{length: -1}
	line, rest, _ := strings.Cut(text, "\r\n")
	h.start = line
	if strings.IndexByte(text, 0) >= 0 {
		return h, oddField
	}
	if h.fields = room[:0]; h.fields == nil || cap(h.fields) < lines-2 {
		h.fields = make(proxy.Fields, 0, max(0, lines-2))
	}
	for rest != "" {
		line, rest, _ = strings.Cut(rest, "\r\n")
		if line == "" {
			break
		}
		if odd := h.add(line); odd != "" {
			return h, odd
		}
	}
	return h, h.odd
}

// add reads one field line.
func (h *head) add(line string) string {
	if line[0] == ' ' || line[0] == '\t' {
		return h.fold(strings.Trim(line, " \t"))
	}
	name, value, ok := strings.Cut(line, ":")
	if !ok || !isToken(name) {
		return oddField
	}
	value = strings.Trim(value, " \t")
	h.fields = append(h.fields, proxy.Field{Name: name, Value: value})
	h.note(name, value)
	return ""
}

// fold appends a folded line to the field above it (RFC 9112, section 5.2). Some
// recipients take such a line for a field of its own, so where that would change
// the framing it is not followed.
func (h *head) fold(more string) string {
	if len(h.fields) == 0 || len(h.fields[len(h.fields)-1].Value) > foldLimit {
		return oddField
	}
	last := &h.fields[len(h.fields)-1]
	name, _, _ := strings.Cut(more, ":")
	if framesMessage(last.Name) || framesMessage(strings.Trim(name, " \t")) {
		return oddField
	}
	last.Value += " " + more
	return ""
}

func framesMessage(name string) bool {
	return strings.EqualFold(name, "Content-Length") || strings.EqualFold(name, "Transfer-Encoding")
}

// note remembers what decides where the message ends and what it is about.
func (h *head) note(name, value string) {
	switch {
	case len(name) == 4 && strings.EqualFold(name, "Host"):
		if h.host == "" {
			h.host = value
		}
	case len(name) == 7 && strings.EqualFold(name, "Upgrade"):
		h.upgrade = true
	case len(name) == 14 && strings.EqualFold(name, "Content-Length"):
		h.noteLength(value)
	case len(name) == 17 && strings.EqualFold(name, "Transfer-Encoding"):
		if h.chunked || !strings.EqualFold(value, "chunked") {
			h.odd = oddTransfer
		}
		h.chunked = true
	case (len(name) == 14 || len(name) == 17) && strings.IndexByte(name, '_') >= 0:
		// Behind some gateways an underscore is a hyphen.
		if framesMessage(strings.ReplaceAll(name, "_", "-")) {
			h.odd = oddField
		}
	}
}

// noteLength takes the same number several times for once, as RFC 9110, section
// 8.6, allows.
func (h *head) noteLength(value string) {
	for part := range strings.SplitSeq(value, ",") {
		n, ok := parseLength(strings.Trim(part, " \t"))
		if !ok || h.length >= 0 && h.length != n {
			h.odd = oddLength
			return
		}
		h.length = n
	}
}

// framing says why it is not certain where the message ends, if so: a version
// other than 1.1 knows no Transfer-Encoding (RFC 9112, section 6.1).
func (h *head) framing(proto string) string {
	switch {
	case h.chunked && proto != "HTTP/1.1":
		return oddTransfer
	case h.chunked && h.length >= 0:
		return twoFramings
	}
	return ""
}

// parseLength reads digits and nothing but digits.
func parseLength(s string) (int64, bool) {
	if s == "" || len(s) > 18 {
		return 0, false
	}
	var n int64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

// The characters of a token (RFC 9110, section 5.6.2), a bit each.
const (
	tokenLow  = 1<<'!' | 1<<'#' | 1<<'$' | 1<<'%' | 1<<'&' | 1<<'\'' | 1<<'*' | 1<<'+' | 1<<'-' | 1<<'.' | (1<<10-1)<<'0'
	tokenHigh = (1<<26-1)<<('A'-64) | (1<<26-1)<<('a'-64) | 1<<('^'-64) | 1<<('_'-64) | 1<<('`'-64) | 1<<('|'-64) | 1<<('~'-64)
)

func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		bits := uint64(tokenLow)
		if c >= 64 {
			bits = tokenHigh
		}
		if c >= 128 || bits>>(c&63)&1 == 0 {
			return false
		}
	}
	return s != ""
}
