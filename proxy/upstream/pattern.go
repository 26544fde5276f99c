package upstream

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// Pattern says for which hosts a rule holds: a host name or an IP address, in
// which * stands for any characters, dots too, with or without a port. Without
// one it holds for every port. Upper and lower case are the same.
type Pattern struct {
	text string
	name *regexp.Regexp
	port string
	// exact says that the name has no *, letters how many other characters.
	exact   bool
	letters int
}

// ParsePattern reads a pattern such as "*.bank.example" or "[::1]:8443".
func ParsePattern(text string) (Pattern, error) {
	name, port, err := splitPattern(text)
	if err != nil {
		return Pattern{}, fmt.Errorf("read the host pattern %q: %w", text, err)
	}
	name = canonical(name)
	like, err := regexp.Compile(`\A` + strings.ReplaceAll(regexp.QuoteMeta(name), `\*`, `.*`) + `\z`)
	if err != nil {
		return Pattern{}, fmt.Errorf("read the host pattern %q: %w", text, err)
	}
	stars := strings.Count(name, "*")
	return Pattern{text: text, name: like, port: port, exact: stars == 0, letters: len(name) - stars}, nil
}

func splitPattern(text string) (name, port string, err error) {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || strings.ContainsRune("/@?#\\\x7f", r) }) {
		return "", "", errors.New("it must be a host, without scheme and path")
	}
	if _, err := netip.ParseAddr(text); err == nil || !strings.Contains(text, ":") {
		return text, "", nil
	}
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		return strings.TrimSuffix(inner, "]"), "", nil
	}
	name, port, err = net.SplitHostPort(text)
	if err != nil {
		return "", "", errors.New("it must be a host, or a host and a port")
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil || name == "" {
		return "", "", errors.New("it must be a host, or a host and a port")
	}
	return name, port, nil
}

// canonical writes a host in the one way in which it is compared.
func canonical(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Unmap().WithZone("").String()
	}
	if ascii, err := idna.Punycode.ToASCII(host); err == nil {
		return ascii
	}
	return host
}

// Match reports whether the pattern holds for a host, without brackets, and a port.
func (p Pattern) Match(host, port string) bool {
	return p.name != nil && (p.port == "" || p.port == port) && p.name.MatchString(canonical(host))
}

// String returns the pattern as it was written.
func (p Pattern) String() string { return p.text }

// specific orders patterns: names before those with a *, then the longer one
// first, then the one with a port.
func (p Pattern) specific(q Pattern) int {
	switch {
	case p.exact != q.exact:
		return before(p.exact)
	case p.letters != q.letters:
		return q.letters - p.letters
	case (p.port == "") != (q.port == ""):
		return before(p.port != "")
	}
	return 0
}

func before(first bool) int {
	if first {
		return -1
	}
	return 1
}

// ruled is something that holds for the hosts of a pattern.
type ruled interface{ where() Pattern }

// sortRules puts the most specific rules first; among equals the order stays.
func sortRules[R ruled](rules []R) {
	slices.SortStableFunc(rules, func(a, b R) int { return a.where().specific(b.where()) })
}

// pick returns the first rule that holds, or the zero value.
func pick[R ruled](rules []R, host, port string) R {
	var none R
	for _, rule := range rules {
		if rule.where().Match(host, port) {
			return rule
		}
	}
	return none
}
