package har_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy"
)

func TestReadRequestBodies(t *testing.T) {
	tests := map[string]struct{ length, post, want string }{
		"text":                 {"18", `"mimeType":"application/json","text":"{\"valor\":\"150,00\"}"`, `{"valor":"150,00"}`},
		"text of two bytes":    {"5", `"mimeType":"text/plain","text":"não\n"`, "não\n"},
		"bytes as characters":  {"6", `"mimeType":"","text":"\u0000ÿþ\u0001\u0002\u0003"`, "\x00\xff\xfe\x01\x02\x03"},
		"no length":            {"", `"mimeType":"","text":"ÿ"`, "ÿ"},
		"length of no bytes":   {"2", `"mimeType":"","text":"€u"`, "€u"},
		"latin 1":              {"", `"mimeType":"text/xml; charset=iso-8859-1","text":"não"`, "n\xe3o"},
		"form by its parts":    {"", `"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a b","value":"1&2"},{"name":"c"}]`, "a+b=1%262&c="},
		"files by their names": {"", `"mimeType":"multipart/form-data; boundary=x","params":[{"name":"a","fileName":"a.pdf","contentType":"application/pdf"}]`, ""},
		"base64":               {"", `"mimeType":"","text":"AP/+","encoding":"base64"`, "\x00\xff\xfe"},
		"no base64":            {"", `"mimeType":"","text":"%","encoding":"base64"`, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request := fmt.Sprintf(`"request":{"headers":[{"name":"content-length","value":%q}],"postData":{%s},`, test.length, test.post)
			e := read(t, strings.NewReader(logOf(strings.Replace(good, `"request":{`, request, 1))))[0]
			if got := string(e.Request.Body.Data); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestReadSizes compares the ways in which producers count a body.
func TestReadSizes(t *testing.T) {
	tests := map[string]struct {
		header, content string
		want            proxy.Body
	}{
		"as it was":                {"", `"size":3,"text":"abc"`, whole("abc")},
		"not kept":                 {"", `"size":9`, proxy.Body{Size: 9, Cut: true, Complete: true}},
		"kept in part":             {"", `"size":9,"text":"abc"`, proxy.Body{Data: []byte("abc"), Size: 9, Cut: true, Complete: true}},
		"not known":                {"", `"size":-1,"text":"abc"`, whole("abc")},
		"characters as UTF-8":      {"Content-Type: text/plain; charset=iso-8859-1", `"size":2,"text":"ã"`, whole("\xe3")},
		"charset left out":         {"Content-Type: text/plain; charset=iso-8859-1", `"mimeType":"text/plain","size":1,"text":"ã"`, whole("\xe3")},
		"what was sent, less":      {"Content-Encoding: gzip", `"size":2,"text":"abc"`, decoded("abc")},
		"what was sent, even more": {"Content-Encoding: gzip", `"size":31,"text":"abc"`, decoded("abc")},
		"unpacked in part":         {"Content-Encoding: gzip", `"size":4000,"text":"abc"`, proxy.Body{Data: []byte("abc"), Size: 4000, Cut: true, Complete: true, Decoded: true}},
		"still packed":             {"Content-Encoding: gzip", `"size":3,"text":"H4sI","encoding":"base64"`, whole("\x1f\x8b\x08")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			field, value, _ := strings.Cut(test.header, ": ")
			e := outcome(t, fmt.Sprintf(`"status":500,"headers":[{"name":%q,"value":%q}],"content":{%s}`, field, value, test.content))
			if diff := cmp.Diff(test.want, e.Response.Body); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestReadShortAnswers takes an answer that ended early, which Firefox alone does
// not say.
func TestReadShortAnswers(t *testing.T) {
	short := strings.Replace(good, `{"status":500}`, `{"status":200,"headers":[{"name":"Content-Length","value":"5000"}],"content":{"size":4,"text":"%PDF"}}`, 1)
	if b := read(t, strings.NewReader(logOf(short)))[0].Response.Body; !b.Complete {
		t.Errorf("%+v", b)
	}
	short = strings.Replace(short, `"request"`, `"_securityState":"secure","time":7,"request"`, 1)
	if b := read(t, strings.NewReader(logOf(short)))[0].Response.Body; b.Complete || b.Err != "the answer broke off" {
		t.Errorf("%+v", b)
	}
}
