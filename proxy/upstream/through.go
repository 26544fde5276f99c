package upstream

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"flagrante/proxy"
	"flagrante/proxy/fault"
)

// through reaches the vendor by way of an upstream proxy.
func (a *attempt) through(ctx context.Context, h *hop) (*Conn, error) {
	conn, err := a.tcp(ctx, h.addr)
	if err != nil {
		return nil, fault.AtProxy(h.addr, err)
	}
	conn, err = a.ask(ctx, h, conn)
	if err != nil {
		return nil, err
	}
	if a.plain() && h.speaksHTTP() {
		return &Conn{
			Conn: conn, AbsoluteForm: true,
			ProxyAuthorization: h.authorization(), ProxyConnection: strings.Join(marksIn(a.via), ", "),
		}, nil
	}
	return &Conn{Conn: conn}, nil
}

func (h *hop) speaksHTTP() bool { return h.scheme == "http" || h.scheme == "https" }

// ask has the upstream proxy connect to the vendor. It closes conn on an error.
func (a *attempt) ask(ctx context.Context, h *hop, conn net.Conn) (net.Conn, error) {
	if !h.speaksHTTP() {
		return a.socks(ctx, h, conn)
	}
	if h.scheme == "https" {
		secured, err := a.trust.handshake(h.host, h.port, []string{"http/1.1"}).run(ctx, conn, 0)
		if err != nil {
			conn.Close()
			return nil, fault.In(proxy.PhaseTLS, fault.AtProxy(h.addr, err))
		}
		conn = secured
	}
	if a.plain() {
		return conn, nil
	}
	tunnel, err := a.openTunnel(ctx, h, conn)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return tunnel, nil
}

// maxAnswer bounds the head of an answer to CONNECT, in bytes.
const maxAnswer = 64 << 10

// openTunnel asks an HTTP proxy for a tunnel (RFC 9110, section 9.3.6).
func (a *attempt) openTunnel(ctx context.Context, h *hop, conn net.Conn) (net.Conn, error) {
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	tunnel, err := a.connectMethod(h, conn)
	if !stop() && ctx.Err() != nil {
		return nil, fault.AtProxy(h.addr, fmt.Errorf("open a tunnel: %w", ctx.Err()))
	}
	return tunnel, err
}

func (a *attempt) connectMethod(h *hop, conn net.Conn) (net.Conn, error) {
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: a.target}, Host: a.target, Header: http.Header{"User-Agent": {""}}}
	if a.via != "" {
		req.Header.Set("Via", a.via)
	}
	credentials := h.authorization()
	if credentials != "" {
		req.Header.Set("Proxy-Authorization", credentials)
	}
	if err := req.Write(conn); err != nil {
		return nil, fault.AtProxy(h.addr, fmt.Errorf("write CONNECT: %w", err))
	}
	buffer := bufio.NewReader(io.LimitReader(conn, maxAnswer))
	answer := &proxy.Response{Status: http.StatusContinue}
	for answer.Status/100 == 1 {
		//nolint:bodyclose // To close it would read on, into what belongs to the tunnel.
		resp, err := http.ReadResponse(buffer, req)
		if err != nil {
			return nil, fault.AtProxy(h.addr, fmt.Errorf("read the answer to CONNECT: %w", err))
		}
		answer.Status, answer.Header = resp.StatusCode, proxy.FieldsOf(resp.Header)
	}
	if answer.Status/100 != 2 {
		return nil, fault.NoTunnel(h.addr, answer, credentials != "")
	}
	return withFirst(conn, buffer)
}

// withFirst returns conn, from which the bytes that were read with the head of
// the answer are read first.
func withFirst(conn net.Conn, buffer *bufio.Reader) (net.Conn, error) {
	first, err := buffer.Peek(buffer.Buffered())
	if err != nil || len(first) == 0 {
		return conn, err
	}
	return &prefixed{Conn: conn, first: first}, nil
}

type prefixed struct {
	net.Conn
	first []byte
}

func (p *prefixed) Read(b []byte) (int, error) {
	if len(p.first) > 0 {
		n := copy(b, p.first)
		p.first = p.first[n:]
		return n, nil
	}
	return p.Conn.Read(b)
}

// NetConn returns what is underneath, as that of tls.Conn does.
func (p *prefixed) NetConn() net.Conn { return p.Conn }

func (p *prefixed) CloseWrite() error {
	half, ok := p.Conn.(interface{ CloseWrite() error })
	if !ok {
		return errors.ErrUnsupported
	}
	return half.CloseWrite()
}
