package server

import (
	"net"
	"time"

	"flagrante/proxy/gather"
)

// acceptance finds out whether an app is content with our certificate. The end of the
// handshake does not tell: Node looks at the certificate behind it, in TLS 1.2, and drops
// the connection.
type acceptance struct {
	// asked is called when the app has asked for something, dropped when it has dropped
	// the connection before.
	asked   func()
	dropped func(error)
}

// briefly is longer than an app takes that looks at a certificate, and less than one does
// that holds a connection ready and has no use for it.
const briefly = 2 * time.Second

func (s *Server) await(t *tunnel, below *gather.Conn) *acceptance {
	begin, received := s.opts.Now(), below.Received()
	return &acceptance{
		asked: func() { s.lessons.trust(t.target) },
		dropped: func(err error) {
			// Who only tries whether there is somebody takes leave in good order, by an alert.
			if below.Received() == received && !s.lessons.trusts(t.target) && s.opts.Now().Sub(begin) < briefly {
				s.learn(t, err, true)
			}
		},
	}
}

// judge is told of all that comes from the app, by the one direction that it comes in.
func (l *link) judge(src net.Conn, err error) {
	if src != l.app || l.acceptance == nil {
		return
	}
	if err == nil {
		l.acceptance.asked()
	} else {
		l.acceptance.dropped(err)
	}
	l.acceptance = nil
}
