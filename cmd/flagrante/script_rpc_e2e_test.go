//go:build e2e

package main_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"flagrante/proxy/authority"
)

type word = wrapperspb.StringValue

// bankService answers as a bank that speaks gRPC. Nothing is generated: the
// messages are the well-known ones.
func bankService(turn chan struct{}) *grpc.ServiceDesc {
	return &grpc.ServiceDesc{ServiceName: "bank.Pix", HandlerType: (*any)(nil), Methods: []grpc.MethodDesc{{MethodName: "Say", Handler: say}}, Streams: []grpc.StreamDesc{
		{StreamName: "Turns", ServerStreams: true, Handler: func(_ any, s grpc.ServerStream) error {
			if err := errors.Join(s.RecvMsg(new(word)), s.SendMsg(wrapperspb.String("first"))); err != nil {
				return err
			}
			select {
			case <-turn:
				return s.SendMsg(wrapperspb.String("second"))
			case <-s.Context().Done():
				return s.Context().Err()
			}
		}},
		{StreamName: "Echo", ServerStreams: true, ClientStreams: true, Handler: func(_ any, s grpc.ServerStream) error {
			for {
				in := new(word)
				if err := s.RecvMsg(in); errors.Is(err, io.EOF) {
					return nil
				} else if err != nil {
					return err
				}
				if err := s.SendMsg(in); err != nil {
					return err
				}
			}
		}},
	}}
}

// say refuses, waits or repeats.
func say(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) { //nolint:revive // The order is that of grpc.MethodDesc.
	in := new(word)
	if err := decode(in); err != nil {
		return nil, err
	}
	switch in.Value {
	case "refuse":
		return nil, status.Error(codes.FailedPrecondition, "conta bloqueada")
	case "wait":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return in, nil
}

// rpcCmd makes the calls of a gRPC app, and prints what it saw: `rpc [direct]`.
// The service lives for as long as the calls take.
func rpcCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	proxy, ca := ts.Getenv("PROXY_ADDR"), ts.Getenv("CA")
	if len(args) > 0 {
		proxy, ca = "", ts.Getenv("VENDOR_CA")
	}
	issuer, err := authority.Open(filepath.Join(on(ts).dir, "vendor"), time.Now)
	ts.Check(err)
	leaf, err := issuer.Leaf("127.0.0.1")
	ts.Check(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	turn := make(chan struct{}, 1)
	server := grpc.NewServer(grpc.Creds(credentials.NewServerTLSFromCert(leaf)), grpc.MaxRecvMsgSize(16<<20))
	server.RegisterService(bankService(turn), nil)
	go func() { _ = server.Serve(listener) }()
	defer server.Stop()
	roots := x509.NewCertPool()
	pem, err := os.ReadFile(ca)
	ts.Check(err)
	roots.AppendCertsFromPEM(pem)
	conn, err := grpc.NewClient("passthrough:///"+listener.Addr().String(), grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{RootCAs: roots})),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(16<<20)), grpc.WithContextDialer(func(ctx context.Context, addr string) (net.Conn, error) { return tunnelTo(ctx, proxy, addr) }))
	ts.Check(err)
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ts.Check(errors.Join(unary(ctx, conn, ts.Stdout()), turns(ctx, conn, turn, ts.Stdout()), echoes(ctx, conn, ts.Stdout())))
}

// tunnelTo dials through a proxy by CONNECT, or directly without one.
func tunnelTo(ctx context.Context, proxy, addr string) (net.Conn, error) {
	if proxy == "" {
		return new(net.Dialer).DialContext(ctx, "tcp", addr)
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", proxy)
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(conn, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", addr, addr); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	// Nothing of the vendor comes before the app has begun TLS.
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: http.MethodConnect})
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.New(answer.Status)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// unary makes single calls: a good one, a big one, a refusal, a deadline.
func unary(ctx context.Context, conn *grpc.ClientConn, out io.Writer) error {
	for _, said := range []string{"olá", strings.Repeat("x", 8<<20), "refuse"} {
		got := new(word)
		err := conn.Invoke(ctx, "/bank.Pix/Say", wrapperspb.String(said), got)
		fmt.Fprintln(out, "say", len(said), got.Value == said, status.Code(err), status.Convert(err).Message())
	}
	err := conn.Invoke(ctx, "/bank.Pix/Missing", wrapperspb.String(""), new(word))
	fmt.Fprintln(out, "missing", status.Code(err))
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	err = conn.Invoke(short, "/bank.Pix/Say", wrapperspb.String("wait"), new(word))
	fmt.Fprintln(out, "wait", status.Code(err))
	return nil
}

// turns lets the service send its second message when the first was read.
func turns(ctx context.Context, conn *grpc.ClientConn, turn chan<- struct{}, out io.Writer) error {
	s, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "/bank.Pix/Turns")
	if err != nil {
		return err
	}
	first, second := new(word), new(word)
	if err := errors.Join(s.SendMsg(wrapperspb.String("")), s.CloseSend(), s.RecvMsg(first)); err != nil {
		return err
	}
	turn <- struct{}{}
	err = s.RecvMsg(second)
	fmt.Fprintln(out, "turns", first.Value, second.Value, status.Code(err))
	if err := s.RecvMsg(new(word)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("the stream ended with %w", err)
	}
	return nil
}

// echoes waits for each answer before it says the next word.
func echoes(ctx context.Context, conn *grpc.ClientConn, out io.Writer) error {
	s, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, "/bank.Pix/Echo")
	if err != nil {
		return err
	}
	for _, said := range []string{"um", "dois", "três"} {
		got := new(word)
		if err := errors.Join(s.SendMsg(wrapperspb.String(said)), s.RecvMsg(got)); err != nil {
			return err
		}
		fmt.Fprintln(out, "echo", got.Value)
	}
	if err := errors.Join(s.CloseSend()); err != nil {
		return err
	}
	if err := s.RecvMsg(new(word)); !errors.Is(err, io.EOF) {
		return fmt.Errorf("the stream ended with %w", err)
	}
	return nil
}
