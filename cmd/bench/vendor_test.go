package bench_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flagrante/proxy/authority"
)

// vendor answers in the cheapest way, so that what is measured is not the vendor.
type vendor struct {
	ca      *authority.Authority
	answers map[string][]byte
}

func newVendor(tb testing.TB, dir string) *vendor {
	tb.Helper()
	ca, err := authority.Open(filepath.Join(dir, "ca"), time.Now)
	if err != nil {
		tb.Fatal(err)
	}
	v := &vendor{ca: ca, answers: map[string][]byte{}}
	for _, size := range []int{1 << 10, 100 << 10} {
		body := listOf(size)
		for status, reason := range map[int]string{200: "OK", 500: "Internal Server Error"} {
			head := fmt.Sprintf("HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", status, reason, size)
			v.answers[path(size, status)] = append([]byte(head), body...)
		}
	}
	return v
}

// listOf returns a JSON list of size bytes, as an API answers.
func listOf(size int) []byte {
	const item = `{"paid":true,"amount":"10.00"},`
	list := "[" + strings.Repeat(item, (size-3)/len(item)-1) + "{}]"
	return []byte(list + strings.Repeat(" ", size-len(list)))
}

func path(size, status int) string { return fmt.Sprintf("/v1/%d/%d", size, status) }

func stream(status int) string { return fmt.Sprintf("/stream/%d", status) }

// listen serves on an address of the loopback until the benchmark ends.
func (v *vendor) listen(tb testing.TB, ip string) string {
	tb.Helper()
	leaf, err := v.ca.Leaf(ip)
	if err != nil {
		tb.Fatal(err)
	}
	l, err := tls.Listen("tcp", ip+":0", &tls.Config{Certificates: []tls.Certificate{*leaf}})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go v.serve(c)
		}
	}()
	return l.Addr().String()
}

func (v *vendor) serve(c net.Conn) {
	defer c.Close()
	r := bufio.NewReader(c)
	for {
		target, err := readRequest(r)
		if err != nil {
			return
		}
		if answer, ok := v.answers[target]; ok {
			_, err = c.Write(answer)
		} else {
			err = writeStream(c, strings.TrimPrefix(target, "/stream/"))
		}
		if err != nil {
			return
		}
	}
}

// readRequest returns the target of a request without a body.
func readRequest(r *bufio.Reader) (target string, err error) {
	line, err := r.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	_, after, _ := bytes.Cut(line, []byte(" "))
	name, _, _ := bytes.Cut(after, []byte(" "))
	target = string(name)
	for len(line) > 2 {
		if line, err = r.ReadSlice('\n'); err != nil {
			return "", err
		}
	}
	return target, nil
}

func writeStream(w io.Writer, status string) error {
	_, err := fmt.Fprintf(w, "HTTP/1.1 %s Stream\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n", status, streamSize)
	piece := make([]byte, 64<<10)
	for sent := 0; err == nil && sent < streamSize; sent += len(piece) {
		_, err = w.Write(piece)
	}
	return err
}
