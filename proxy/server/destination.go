package server

import (
	"bytes"
	"strings"

	"flagrante/proxy/upstream"
)

// destination is the vendor of a request in absolute form.
type destination struct {
	// addr is host and port.
	addr string
	// secure is set where the app leaves TLS to its proxy: some send what is for https as
	// they send what is for http, and open no tunnel.
	secure bool
}

// destinationOf returns the vendor of the request in head, and false when the request is not
// one in absolute form.
func destinationOf(head []byte) (d destination, ok bool) {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	parts := strings.Split(strings.TrimRight(string(line), "\r"), " ")
	if len(parts) != 3 {
		return d, false
	}
	scheme, rest, _ := strings.Cut(parts[1], "://")
	port := "80"
	if d.secure = strings.EqualFold(scheme, "https"); d.secure {
		port = "443"
	} else if !strings.EqualFold(scheme, "http") {
		return d, false
	}
	authority := rest
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	if authority == "" || strings.ContainsAny(authority, "\\\t\x00") {
		return d, false
	}
	d.addr = withPort(authority, port)
	return d, true
}

// scheme is that of the addresses of its resources.
func (d destination) scheme() string {
	if d.secure {
		return "https"
	}
	return "http"
}

// request asks for a connection on which the destination can be spoken to in HTTP/1.
func (d destination) request(via string) upstream.Request {
	if d.secure {
		return upstream.Request{TLS: true, ALPN: []string{alpnHTTP1}, Via: via}
	}
	return upstream.Request{AbsoluteForm: true, Via: via}
}
