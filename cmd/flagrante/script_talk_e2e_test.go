//go:build e2e

package main_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/coder/websocket"
	"github.com/rogpeppe/go-internal/testscript"
)

// talkSize is that of the frames which both sides send at once, in bytes.
const talkSize = 256 << 10

// chat is the vendor's end: it sends a greeting, then repeats what it hears, and
// closes as the word "close" asks for. Who has no leave is refused.
func chat(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Has("refuse") {
		http.Error(w, `{"error":"no leave"}`, http.StatusForbidden)
		return
	}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"pix.v1"}, CompressionMode: websocket.CompressionContextTakeover})
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(-1)
	for {
		kind, data, err := conn.Read(r.Context())
		if err != nil {
			return
		}
		if string(data) == "close" {
			_ = conn.Close(4001, "until tomorrow")
			return
		}
		if err := conn.Write(r.Context(), kind, data); err != nil {
			return
		}
	}
}

// talkCmd speaks over a WebSocket, and prints what it saw:
//
//	talk [direct] PATH
func talkCmd(ts *testscript.TestScript, neg bool, args []string) {
	proxy := ts.Getenv("PROXY")
	if args[0] == "direct" {
		proxy, args = "", args[1:]
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	transport := roundTripper(ts, proxy, false)
	defer transport.CloseIdleConnections()
	url := "wss" + strings.TrimPrefix(ts.Getenv("VENDOR"), "https") + args[0]
	conn, answer, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: transport}, Subprotocols: []string{"pix.v1"}, CompressionMode: websocket.CompressionContextTakeover,
	})
	if err != nil && answer != nil {
		fmt.Fprintln(ts.Stdout(), "refused", answer.StatusCode)
	}
	if neg != (err != nil) {
		ts.Fatalf("talk: %v", err)
	}
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	fmt.Fprintln(ts.Stdout(), "protocol", conn.Subprotocol(), answer.Header.Get("Sec-Websocket-Extensions"))
	said, err := converse(ctx, conn)
	ts.Check(err)
	fmt.Fprint(ts.Stdout(), said)
}

// converse sends big frames, with pings in between, while their echo comes back.
func converse(ctx context.Context, conn *websocket.Conn) (string, error) {
	const count = 16
	conn.SetReadLimit(-1)
	sent := make(chan error, 1)
	go func() {
		var errs []error
		for i := range count {
			errs = append(errs, conn.Write(ctx, websocket.MessageBinary, bytes.Repeat([]byte{byte(i)}, talkSize)), conn.Ping(ctx))
		}
		sent <- errors.Join(append(errs, conn.Write(ctx, websocket.MessageText, []byte("close")))...)
	}()
	for i := range count {
		kind, data, err := conn.Read(ctx)
		if err != nil {
			return "", err
		}
		if kind != websocket.MessageBinary || !bytes.Equal(data, bytes.Repeat([]byte{byte(i)}, talkSize)) {
			return "", fmt.Errorf("frame %d came back as something else", i)
		}
	}
	_, _, err := conn.Read(ctx)
	var end websocket.CloseError
	if !errors.As(err, &end) {
		return "", fmt.Errorf("the end was no close frame: %w", err)
	}
	return fmt.Sprintf("frames %d\nclosed %d %s\n", count, end.Code, end.Reason), <-sent
}
