package server

import (
	"io"
	"net"
	"net/http"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// pacPath is where the proxy serves its proxy auto-configuration.
const pacPath = "/proxy.pac"

// servePAC serves a file that sends everything to the proxy but what stays on
// the machine or has a plain name. There is no way around a proxy that does not
// run: traffic that nobody sees would be a surprise.
func servePAC(w http.ResponseWriter, r *http.Request) {
	address, ok := ownAddress(r.Host)
	if !ok {
		plainAnswer(w, http.StatusBadRequest, "The request does not name the proxy's address in its Host field.\n")
		return
	}
	w.Header().Set("Content-Type", "application/x-ns-proxy-autoconfig")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Connection", "close")
	io.WriteString(w, strings.Replace(pacFile, "ADDRESS", address, 1))
}

// pacFile has nothing that would ask for names: that would slow every request
// down. An IPv6 address has no dots either, but is no plain name.
const pacFile = `function FindProxyForURL(url, host) {
  var plain = isPlainHostName(host) && host.indexOf(":") < 0;
  var here = /^(localhost|.*\.localhost|127(\.\d+){3}|\[?::1\]?)$/i;
  if (plain || here.test(host)) {
    return "DIRECT";
  }
  return "PROXY ADDRESS";
}
`

// ownAddress returns host and port out of a Host field, and false when it is
// none. It is quoted in a program, so nothing else gets through.
func ownAddress(field string) (string, bool) {
	host, port, err := net.SplitHostPort(field)
	if err != nil {
		host, port = hostOnly(field), "80"
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return "", false
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return netip.AddrPortFrom(addr.WithZone(""), uint16(number)).String(), true
	}
	named := regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?$`)
	return net.JoinHostPort(host, strconv.FormatUint(number, 10)), named.MatchString(host)
}
