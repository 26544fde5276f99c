package server

import (
	"bufio"
	"bytes"
	"slices"
	"strings"
)

// protocol is what an app speaks inside a tunnel.
type protocol int

const (
	speaksOther protocol = iota
	speaksTLS
	speaksHTTP
	// speaksHTTP2 is HTTP/2 without TLS, by prior knowledge (RFC 9113, section 3.3).
	speaksHTTP2
)

// spoken looks at the first bytes without taking them, for as long as they leave a doubt
// and the connection allows. Before it waits for more it calls wait. Its error says why
// there are none.
func spoken(r *bufio.Reader, wait func()) (protocol, error) {
	if _, err := r.Peek(1); err != nil {
		return speaksOther, err
	}
	for {
		// Never an error: so much is there.
		first, _ := r.Peek(r.Buffered())
		if p, sure := protocolOf(first); sure {
			return p, nil
		}
		wait()
		if !hasMore(r, len(first)) {
			return speaksOther, nil
		}
	}
}

// hasMore waits until more than n bytes are there, and reports whether they are.
func hasMore(r *bufio.Reader, n int) bool {
	_, err := r.Peek(n + 1)
	return err == nil
}

// protocolOf tells what begins in this way, and whether more bytes could tell otherwise.
func protocolOf(first []byte) (p protocol, sure bool) {
	if first[0] == handshakeRecord {
		return ofRecord(first)
	}
	if n := min(len(first), len(preface)); string(first[:n]) == preface[:n] {
		return speaksHTTP2, n == len(preface)
	}
	// Empty lines may stand in front of a request (RFC 9112, section 2.2).
	line := first
	for bytes.HasPrefix(line, []byte("\r\n")) {
		line = line[len("\r\n"):]
	}
	if len(line) == 0 || string(line) == "\r" {
		return speaksOther, false
	}
	return ofLine(line)
}

// preface is enough of what begins every connection of HTTP/2 to tell it from HTTP/1.
const preface = "PRI * HTTP/2.0\r\n"

// The first byte of a handshake record, and that of the hello in it (RFC 8446,
// sections 5.1 and 4).
const (
	handshakeRecord = 22
	clientHello     = 1
)

// ofRecord tells a hello from what only begins like one.
func ofRecord(first []byte) (p protocol, sure bool) {
	switch {
	case len(first) > 1 && first[1] != 3:
		return speaksOther, true
	case len(first) < 6:
		return speaksOther, false
	case first[5] == clientHello:
		return speaksTLS, true
	}
	return speaksOther, true
}

// maxMethod is longer, in bytes, than any method that is registered.
const maxMethod = 24

// ofLine tells a request from other words. Of a method that is not among the usual ones,
// the target has to look like one, too.
func ofLine(line []byte) (p protocol, sure bool) {
	method, target, whole := bytes.Cut(line, []byte(" "))
	switch {
	case len(method) > maxMethod || bytes.ContainsFunc(method, notInMethod):
		return speaksOther, true
	case !whole:
		return speaksOther, false
	case slices.Contains(usualMethods(), string(method)):
		return speaksHTTP, true
	case len(method) == 0:
		return speaksOther, true
	case len(target) == 0:
		return speaksOther, false
	case strings.ContainsRune("/*", rune(target[0])):
		return speaksHTTP, true
	}
	return speaksOther, true
}

func usualMethods() []string {
	return []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"}
}

func notInMethod(r rune) bool {
	return !('A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r == '-' || r == '_')
}
