package server

import (
	"bufio"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestWhatIsSpoken(t *testing.T) {
	for first, want := range map[string]protocol{
		"GET / HTTP/1.1\r\n":                   speaksHTTP,
		"PATCH /x HTTP/1.1\r\n":                speaksHTTP,
		"\r\nPOST / HTTP/1.1\r\n":              speaksHTTP,
		"\r\n\r\n\r\nGET / HTTP/1.1\r\n":       speaksHTTP,
		"OPTIONS * HTTP/1.1\r\n":               speaksHTTP,
		"GET  /two-spaces HTTP/1.1\r\n":        speaksHTTP,
		"PROPFIND /agenda HTTP/1.1\r\n":        speaksHTTP,
		"QUERY /saldo HTTP/1.1\r\n":            speaksHTTP,
		"get / HTTP/1.1\r\n":                   speaksHTTP,
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":     speaksHTTP2,
		"PRI * HTTP/1.1\r\n":                   speaksHTTP,
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc": speaksTLS,
		"\x16\x03\x01\x02\x00\x02\x00\x01\xfc": speaksOther,
		"\x16\x02\x01\x02\x00\x01":             speaksOther,
		"\x16\x03\x01":                         speaksOther,
		"":                                     speaksOther,
		"G":                                    speaksOther,
		"GETTING / HTTP":                       speaksHTTP,
		"EHLO loja.example\r\n":                speaksOther,
		"HELLO":                                speaksOther,
		"SSH-2.0-OpenSSH_9.6\r\n":              speaksOther,
		"INVITE sip:a@b SIP/2.0\r\n":           speaksOther,
		"*1\r\n$4\r\nPING\r\n":                 speaksOther,
		"\x00\x00\x00\x08\x04\xd2\x16\x2f":     speaksOther,
		"\r\n\r\n":                             speaksOther,
		" GET / HTTP/1.1":                      speaksOther,
		strings.Repeat("A", 100) + " / HTTP":   speaksOther,
	} {
		for _, r := range []io.Reader{strings.NewReader(first), iotest.OneByteReader(strings.NewReader(first))} {
			buffered := bufio.NewReader(r)
			if got, _ := spoken(buffered, func() {}); got != want {
				t.Errorf("%q: got %d, want %d", first, got, want)
			}
			if rest, _ := io.ReadAll(buffered); string(rest) != first {
				t.Errorf("%q: %q is left", first, rest)
			}
		}
	}
}
