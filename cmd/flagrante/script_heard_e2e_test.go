//go:build e2e

package main_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// hearing hands connections out that end TLS and keep what was said in it.
type hearing struct {
	net.Listener
	config *tls.Config
	vendor *vendor
}

func (h *hearing) Accept() (net.Conn, error) {
	conn, err := h.Listener.Accept()
	if err != nil {
		return nil, err
	}
	heard := &heardConn{Conn: tls.Server(conn, h.config)}
	h.vendor.mu.Lock()
	defer h.vendor.mu.Unlock()
	h.vendor.conns = append(h.vendor.conns, heard)
	return heard, nil
}

type heardConn struct {
	net.Conn
	mu   sync.Mutex
	said bytes.Buffer
}

func (c *heardConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said.Write(p[:n])
	return n, err
}

// heardCmd writes what the vendor was told since the last time, connection by
// connection: `heard FILE`. Of HTTP/1.1 that is every byte. Of HTTP/2 it is each
// request with its fields in their order; when flow is controlled, and how a
// body is cut into frames, is not the app's doing.
func heardCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	v := ts.Value(vendorKey{}).(*vendor)
	v.mu.Lock()
	conns := v.conns
	v.conns = nil
	v.mu.Unlock()
	var out strings.Builder
	for _, c := range conns {
		c.mu.Lock()
		said := c.said.String()
		c.mu.Unlock()
		if frames, ok := strings.CutPrefix(said, http2.ClientPreface); ok {
			text, err := requestsOf(frames)
			ts.Check(err)
			said = text
		}
		if said != "" {
			fmt.Fprintf(&out, "--- connection\n%s\n", said)
		}
	}
	if out.Len() == 0 {
		ts.Fatalf("the vendor heard nothing")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(out.String()), 0o600))
}

// requestsOf reads the frames of an app.
func requestsOf(frames string) (string, error) {
	framer := http2.NewFramer(io.Discard, strings.NewReader(frames))
	framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	framer.SetMaxReadFrameSize(1 << 20)
	var order []uint32
	heads, bodies := map[uint32]string{}, map[uint32][]byte{}
	for {
		frame, err := framer.ReadFrame()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return "", err
		}
		id := frame.Header().StreamID
		switch f := frame.(type) {
		case *http2.MetaHeadersFrame:
			if heads[id] == "" {
				order = append(order, id)
			}
			for _, field := range f.Fields {
				heads[id] += field.Name + ": " + field.Value + "\n"
			}
		case *http2.DataFrame:
			bodies[id] = append(bodies[id], f.Data()...)
		}
	}
	var out strings.Builder
	for _, id := range order {
		fmt.Fprintf(&out, "stream %d\n%s%d bytes %x\n", id, heads[id], len(bodies[id]), sha256.Sum256(bodies[id]))
	}
	return out.String(), nil
}
