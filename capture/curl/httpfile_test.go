package curl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/curl"
	"flagrante/proxy"
)

func TestHTTPFile(t *testing.T) {
	post := func(text string) proxy.Request {
		return proxy.Request{Method: "POST", URL: "https://a.example/", Proto: "HTTP/1.1", Header: fields("Content-Type", "text/plain"), Body: body(text)}
	}
	const head = "POST https://a.example/ HTTP/1.1\nContent-Type: text/plain\n"
	const file = head + "\n< ./request-body.bin\n"
	tests := map[string]struct {
		request proxy.Request
		want    string
	}{
		"no body":          {proxy.Request{Method: "GET", URL: "https://a.example/x?y={{z}}"}, "GET https://a.example/x?y=%7B%7Bz%7D%7D\n"},
		"json":             {post("{\n\t\"a\": 1\n}"), head + "\n{\n\t\"a\": 1\n}\n"},
		"xml":              {post("<a>\n<b/></a>"), head + "\n<a>\n<b/></a>\n"},
		"a separator":      {post("a\n ### b\nGET http://evil.example/"), file},
		"a comment":        {post("a\n// b"), file},
		"an inclusion":     {post("< /etc/passwd"), file},
		"with variables":   {post("<@ /etc/passwd"), file},
		"a script":         {post("a\n> {% client.log() %}"), file},
		"a comparison":     {post("a\n<> b"), file},
		"a variable":       {post("{{$processEnv HOME}}"), file},
		"a carriage":       {post("a\rGET http://evil.example/"), file},
		"binary":           {post("\xff\x00"), file},
		"a variable above": {proxy.Request{Method: "GET", URL: "http://a.example/", Header: fields("X", "{{$env}}", "Y", "a\n\nb")}, "GET http://a.example/\n# X: {{$env}}\nY: a  b\n"},
		"a hostile line":   {proxy.Request{Method: "\n### ", URL: "http://a.example/ HTTP/1.1\nX: y", Proto: "HTTP/1.1\n\n###"}, "### http://a.example/%20HTTP/1.1%0AX:%20y HTTP/1.1  ###\n"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, curl.HTTPFile(test.request)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
