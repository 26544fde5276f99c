package redact_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"flagrante/capture/redact"
	"flagrante/proxy"
)

// BenchmarkRedact masks a page of charges, and says how many times as fast as
// encoding/json decodes and encodes the same bytes it is, by the time of the processor:
// on a busy machine it says more than the clock.
func BenchmarkRedact(b *testing.B) {
	var items []string
	for i := range 2000 {
		items = append(items, fmt.Sprintf(`{"id":"chg_%d","txid":"7978c0c97ea847e78e884963447%05d","valor":"%d.90","status":"PENDENTE","criadoEm":"2026-11-24T10:%02d:00Z","descricao":"Mensalidade do plano completo","tentativas":%d,"devedor":{"nome":"Maria Souza","cpf":"123456789%02d"},"ativo":true,"tags":["a","b"]}`, i, i, i, i%60, i%5, i%100))
	}
	body := []byte(`{"itens":[` + strings.Join(items, ",") + `]}`)
	for _, bench := range []struct {
		name string
		mask func(*redact.Redactor, *proxy.Exchange)
	}{
		{"capture", func(r *redact.Redactor, x *proxy.Exchange) { r.Exchange(x) }},
		{"export", func(r *redact.Redactor, x *proxy.Exchange) { r.Personal(x) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			r := redact.New(redact.WithKey(testKey()))
			b.SetBytes(int64(len(body)))
			var masking, coding time.Duration
			for n := 0; b.Loop(); n++ {
				// A body that came before would only be recognised.
				fresh := fmt.Sprintf(`{"itens":[{"id":"chg_%d"},%s]}`, n, strings.Join(items, ","))
				x := request("https://api.example/v1/cob", proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, fresh)
				start := used(b)
				bench.mask(r, x)
				masking += used(b) - start
				start = used(b)
				var v any
				if err := json.Unmarshal(body, &v); err != nil {
					b.Fatal(err)
				}
				if _, err := json.Marshal(v); err != nil {
					b.Fatal(err)
				}
				coding += used(b) - start
			}
			b.ReportMetric(float64(coding)/float64(masking), "×json")
			b.ReportMetric(float64(len(body))*float64(b.N)/1e6/masking.Seconds(), "MB/s-masking")
		})
	}
}

// used is the processor time that the process has used so far.
func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
