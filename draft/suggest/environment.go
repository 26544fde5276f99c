// Package suggest concludes the fields of a draft from its evidence. Every
// suggestion carries its reasons; nothing here is random or reads a clock.
package suggest

import (
	"net/netip"
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/proxy"
)

// HostRule says to which environment the hosts of a pattern belong. In the
// pattern, * stands for any characters, dots too; a pattern without a port holds
// for every port.
type HostRule struct {
	Pattern     string
	Environment draft.Environment
}

// Call is what tells the environment of a call.
type Call struct {
	// Host may have a port.
	Host string
	// Path is the template of the endpoint's path.
	Path   string
	Header proxy.Fields
}

// CallOf returns the call that all failures of a group have in common; its header
// is that of the first.
func CallOf(e draft.Evidence) Call {
	c := Call{Host: e.Group.Host}
	if _, rest, ok := strings.Cut(e.Group.Endpoint, "/"); ok {
		c.Path = "/" + rest
	}
	if e.First != nil {
		c.Header = e.First.Exchange.Request.Header
	}
	return c
}

// Environment concludes whether a call is real business. The first rule that
// matches wins. Without one, staging needs a sign in the host's name or address,
// in the path, or in a header field that is there to say so: to call a production
// host staging would send its failures to those who are in no hurry.
func Environment(c Call, rules []HostRule) draft.Suggestion[draft.Environment] {
	host := strings.ToLower(c.Host)
	name, port := splitPort(host)
	for _, rule := range rules {
		if rule.matches(name, port) {
			return environment(rule.Environment, "environment.rule", host, "pattern", rule.Pattern)
		}
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		if local(addr) {
			return environment(draft.Staging, "environment.address", host)
		}
		return said(c, host)
	}
	if label := reservedSuffix(name); label != "" {
		return environment(draft.Staging, "environment.suffix", host, "label", label)
	}
	if label := stagingLabel(name); label != "" {
		return environment(draft.Staging, "environment.label", host, "label", label)
	}
	return said(c, host)
}

// said looks for what the call itself says of its environment, where the host says
// nothing.
func said(c Call, host string) draft.Suggestion[draft.Environment] {
	for segment := range strings.SplitSeq(strings.ToLower(c.Path), "/") {
		if slices.Contains(plain(), segment) {
			return environment(draft.Staging, "environment.path", host, "label", segment)
		}
	}
	for _, f := range c.Header {
		name, value := strings.ToLower(f.Name), strings.ToLower(strings.TrimSpace(f.Value))
		switch name {
		case "x-environment", "x-env", "environment", "x-ambiente", "ambiente":
			if slices.Contains(append(plain(), "test", "teste", "dev"), value) {
				return environment(draft.Staging, "environment.header", host, "name", name, "label", value)
			}
		case "x-sandbox", "sandbox":
			if value == "true" || value == "1" {
				return environment(draft.Staging, "environment.header", host, "name", name, "label", value)
			}
		}
	}
	return environment(draft.Production, "environment.default", host)
}

// plain are the signs that mean an environment wherever they stand; a path /test
// or /dev may be business.
func plain() []string {
	return []string{"sandbox", "homolog", "homologacao", "hml", "staging", "stg", "uat"}
}

func environment(env draft.Environment, key, host string, more ...string) draft.Suggestion[draft.Environment] {
	args := map[string]string{"host": host}
	for i := 0; i+1 < len(more); i += 2 {
		args[more[i]] = more[i+1]
	}
	return draft.Suggestion[draft.Environment]{Value: env, Reasons: []capture.Reason{{Key: key, Args: args}}}
}

// splitPort separates the port, and takes away what does not tell hosts apart:
// the brackets of an IPv6 address and the dot of the root.
func splitPort(host string) (name, port string) {
	if addr, err := netip.ParseAddrPort(host); err == nil {
		_, port := cutLast(host, ":")
		return addr.Addr().String(), port
	}
	name = host
	if before, after := cutLast(host, ":"); strings.Count(host, ":") == 1 {
		name, port = before, after
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	return strings.TrimSuffix(name, "."), port
}

func cutLast(s, sep string) (before, after string) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+len(sep):]
}

func (r HostRule) matches(name, port string) bool {
	wantName, wantPort := splitPort(strings.ToLower(r.Pattern))
	return glob(wantName, name) && (wantPort == "" || glob(wantPort, port))
}

// glob reports whether s is like pattern, in which * stands for any characters.
func glob(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 1 {
		return pattern == s
	}
	if len(s) < len(first)+len(last) || !strings.HasPrefix(s, first) || !strings.HasSuffix(s, last) {
		return false
	}
	s = s[len(first) : len(s)-len(last)]
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, ok := strings.Cut(s, part)
		if !ok {
			return false
		}
		s = rest
	}
	return true
}

func local(addr netip.Addr) bool {
	addr = addr.Unmap()
	return addr.IsPrivate() || addr.IsLoopback() || addr.IsLinkLocalUnicast() || addr.IsUnspecified()
}

// reservedSuffix returns the last label of name when it is set aside for local
// use: RFC 6761 (test, localhost), RFC 6762 (local), and internal, which ICANN
// reserved for private networks in 2024.
func reservedSuffix(name string) string {
	_, last := cutLast("."+name, ".")
	if slices.Contains([]string{"local", "test", "localhost", "internal"}, last) {
		return last
	}
	return ""
}

// stagingLabel returns the part of name that people give to hosts that are not
// production. The last label of a name with dots is left out, for .dev is a top
// level domain on which production runs.
func stagingLabel(name string) string {
	if before, _ := cutLast(name, "."); strings.Contains(name, ".") {
		name = before
	}
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return strings.ContainsRune(".-_", r) }) {
		if isStaging(part) {
			return part
		}
	}
	return ""
}

// isStaging reports whether a part of a name means an environment where nothing is
// real business. Vendors also write the sign and "api" in one word.
func isStaging(part string) bool {
	// No word of business holds these.
	for _, sure := range []string{"sandbox", "staging", "producaorestrita"} {
		if strings.Contains(part, sure) {
			return true
		}
	}
	signs := []string{"sbx", "homolog", "homologa", "homologacao", "homol", "hml", "hmlg", "hmg", "hlg", "hom", "hm", "h", "hmp", "hext", "stg", "stage",
		"pre", "preprod", "preprd", "pprd", "prebanco", "uat", "qa", "test", "teste", "testes", "tst", "tqs", "sit",
		"dev", "dsv", "des", "desenv", "desenvolvimento", "develop", "development", "mock", "demo"}
	sign := strings.Trim(part, "0123456789")
	if !slices.Contains(signs, sign) {
		sign = strings.TrimSuffix(strings.TrimPrefix(sign, "api"), "api")
		return len(sign) > 1 && slices.Contains(signs, sign)
	}
	// A single letter says too little to be read together with digits: h2 is a protocol.
	return len(sign) > 1 || sign == part
}
