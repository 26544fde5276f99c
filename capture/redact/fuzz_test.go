package redact_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"flagrante/capture/redact"
	"flagrante/proxy"
)

// FuzzMessage holds for any body of any type: masking ends, masking twice changes
// nothing where it is text, what was JSON is JSON, and a planted token is gone.
func FuzzMessage(f *testing.F) {
	for _, s := range []struct{ kind, body string }{
		{"application/json", `{"senha":"x","cpf":12345678909,"a":[1,{"token":2}]}`}, {"", `{"senha":`}, {"text/xml", `<a senha="x"><![CDATA[{"cpf":"1"}]]></a>`},
		{"application/x-www-form-urlencoded", "a=1&senha=%7B%22x%22"}, {"text/event-stream", "data: {\"a\":\ndata: 1}\n\n"}, {"text/plain", "CPF 123.456.789-09 {'a': 'b'}"},
		{"multipart/form-data; boundary=B", "--B\r\nContent-Disposition: form-data; name=\"senha\"\r\n\r\nx\r\n--B--"}, {"text/plain; charset=latin1", "nome: Jo\xe3o da Silva"},
	} {
		f.Add(s.kind, s.body)
	}
	r := redact.New(redact.WithKey(testKey()))
	f.Fuzz(func(t *testing.T, kind, body string) {
		if len(body) > 1<<14 {
			return
		}
		x := request("https://a.example/", proxy.Fields{{Name: "Content-Type", Value: kind}, {Name: "X-Api-Key", Value: planted}}, body+" "+planted)
		once, _ := r.Personal(x)
		if strings.Contains(string(once.Request.Body.Data), planted) {
			t.Errorf("%q as %q: the token is left in %q", body, kind, once.Request.Body.Data)
		}
		x = request("https://a.example/", proxy.Fields{{Name: "Content-Type", Value: kind}}, body)
		once, _ = r.Personal(x)
		if json.Valid([]byte(body)) && strings.ContainsAny(body[:1], "{[") && strings.Contains(kind, "json") && !json.Valid(once.Request.Body.Data) {
			t.Errorf("%q became %q, which is no JSON", body, once.Request.Body.Data)
		}
		if _, ok := redact.Readable("text/plain", []byte(body)); !ok || !utf8.ValidString(body) || strings.Contains(body, "\x00") {
			return
		}
		if twice, _ := r.Personal(&once); !bytes.Equal(once.Request.Body.Data, twice.Request.Body.Data) {
			t.Errorf("masking %q as %q gives %q, and then %q", body, kind, once.Request.Body.Data, twice.Request.Body.Data)
		}
	})
}

const planted = "q7Zk2mX9pL4vT8wR3nB6"
