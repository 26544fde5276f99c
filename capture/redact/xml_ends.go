package redact

import (
	"strings"

	"flagrante/capture/redact/detect"
)

// textEnd returns where the text that begins at i ends; masks are a part of it, and so are
// tags in strings of JSON.
func (x *xmlWalk) textEnd(i int) int {
	from := i
	for i++; i < len(x.s); i++ {
		n := strings.IndexByte(x.s[i:], '<')
		if n < 0 {
			break
		}
		if i += n; x.maskAt(i) {
			continue
		}
		start := jsonStart(x.s[from:i])
		if start < 0 {
			return i
		}
		end := from + start + taggedJSON(x.s[from+start:])
		if end <= i {
			return i
		}
		from, i = end, end-1
	}
	return len(x.s)
}

// linkEnd returns where the address in brackets ends that s begins with, behind the
// masks in it; 0 when it does not.
func linkEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '>':
			return i
		case '<':
			i += max(detect.MaskLen(s[i:]), 1) - 1
		}
	}
	return 0
}

// maskedLine reports a mask at the end of a line, as a command writes it in a string.
func maskedLine(v string) bool {
	n := detect.MaskLen(v)
	return n > 0 && strings.HasPrefix(v[n:], `\`) && strings.Trim(v[n:], `\rn`) == ""
}

// endOpened ends an element at the next tag that has text and no end tag, as in SGML before
// XML (OFX 1.6, section 2.3): <NAME>Ana<MEMO>…
func (x *xmlWalk) endOpened(tag string) {
	name := x.opened
	filled := x.filled || x.stack[len(x.stack)-1].forced != "" // Else all that follows is a part of a secret.
	ends := filled && name != "" && tag != "/"+name && x.below == 0 && len(x.stack) > 1 && x.lastEnd(name) < x.at
	x.opened, x.filled = "", false
	if ends {
		x.stack, x.path = x.stack[:len(x.stack)-1], x.path[:len(x.path)-1]
	}
}
