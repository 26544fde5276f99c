package bench_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"sync"
	"testing"
	"time"
)

// app sends requests as cheaply as they can be sent.
type app struct {
	// proxy is empty for an app without one.
	proxy string
	roots *x509.CertPool
}

type client struct {
	*tls.Conn
	r *bufio.Reader
}

func (a app) open(target string) (*client, error) {
	to := a.proxy
	if to == "" {
		to = target
	}
	c, err := net.Dial("tcp", to)
	if err != nil {
		return nil, err
	}
	if a.proxy != "" {
		fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, target)
		r := bufio.NewReaderSize(c, 512)
		if _, err := (&client{r: r}).answer(); err != nil {
			return nil, err
		}
	}
	host, _, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	secure := tls.Client(c, &tls.Config{RootCAs: a.roots, ServerName: host})
	if err := secure.Handshake(); err != nil {
		c.Close()
		return nil, err
	}
	return &client{Conn: secure, r: bufio.NewReaderSize(secure, 32<<10)}, nil
}

func request(host, path string) []byte {
	return []byte("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: bench\r\nAccept: application/json\r\n\r\n")
}

// call sends a request and reads its answer.
func (c *client) call(request []byte) (size int64, err error) {
	if _, err := c.Write(request); err != nil {
		return 0, err
	}
	return c.answer()
}

// answer reads one answer and returns the size of its body.
func (c *client) answer() (size int64, err error) {
	chunked := false
	for {
		line, err := c.r.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) <= 2 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if size, err = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64); err != nil {
				return 0, err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		}
	}
	if !chunked {
		return io.CopyN(io.Discard, c.r, size)
	}
	size, err = io.Copy(io.Discard, httputil.NewChunkedReader(c.r))
	if err == nil {
		_, err = c.r.ReadSlice('\n')
	}
	return size, err
}

// load is one measurement: a fixed number of requests over some connections.
type load struct {
	conns, size, failing, requests int
	// pace is the time from one request of a connection to its next, 0 for as soon
	// as the answer is there.
	pace time.Duration
}

// run returns the time of the whole, and of each request on the first
// connection. It calls begin when all connections are open and used.
func (l load) run(tb testing.TB, a app, target string, begin func()) (total time.Duration, each []time.Duration) {
	tb.Helper()
	var clients []*client
	defer func() {
		for _, c := range clients {
			c.Close()
		}
	}()
	for range l.conns {
		c, err := a.open(target)
		if err != nil {
			tb.Fatal(err)
		}
		clients = append(clients, c)
		l.one(tb, c, target, 1)
	}
	begin()
	start := time.Now()
	var running sync.WaitGroup
	for i, c := range clients {
		running.Go(func() {
			for n := range l.requests / l.conns {
				if !due(tb.Context(), start.Add(time.Duration(n)*l.pace)) {
					return
				}
				took := l.one(tb, c, target, n)
				if i == 0 {
					each = append(each, took)
				}
			}
		})
	}
	running.Wait()
	return time.Since(start), each
}

// due returns true at that time, at once when it is past: an app that sends at a pace
// does not wait for its last answer. It returns false when the benchmark ends before.
func due(ctx context.Context, at time.Time) bool {
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// one sends the n-th request of a connection.
func (l load) one(tb testing.TB, c *client, target string, n int) time.Duration {
	status := 200
	if n*l.failing/100 != (n+1)*l.failing/100 {
		status = 500
	}
	message := request(target, path(l.size, status))
	start := time.Now()
	size, err := c.call(message)
	if err != nil || size != int64(l.size) {
		tb.Errorf("an answer of %d bytes, wanted %d: %v", size, l.size, err)
	}
	return time.Since(start)
}
