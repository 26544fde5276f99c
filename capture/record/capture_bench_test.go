//go:build unix

package record_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/background"
	"flagrante/capture/record"
	"flagrante/proxy"
	"flagrante/proxy/tap"
)

// forgetting is a store that keeps nothing.
type forgetting struct{}

func (forgetting) Append(_ context.Context, b capture.Batch) (int, error) {
	return len(b.Failures), nil
}

// passing is what passes on some connections that are kept open, each request and each
// answer with a number of its own where they differ.
type passing struct {
	taps        []*tap.HTTP1
	ask, answer []byte
	differ      bool
	n           int
}

const number = "0000000000"

func newPassing(pool *proxy.Pool, observe proxy.Observer, status string, differ bool) *passing {
	list := `{"id":"` + number + `","list":[` + strings.Repeat(`{"paid":true,"amount":"10.00"},`, 32) + "{}]}"
	t := &passing{differ: differ,
		ask: []byte("GET /v1/charges/" + number + "?expand=payer HTTP/1.1\r\nHost: api.bank.example\r\nUser-Agent: app/1.0\r\nAccept: application/json\r\n" +
			"Authorization: Bearer 8Zk2mQ9xVt4Rw7Lp3Ns6\r\nX-Request-Id: r-" + number + "\r\n\r\n"),
		answer: []byte("HTTP/1.1 " + status + "\r\nDate: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: " + fmt.Sprint(len(list)) +
			"\r\nServer: bank\r\n\r\n" + list),
	}
	ids := 0
	for range 16 {
		t.taps = append(t.taps, tap.NewHTTP1(tap.Options{
			Observe: observe, Now: time.Now, Pool: pool, BodyLimit: 1 << 20,
			NewID: func(time.Time) string {
				ids++
				return fmt.Sprintf("01KAQ%021d", ids)
			},
		}, tap.Conn{Scheme: "https", Authority: "api.bank.example:443"}))
	}
	return t
}

// call lets one call pass.
func (t *passing) call() {
	if t.n++; t.differ {
		for _, text := range [][]byte{t.ask, t.answer} {
			at := bytes.Index(text, []byte(number[:4]))
			copy(text[at+4:], fmt.Sprintf("%06d", t.n%1_000_000))
		}
	}
	c := t.taps[t.n%len(t.taps)]
	c.App(t.ask)
	c.Vendor(t.answer)
}

// BenchmarkCapture is what a call costs from its bytes on until it is judged, with all
// that moves between the threads of the traffic and the one in the background: the
// processor time of the whole process, and that of the traffic where nobody listens.
func BenchmarkCapture(b *testing.B) {
	background.MakeRoom()
	// lot is how many calls pass before the recorder is waited for: as many as lie in the
	// queue while much passes.
	const lot = 1250
	for _, c := range []struct {
		name, status string
		differ, tap  bool
	}{{"tap", "200 OK", true, true}, {"success", "200 OK", false, false}, {"success that differs", "200 OK", true, false}, {"failure", "500 Error", true, false}} {
		b.Run(c.name, func(b *testing.B) {
			pool, p := &proxy.Pool{}, pipeline()
			p.Reuse(pool)
			r := record.Start(p, forgetting{}, zerolog.Nop())
			observe := r.Observe
			if c.tap {
				observe = pool.Release
			}
			t := newPassing(pool, observe, c.status, c.differ)
			tick := time.Tick(time.Millisecond)
			b.ReportAllocs()
			before := used(b)
			for n := 0; b.Loop(); n++ {
				t.call()
				for n%lot == 0 && r.Counts().Waiting > 0 {
					<-tick
				}
			}
			if err := r.Close(b.Context()); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64((used(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

// used is the processor time of the process.
func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
