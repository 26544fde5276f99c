package locate

import (
	"net/netip"
	"strings"

	"flagrante/proxy"
)

// forwardedLimit bounds the bytes of a header that are read as a list of hops.
const forwardedLimit = 8 << 10

// hops lists the addresses that a header names, farthest first. The zero
// address stands for a hop that is unknown, hidden on purpose, or unreadable.
type hops []netip.Addr

// forwardedFor reads the "for" parameters of Forwarded (RFC 7239, section 4).
func forwardedFor(fields proxy.Fields) hops {
	return readHops(fields.Values("Forwarded"), func(line string) hops {
		elements, ok := splitUnquoted(line, ',')
		if !ok {
			return hops{{}}
		}
		var list hops
		for _, element := range elements {
			list = append(list, elementFor(element))
		}
		return list
	})
}

// xForwardedFor reads X-Forwarded-For: addresses with commas between.
func xForwardedFor(fields proxy.Fields) hops {
	return readHops(fields.Values("X-Forwarded-For"), func(line string) hops {
		var list hops
		for part := range strings.SplitSeq(line, ",") {
			if part = trim(part); part != "" {
				list = append(list, node(part))
			}
		}
		return list
	})
}

// readHops joins the hops of all field lines. Lines are read one by one, so that
// a broken one cannot swallow what a trusted hop added in the next.
func readHops(lines []string, read func(string) hops) hops {
	size := 0
	var list hops
	for _, line := range lines {
		if size += len(line); size > forwardedLimit {
			return hops{{}}
		}
		list = append(list, read(line)...)
	}
	return list
}

// elementFor returns the address of one forwarded-element. Whatever is not
// well-formed is unknown: a bad neighbour of "for" makes it doubtful too.
func elementFor(element string) netip.Addr {
	pairs, _ := splitUnquoted(element, ';')
	var found netip.Addr
	seen := false
	for _, pair := range pairs {
		name, raw, _ := strings.Cut(pair, "=")
		value, ok := unquote(raw)
		if !ok {
			return netip.Addr{}
		}
		if !strings.EqualFold(name, "for") {
			continue
		}
		if seen {
			return netip.Addr{}
		}
		found, seen = node(value), true
	}
	return found
}

// splitUnquoted splits at each sep outside of quoted strings (RFC 9110, section
// 5.6.4), and drops empty parts. It reports false when a quote stays open.
func splitUnquoted(s string, sep byte) (parts []string, ok bool) {
	quoted, start := false, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case c == sep && !quoted:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	parts = append(parts, s[start:])
	kept := parts[:0]
	for _, part := range parts {
		if part = trim(part); part != "" {
			kept = append(kept, part)
		}
	}
	return kept, !quoted
}

// unquote returns the text of a token or of a whole quoted string. Unquoted
// values may hold the colons and brackets of an address, which the grammar
// forbids and many proxies send.
func unquote(s string) (string, bool) {
	inner, quoted := strings.CutPrefix(s, `"`)
	if !quoted {
		return s, s != "" && !strings.ContainsAny(s, "\" \t")
	}
	var text strings.Builder
	for i := 0; i < len(inner); i++ {
		switch inner[i] {
		case '"':
			return text.String(), i == len(inner)-1
		case '\\':
			i++
		}
		if i < len(inner) {
			text.WriteByte(inner[i])
		}
	}
	return "", false
}

// node reads a node of RFC 7239, section 6: an address with or without a port,
// IPv6 in brackets; and a bare IPv6 address as X-Forwarded-For has it. "unknown",
// obfuscated names, zones and everything else give the zero address.
func node(s string) netip.Addr {
	host, port := s, ""
	if inner, ok := strings.CutPrefix(s, "["); ok {
		if host, port, ok = strings.Cut(inner, "]"); !ok || !strings.Contains(host, ":") {
			return netip.Addr{}
		}
	} else if strings.Count(s, ":") == 1 {
		i := strings.IndexByte(s, ':')
		host, port = s[:i], s[i:]
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || addr.Zone() != "" || !isPort(port) {
		return netip.Addr{}
	}
	return addr.Unmap()
}

// isPort accepts nothing, or a colon with a port of digits or an obfuscated one.
func isPort(s string) bool {
	if s == "" {
		return true
	}
	port, ok := strings.CutPrefix(s, ":")
	name, hidden := strings.CutPrefix(port, "_")
	if !ok || name == "" {
		return false
	}
	for _, c := range name {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '.' || c == '_' || c == '-'
		if !('0' <= c && c <= '9' || hidden && letter) {
			return false
		}
	}
	return hidden || len(name) <= 5
}

func trim(s string) string { return strings.Trim(s, " \t") }
