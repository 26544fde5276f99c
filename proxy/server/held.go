package server

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
)

// errUnread ends our side of a handshake whose host is not intercepted after all.
var errUnread = errors.New("the host that the app names is not intercepted")

// held is the connection of an app whose hello is still to be judged: what was
// read of it can go to the vendor as it is.
type held struct {
	net.Conn
	first []byte
	// judged is set when the hello was read, and dropped when it is not ours to
	// answer: then not even an alert may leave.
	judged, dropped bool
}

func (h *held) Read(p []byte) (int, error) {
	n, err := h.Conn.Read(p)
	if !h.judged {
		h.first = append(h.first, p[:n]...)
	}
	return n, err
}

func (h *held) Write(p []byte) (int, error) {
	if h.dropped {
		return len(p), nil
	}
	return h.Conn.Write(p)
}

// NetConn returns the connection below.
func (h *held) NetConn() net.Conn { return h.Conn }

// hold keeps the hello of an app, where a rule could hold for the name in it.
func (s *Server) hold(t *tunnel) {
	if len(s.opts.Passthrough) > 0 {
		t.Conn = &held{Conn: t.Conn}
	}
}

// unread reports whether a rule holds for the name in a hello. An app may name
// an address to us, and the host to the vendor alone.
func (s *Server) unread(t *tunnel, hello *tls.ClientHelloInfo) bool {
	h, ok := t.Conn.(*held)
	if !ok {
		return false
	}
	_, port, _ := net.SplitHostPort(t.target)
	h.judged = true
	h.dropped = hello.ServerName != "" && s.ruled(hello.ServerName, port)
	if !h.dropped {
		h.first = nil
	}
	return h.dropped
}

// release puts back what was read of an app.
func (t *tunnel) release() {
	if h, ok := t.Conn.(*held); ok {
		t.Conn = &replayedConn{Conn: h.Conn, r: io.MultiReader(bytes.NewReader(h.first), h.Conn)}
	}
}
