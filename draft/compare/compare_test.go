package compare_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft/compare"
	"flagrante/proxy"
)

func call(url string, status int, body string, fields ...string) *proxy.Exchange {
	x := &proxy.Exchange{Request: proxy.Request{Method: "POST", URL: url, Header: proxy.Fields{{Name: "Accept", Value: "application/json"}, {Name: "X-Request-Id", Value: url}}}}
	x.Response = &proxy.Response{Status: status, Body: proxy.Body{Data: []byte(body), Size: int64(len(body))}}
	for i := 0; i+1 < len(fields); i += 2 {
		x.Response.Header = append(x.Response.Header, proxy.Field{Name: fields[i], Value: fields[i+1]})
	}
	return x
}

func TestCalls(t *testing.T) {
	good := call("https://h/v1/charges/1?a=1", 200, `{"id":"secret-1","items":[{"v":1}],"ok":true}`, "Content-Type", "application/json", "Server", "gw-1", "Date", "now")
	bad := call("https://h/v1/charges/2?b=1", 502, `<html>x</html>`, "Content-Type", "text/html", "Server", "gw-2", "Date", "later", "Retry-After", "3")
	bad.Request.Header[0].Value = "*/*"
	got, more := compare.Calls(good, bad)
	want := []compare.Change{
		{"request.query.a", "present", ""}, {"request.query.b", "", "present"},
		{"request.header.Accept", "application/json", "*/*"},
		{"status", "200", "502"},
		{"response.header.Content-Type", "application/json", "text/html"}, {"response.header.Server", "gw-1", "gw-2"}, {"response.header.Retry-After", "", "3"},
		{"response.body", "object", "page"}, {"response.body/id", "text", ""}, {"response.body/items", "list", ""}, {"response.body/items/*", "object", ""},
		{"response.body/items/*/v", "number", ""}, {"response.body/ok", "boolean", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" || more {
		t.Errorf("more %v, -want +got:\n%s", more, diff)
	}
}

func TestStructureOfJSONAndXML(t *testing.T) {
	tests := []struct {
		good, bad string
		want      []compare.Change
	}{
		{`{"a":1}`, `{"a":2}`, nil},
		{`{"a":1}`, `{"a":"1","b":null}`, []compare.Change{{"response.body/a", "number", "text"}, {"response.body/b", "", "null"}}},
		{`[]`, `[1]`, []compare.Change{{"response.body", "empty_list", "list"}, {"response.body/*", "", "number"}}},
		{`<s:E><s:B><ok/></s:B></s:E>`, `<s:E><s:B><s:Fault/></s:B></s:E>`, []compare.Change{{"response.body/E/B/ok", "element", ""}, {"response.body/E/B/Fault", "", "element"}}},
		{``, `x`, []compare.Change{{"response.body", "empty", "text"}}},
	}
	for _, tt := range tests {
		got, _ := compare.Calls(call("https://h/", 200, tt.good), call("https://h/", 200, tt.bad))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s → %s (-want +got):\n%s", tt.good, tt.bad, diff)
		}
	}
}

func TestNothingIsSaidOfBodiesThatAreNotKept(t *testing.T) {
	kept, other := call("https://h/", 200, `{"a":1}`), call("https://h/", 200, "")
	other.Response.Body = proxy.Body{Size: 900, Cut: true}
	for _, pair := range [][2]*proxy.Exchange{{kept, other}, {other, kept}} {
		if got, _ := compare.Calls(pair[0], pair[1]); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	}
}

func TestWithoutAnAnswer(t *testing.T) {
	bad := call("https://h/", 0, "")
	bad.Response, bad.Err = nil, &proxy.Error{Type: "connection_refused"}
	got, _ := compare.Calls(call("https://h/", 200, "{}"), bad)
	if diff := cmp.Diff([]compare.Change{{"status", "200", "connection_refused"}}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Values of bodies never stand in a comparison, whatever they are.
func FuzzCalls(f *testing.F) {
	f.Add(`{"a":"MARKED-VALUE"}`, `<a>MARKED-VALUE</a>`)
	f.Fuzz(func(t *testing.T, good, bad string) {
		changes, _ := compare.Calls(call("https://h/", 200, `{"x":"MARKED-VALUE","y":`+good+`}`), call("https://h/", 500, `{"x":"MARKED-VALUE2"}`+bad))
		for _, c := range changes {
			if strings.Contains(c.From+c.To, "MARKED-VALUE") {
				t.Errorf("%+v", c)
			}
		}
	})
}
