package tap_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"flagrante/proxy"
	"flagrante/proxy/tap"
)

func benchH1() *tap.HTTP1 {
	return tap.NewHTTP1(tap.Options{
		Observe: func(*proxy.Exchange) {}, Now: time.Now,
		NewID: func(time.Time) string { return "id" }, BodyLimit: 256 << 10,
	}, h1Conn())
}

// BenchmarkHTTP1 measures a small GET with an answer of 1 KiB.
func BenchmarkHTTP1(b *testing.B) {
	ask := []byte(request("GET /v1/charges/123 HTTP/1.1", "Host: api.example", "User-Agent: app/1.0", "Accept: application/json", "Authorization: Bearer "+strings.Repeat("x", 40)))
	answer := []byte(request("HTTP/1.1 200 OK", "Date: Mon, 23 Nov 2026 12:00:00 GMT", "Content-Type: application/json", "Content-Length: 1024", "X-Request-Id: 123456") + strings.Repeat("x", 1024))
	t := benchH1()
	b.ReportAllocs()
	for b.Loop() {
		t.App(ask)
		t.Vendor(answer)
	}
}

// BenchmarkHTTP1Body measures a MiB of an endless body, far above the limit.
func BenchmarkHTTP1Body(b *testing.B) {
	for name, head := range map[string]string{
		"length": request("HTTP/1.1 200 OK", fmt.Sprint("Content-Length: ", 1<<50)),
		"chunks": request("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"),
	} {
		b.Run(name, func(b *testing.B) {
			t := benchH1()
			t.App([]byte(get("/")))
			t.Vendor([]byte(head))
			part := []byte("3ffa\r\n" + strings.Repeat("x", 0x3ffa) + "\r\n")
			b.SetBytes(1 << 20)
			b.ReportAllocs()
			for b.Loop() {
				for range 64 {
					t.Vendor(part)
				}
			}
		})
	}
}
