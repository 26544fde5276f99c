package curl

import (
	"net/url"
	"slices"
	"strings"

	"flagrante/proxy"
)

// hop lists the fields of one connection (RFC 9110, section 7.6.1), the fields
// meant for a proxy, and the length, which the sender finds anew.
func hop() []string {
	return []string{
		"connection", "content-length", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
		"te", "trailer", "transfer-encoding", "upgrade",
	}
}

// lines returns the fields that are to be sent again, fit for a line of
// HTTP/1.1. Host is left out when the URL says the same.
func lines(r proxy.Request) proxy.Fields {
	var list proxy.Fields
	dropped := append(hop(), connection(r.Header)...)
	if opens(r) {
		dropped = slices.DeleteFunc(dropped, func(name string) bool { return name == "connection" || name == "upgrade" })
	}
	for _, f := range r.Header {
		name := strings.ToLower(f.Name)
		value := line(f.Value)
		switch {
		case f.Name == "" || strings.Map(tchar, f.Name) != f.Name:
		case slices.Contains(dropped, name):
		case name == "host" && (sameHost(value, r.URL) || has(list, "Host")):
		default:
			list = append(list, proxy.Field{Name: f.Name, Value: value})
		}
	}
	return list
}

// connection lists the fields that the Connection field declares to be of one
// connection.
func connection(header proxy.Fields) []string {
	var names []string
	for _, value := range header.Values("Connection") {
		for name := range strings.SplitSeq(value, ",") {
			names = append(names, strings.ToLower(strings.TrimSpace(name)))
		}
	}
	return names
}

func has(header proxy.Fields, name string) bool {
	return slices.ContainsFunc(header, func(f proxy.Field) bool { return strings.EqualFold(f.Name, name) })
}

// line makes value fit for one line of a header. It works on bytes: a value
// need not be UTF-8.
func line(value string) string {
	return strings.Trim(strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ").Replace(value), " \t")
}

// sameHost reports whether the Host field names the host of the URL, the
// default port given or not.
func sameHost(host, target string) bool {
	u, err := url.Parse(target)
	if err != nil {
		return false
	}
	port := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	return strings.EqualFold(strings.TrimSuffix(host, port), strings.TrimSuffix(u.Host, port))
}

// tchar keeps the characters of a token (RFC 9110, section 5.6.2) and drops
// every other.
func tchar(c rune) rune {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.ContainsRune("!#$%&'*+-.^_`|~", c):
		return c
	}
	return -1
}
