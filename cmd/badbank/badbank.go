// Package badbank is a bank's API that misbehaves on purpose: the vendor of the
// demo and of tests. It listens on loopback only, and the same request always
// gets the same answer; only the request ids count up.
//
//	GET    /pix/v2/cob/{txid}            200, a charge
//	PUT    /pix/v2/cob/{txid}            201, the charge that was made
//	POST   /pix/v2/pagamentos            503, JSON with codigo and mensagem
//	GET    /pix/v2/devolucoes            no answer until the app gives up (or Options.Patience is over: 504)
//	GET    /pix/v2/webhook               the connection closes without an answer
//	POST   /boletos/v1/boletos           422, a problem document (RFC 9457)
//	GET    /boletos/v1/boletos/{id}/pdf  502, an HTML page of a gateway
//	GET    /contas/v1/saldo              401, invalid_token (RFC 6750)
//	GET    /contas/v1/extrato            429 with Retry-After
//	GET    /contas/v1/comprovantes       a reset in a body of announced length
//	GET    /contas/v1/movimentos         a reset in a chunked body
//	POST   /ted/v1/transferencias        a reset before the answer
//	POST   /ws/ted                       500, a SOAP 1.1 fault in ISO-8859-1
//	GET    /stream?bytes=N               200, N bytes of a repeated line
//	any    /echo                         200, the request as JSON
//	any    any other                     404, JSON with codigo and mensagem
//
// Beside the two good listeners there is one with an expired certificate, one
// whose certificate is for another host, and an address that refuses.
package badbank

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options set a bank up. The zero value is usable.
type Options struct {
	// Now is the clock for the validity of the certificates, time.Now when nil.
	Now func() time.Time
	// Patience is how long the slow path holds an app that never gives up, two
	// minutes when zero.
	Patience time.Duration
	// Kept is told, where it is not nil, that the slow path holds an app.
	Kept func()
	// Names are further host names of the good certificate.
	Names []string
}

// Server is a running bank.
type Server struct {
	// HTTP and HTTPS are the base URLs of the bank, without a slash at the end.
	HTTP, HTTPS string
	// Expired is the base URL behind a certificate that ended yesterday.
	Expired string
	// WrongName is the base URL behind a certificate for another host.
	WrongName string
	// Refused is a base URL that refuses connections.
	Refused string

	ca       []byte
	patience time.Duration
	kept     func()
	requests atomic.Int64
	stop     context.CancelFunc
	closers  []io.Closer
	running  sync.WaitGroup
}

// Start starts a bank on free ports of loopback. Close ends it.
func Start(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Patience == 0 {
		o.Patience = 2 * time.Minute
	}
	if o.Kept == nil {
		o.Kept = func() {}
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{patience: o.Patience, kept: o.Kept, stop: stop}
	if err := s.listen(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// CAPEM returns the certificate of the throw-away authority that signed every
// certificate of the bank, in PEM.
func (s *Server) CAPEM() []byte { return s.ca }

// Close ends every connection and waits until the bank is gone.
func (s *Server) Close() error {
	s.stop()
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	s.running.Wait()
	return errors.Join(errs...)
}

func (s *Server) listen(ctx context.Context, o Options) error {
	certs, err := issue(o.Now(), o.Names)
	if err != nil {
		return err
	}
	s.ca = certs.ca
	for _, l := range []struct {
		base *string
		cert *tls.Certificate
	}{{&s.HTTP, nil}, {&s.HTTPS, &certs.good}, {&s.Expired, &certs.expired}, {&s.WrongName, &certs.wrongName}} {
		if *l.base, err = s.serve(ctx, l.cert); err != nil {
			return err
		}
	}
	refusal, addr, err := refuse()
	if err != nil {
		return err
	}
	s.closers = append(s.closers, refusal)
	s.Refused = "http://" + addr
	return nil
}

// serve serves the bank on a free port and returns its base URL. HTTP/2 is left
// out: resets and early ends are those of a connection.
func (s *Server) serve(ctx context.Context, cert *tls.Certificate) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen on loopback: %w", err)
	}
	base := "http://" + listener.Addr().String()
	if cert != nil {
		base = "https://" + listener.Addr().String()
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{*cert}, MinVersion: tls.VersionTLS12})
	}
	server := &http.Server{
		Handler:           s.routes(),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState:         s.track,
		ReadHeaderTimeout: time.Minute,
		// Broken handshakes are what the bank is for, not news.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	s.closers = append(s.closers, server)
	s.running.Go(func() { _ = server.Serve(listener) })
	return base, nil
}

// track lets Close wait for the connections that the server has in hand.
func (s *Server) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.running.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.running.Done()
	}
}
