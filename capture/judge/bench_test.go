package judge_test

import (
	"strings"
	"testing"

	"flagrante/proxy"
)

func good(size int) *proxy.Exchange {
	row := `{"txid":"7978c0c97ea847e78e8849634473c1f1","situation":"ATIVA","valor":{"original":"10.00"}},`
	body := `{"cobs":[` + strings.Repeat(row, max(1, size/len(row))) + `{}]}`
	return &proxy.Exchange{
		Request: proxy.Request{Method: "GET", URL: "https://api.bank.example/v2/cob"},
		Response: &proxy.Response{Status: 200, Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}},
			Body: proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}},
	}
}

func BenchmarkSuccess(b *testing.B) {
	for name, size := range map[string]int{"1KiB": 900, "64KiB": 64 << 10, "1MiB": 1<<20 - 200} {
		b.Run(name, func(b *testing.B) {
			j, x := rules(b), good(size)
			b.SetBytes(int64(len(x.Response.Body.Data)))
			b.ReportAllocs()
			for b.Loop() {
				if j.Judge(x).Failing {
					b.Fatal("a success fails")
				}
			}
		})
	}
}

func BenchmarkBodyError(b *testing.B) {
	j, x := rules(b), good(0)
	x.Response.Body.Data = []byte(`{"codigo":"E-17","mensagem":"Saldo insuficiente"}`)
	b.ReportAllocs()
	for b.Loop() {
		if !j.Judge(x).Failing {
			b.Fatal("a failure passes")
		}
	}
}

func FuzzJudge(f *testing.F) {
	for _, s := range corpus(f) {
		f.Add(s.x.Response.Status, s.x.Response.Header.Get("Content-Type"), s.x.Response.Body.Data)
	}
	j := rules(f)
	f.Fuzz(func(t *testing.T, status int, kind string, body []byte) {
		x := good(0)
		x.Response.Status, x.Response.Header[0].Value = status, kind
		x.Response.Body = proxy.Body{Data: body, Size: int64(len(body)), Complete: true}
		if v := j.Judge(x); v.Failing && len(v.Reasons) == 0 {
			t.Error("a failure without a reason")
		}
		j.Vendor(x)
		x.Response.Body.Cut = true
		if v := j.Judge(x); v.Kind == "truncated" {
			t.Error("our own cut is taken for a broken answer")
		}
	})
}
