package tap_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"flagrante/proxy"
	"flagrante/proxy/tap"
)

// benchH1 returns a tap whose exchanges are over as soon as they are observed.
func benchH1(pool *proxy.Pool) *tap.HTTP1 {
	return tap.NewHTTP1(tap.Options{
		Observe: pool.Release, Now: time.Now, Pool: pool,
		NewID: func(time.Time) string { return "id" }, BodyLimit: 256 << 10,
	}, h1Conn())
}

// BenchmarkHTTP1 measures a small GET with an answer of 1 KiB, and one of 100 KiB, with
// fresh memory and with memory that is lent out again.
func BenchmarkHTTP1(b *testing.B) {
	ask := []byte(request("GET /v1/charges/123 HTTP/1.1", "Host: api.example", "User-Agent: app/1.0", "Accept: application/json", "Authorization: Bearer "+strings.Repeat("x", 40)))
	for _, size := range []int{1 << 10, 100 << 10} {
		answer := []byte(request("HTTP/1.1 200 OK", "Date: Mon, 23 Nov 2026 12:00:00 GMT", "Content-Type: application/json", fmt.Sprint("Content-Length: ", size), "X-Request-Id: 123456") + strings.Repeat("x", size))
		for name, pool := range map[string]*proxy.Pool{"fresh": nil, "lent": {}} {
			b.Run(fmt.Sprintf("%dKiB/%s", size>>10, name), func(b *testing.B) {
				t := benchH1(pool)
				b.ReportAllocs()
				for b.Loop() {
					t.App(ask)
					t.Vendor(answer)
				}
			})
		}
	}
}

// BenchmarkHTTP1Body measures a MiB of an endless body, far above the limit.
func BenchmarkHTTP1Body(b *testing.B) {
	for name, head := range map[string]string{
		"length": request("HTTP/1.1 200 OK", fmt.Sprint("Content-Length: ", 1<<50)),
		"chunks": request("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"),
	} {
		b.Run(name, func(b *testing.B) {
			t := benchH1(nil)
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
