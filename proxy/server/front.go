package server

import (
	"bufio"
	"io"
	"log"
	"net"
	"net/http"

	"github.com/elazarl/goproxy"
	"github.com/rs/zerolog"
)

// newFront serves what the door leaves: goproxy handles CONNECT and hands every
// tunnel over. Its own ways with tunnels and with plain requests change what
// passes (docs/decisions/0002).
func (s *Server) newFront() http.Handler {
	connect := goproxy.NewProxyHttpServer()
	connect.Logger = quietLog(s.opts.Log)
	connect.Tr = nil
	connect.ConnectDial = nil
	connect.OnRequest().HandleConnectFunc(func(host string, _ *goproxy.ProxyCtx) (*goproxy.ConnectAction, string) {
		return &goproxy.ConnectAction{Action: goproxy.ConnectHijack, Hijack: s.hijack}, host
	})
	users := s.guardFront(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			s.tunnels.setUp(func() { connect.ServeHTTP(rewindOnHijack{w}, r) })
			return
		}
		explainProxy(w, r)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Who fetches the file can't send a password, and learns nothing from it.
		if r.URL.Path == pacPath && r.URL.Host == "" && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
			servePAC(w, r)
			return
		}
		users(w, r)
	})
}

func (s *Server) hijack(r *http.Request, client net.Conn, _ *goproxy.ProxyCtx) {
	s.connect(r, client)
}

// explainProxy answers somebody who opened the proxy's address like a web site.
func explainProxy(w http.ResponseWriter, _ *http.Request) {
	plainAnswer(w, http.StatusBadRequest, "This is the flagrante proxy, not a web site.\n"+
		"Set it as the proxy of your app (HTTP_PROXY and HTTPS_PROXY), or open the desk, whose address `flagrante serve` prints.\n")
}

func plainAnswer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	// What comes next may be for the door to see.
	w.Header().Set("Connection", "close")
	w.WriteHeader(status)
	io.WriteString(w, text)
}

// rewindOnHijack keeps what an app sent together with its CONNECT: the server
// has read it into a buffer that goproxy throws away.
type rewindOnHijack struct{ http.ResponseWriter }

func (w rewindOnHijack) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(w.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	return &rewoundConn{Conn: conn, r: buffered.Reader}, buffered, nil
}

// rewoundConn reads what had been buffered first.
type rewoundConn struct {
	net.Conn
	r *bufio.Reader
}

// Read lets go of the buffer when it is empty: tunnels are many and long.
func (c *rewoundConn) Read(p []byte) (int, error) {
	if c.r != nil && c.r.Buffered() > 0 {
		return c.r.Read(p)
	}
	c.r = nil
	return c.Conn.Read(p)
}

// NetConn returns the connection below.
func (c *rewoundConn) NetConn() net.Conn { return c.Conn }

// quietLog is for the diagnostics of libraries: of no use to most, and with
// words of the traffic in them, they are shown at the trace level only.
func quietLog(logger zerolog.Logger) *log.Logger {
	return log.New(logWriter{logger}, "", 0)
}

type logWriter struct{ logger zerolog.Logger }

func (w logWriter) Write(p []byte) (int, error) {
	w.logger.Trace().Int("bytes", len(p)).Msg("a library had something to say")
	return len(p), nil
}
