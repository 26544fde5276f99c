package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"flagrante/capture/decode/decodetest"
	"flagrante/capture/redact"
	"flagrante/proxy"
)

func encoded(t *testing.T, text string, in encoding.Encoding) string {
	t.Helper()
	out, err := in.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestCodings holds that values are found behind whatever coding a message is in, and
// that where it can be undone the rest stays, in the same coding.
func TestCodings(t *testing.T) {
	const secret = `{"nome":"João da Conceição","senha":"S3gr3d0Xk29","cpf":"76109277673","id":"a-17"}`
	b64 := base64.StdEncoding.EncodeToString([]byte(secret))
	gz := string(decodetest.Pack(t, "gzip", []byte(secret)))
	zl := string(decodetest.Pack(t, "deflate", []byte(secret)))
	part := func(head, content string) string {
		return "--B\r\nContent-Disposition: form-data; name=\"dados\"" + head + "\r\n\r\n" + content + "\r\n--B--\r\n"
	}
	const multipart, anyText, js = "multipart/form-data; boundary=B", "text/plain", "text/javascript"
	r := redact.New(redact.WithKey(testKey()))
	for _, test := range []struct{ name, kind, body, stays string }{
		{"UTF-16", "application/json; charset=utf-16", encoded(t, secret, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)), "a\x00-\x001\x007"},
		{"UTF-16 without a mark", "application/json", encoded(t, secret, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)), "a\x00-\x001\x007"},
		{"latin-1", "application/json; charset=iso-8859-1", encoded(t, secret, charmap.ISO8859_1), "a-17"},
		{"latin-1 that does not say so", "application/json", encoded(t, secret, charmap.ISO8859_1), "a-17"},
		{"a mark before JSON", "application/json", "\ufeff" + secret, "a-17"},
		{"base64", anyText, b64, "ImEtMTci"},
		{"base64 in lines", anyText, b64[:76] + "\r\n" + b64[76:] + "\r\n", "\r\n"},
		{"base64 of base64", anyText, base64.RawURLEncoding.EncodeToString([]byte(b64)), ""},
		{"base64 of an escaped message", anyText, base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(secret))), ""},
		{"gzip in base64", "application/json", `{"payload":"` + base64.StdEncoding.EncodeToString([]byte(gz)) + `","id":"a-17"}`, "a-17"},
		{"zlib in base64", "application/json", `{"payload":"` + base64.StdEncoding.EncodeToString([]byte(zl)) + `","id":"a-17"}`, "a-17"},
		{"gzip that does not say so", "application/json", gz, ""},
		{"zlib", "application/octet-stream", zl, ""},
		{"hex", "application/json", `{"payload":"` + hex.EncodeToString([]byte(secret)) + `"}`, hex.EncodeToString([]byte("a-17"))},
		{"escaped twice", "application/x-www-form-urlencoded", "d=" + url.QueryEscape(url.QueryEscape(secret)), "a-17"},
		{"a field in base64", multipart, part("\r\nContent-Transfer-Encoding: base64", b64), `name="dados"`},
		{"a file in gzip", multipart, part("; filename=\"a.gz\"\r\nContent-Type: application/gzip", gz), `name="dados"; filename="a.gz"`},
		{"JSONP", js, "cb(" + secret + ");", "a-17"},
		{"JSON behind a guard", "application/json", ")]}',\n" + secret, "a-17"},
		{"an object of JavaScript", js, "var c = {senha: 'S3gr3d0Xk29', cpf: '76109277673', id: 'a-17'};", "a-17"},
		{"a message of Socket.IO", anyText, `42["login",` + secret + `]`, "a-17"},
		{"a message of gRPC", "application/grpc", "\x00\x00\x00\x00\x1e\x0a\x0bS3gr3d0Xk29\x12\x0b76109277673", ""},
		{"MessagePack", "application/msgpack", "\x82\xa5senha\xabS3gr3d0Xk29\xa3cpf\xab76109277673", ""},
	} {
		out, marks := r.Personal(request("https://api.bank.example/v1", proxy.Fields{{Name: "Content-Type", Value: test.kind}}, test.body))
		got := string(out.Request.Body.Data)
		if len(marks) == 0 || !strings.Contains(got, test.stays) {
			t.Errorf("%s: %q does not stay in %q %v", test.name, test.stays, got, marks)
		}
		for _, value := range []string{"S3gr3d0Xk29", "76109277673", "Concei"} {
			for _, form := range []string{value, hex.EncodeToString([]byte(value)), strings.Join(strings.Split(value, ""), "\x00")} {
				if strings.Contains(got, form) {
					t.Errorf("%s: %q is left in %q", test.name, form, got)
				}
			}
		}
		for _, v := range []string{b64, gz, zl, test.body} {
			if strings.Contains(got, v) {
				t.Errorf("%s: nothing was masked in %q", test.name, got)
			}
		}
	}
	for _, start := range []string{"\x00\n\x00", "\xff\xfe", "\xfe\xff", "\xff\xfea\x00b\x00", "a\x00b\x00c\x00d\x00"} {
		// What begins like UTF-16 and goes on in ASCII is neither.
		out, marks := r.Personal(request("https://api.bank.example/v1", proxy.Fields{{Name: "X-Api-Key", Value: planted}}, start+" senha=S3gr3d0Xk29 "+planted))
		if got := string(out.Request.Body.Data); strings.Contains(got, "S3gr3d0Xk29") || strings.Contains(got, planted) || len(marks) == 0 {
			t.Errorf("%q: %q", start, got)
		}
	}
	for _, text := range []string{
		"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "eJx7kd82jdk29dk38dk29dk38dk29dk38dk29dk38dk29", hex.EncodeToString([]byte("ordinary text")),
		"c2VtIG5hZGEgYSBtYXNjYXJhcjogdW0gdGV4dG8gY29tdW0sIHNl\nbSBkYWRvcyBkZSBuaW5ndcOpbQ==", multipartOf("valor", "10"), multipartOf("dados", `{"id":7}`),
	} {
		if got, marks := r.Leaving(multipart, []byte(text)); string(got) != text {
			t.Errorf("%q became %q %v", text, got, marks)
		}
	}
}

func multipartOf(name, value string) string {
	return "--B\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n--B--\r\n"
}
