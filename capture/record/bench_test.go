package record_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"flagrante/capture/decode/decodetest"
	"flagrante/capture/record"
	"flagrante/proxy"
)

// called returns the n-th of many calls to an API that are alike but not the same.
func called(n, status int, body string) *proxy.Exchange {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Millisecond)
	return &proxy.Exchange{
		ID: fmt.Sprintf("01KAQ%021d", n), Start: at,
		Request: proxy.Request{Method: "GET", URL: fmt.Sprintf("https://api.bank.example/v1/charges/%d?expand=payer", 100_000+n), Proto: "HTTP/1.1",
			Header: proxy.Fields{{Name: "Host", Value: "api.bank.example"}, {Name: "User-Agent", Value: "app/1.0"}, {Name: "Accept", Value: "application/json"}, {Name: "Authorization", Value: "Bearer 8Zk2mQ9xVt4Rw7Lp3Ns6"}},
			Body:   proxy.Body{Complete: true}},
		Response: &proxy.Response{Status: status, Proto: "HTTP/1.1",
			Header: proxy.Fields{{Name: "Date", Value: at.Format(time.RFC1123)}, {Name: "Content-Type", Value: "application/json"}, {Name: "X-Request-Id", Value: fmt.Sprintf("r-%d", n)}},
			Body:   proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}},
		Phases: proxy.Phases{Wait: 20 * time.Millisecond, Total: 21 * time.Millisecond},
	}
}

// packed and failedPacked name the answers that are sent as most vendors send them.
const packed, failedPacked = "success, packed", "failure, packed"

func pack(b *testing.B, r *proxy.Response) {
	r.Header = append(r.Header, proxy.Field{Name: "Content-Encoding", Value: "gzip"})
	r.Body.Data = decodetest.Pack(b, "gzip", r.Body.Data)
	r.Body.Size = int64(len(r.Body.Data))
}

// BenchmarkSequence is what the recorder does for a call, without the store.
func BenchmarkSequence(b *testing.B) {
	list := "[" + strings.Repeat(`{"paid":true,"amount":"10.00"},`, 32) + "{}]"
	for _, c := range []struct {
		name   string
		status int
		body   func(n int) string
	}{
		{"success", 200, func(int) string { return list }},
		{"success that differs", 200, func(n int) string { return fmt.Sprintf(`{"id":%d,"list":%s}`, n, list) }},
		{packed, 200, func(n int) string { return fmt.Sprintf(`{"id":%d,"list":%s}`, n, list) }},
		{"failure", 500, func(n int) string {
			return fmt.Sprintf(`{"type":"https://bank.example/erros/limite","title":"Limite excedido","status":500,"detail":"A cobranca %d passa do limite do dia","code":"PIX-017","traceId":"4bf92f35%d"}`, n, n)
		}},
		{failedPacked, 500, func(n int) string {
			return fmt.Sprintf(`{"type":"https://bank.example/erros/limite","title":"Limite excedido","status":500,"detail":"A cobranca %d passa do limite do dia","code":"PIX-017","traceId":"4bf92f35%d"}`, n, n)
		}},
		{"failure with a list", 500, func(int) string { return list }},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := record.NewSequence(pipeline())
			all := make([]*proxy.Exchange, 10_000)
			for n := range all {
				all[n] = called(n, c.status, c.body(n))
				if c.name == packed || c.name == failedPacked {
					pack(b, all[n].Response)
				}
			}
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				s.Add(all[n%len(all)])
				if n%128 == 0 {
					s.Take()
				}
			}
		})
	}
}
