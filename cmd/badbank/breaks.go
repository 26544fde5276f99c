package badbank

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
)

// reset reads the request whole and answers with a reset.
func (s *Server) reset(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	if conn := hijack(w); conn != nil {
		abort(conn)
	}
}

// leave closes the connection in good order, without an answer.
func (s *Server) leave(w http.ResponseWriter, _ *http.Request) {
	if conn := hijack(w); conn != nil {
		_ = conn.Close()
	}
}

// resetMidway sends the beginning of an answer and then a reset.
func (s *Server) resetMidway(beginning string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn := hijack(w)
		if conn == nil {
			return
		}
		_, _ = fmt.Fprintf(conn, beginning, s.requestID())
		abort(conn)
	}
}

// hijack takes the connection over; without one there is nobody to answer.
func hijack(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil
	}
	return conn
}

// abort closes the TCP connection with a reset, and no farewell of TLS.
func abort(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
