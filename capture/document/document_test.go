package document_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/document"
	"flagrante/proxy"
)

func open(kind, body string) document.Document {
	return document.Open(proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}, proxy.Fields{{Name: "Content-Type", Value: kind}})
}

type object = map[string]any

func TestTree(t *testing.T) {
	tests := map[string]struct {
		kind, body string
		syntax     document.Syntax
		want       any
	}{
		"json":                       {"application/json", ` {"a":[1,"b",null,true]}`, document.JSON, object{"a": []any{json.Number("1"), "b", nil, true}}},
		"json that is called text":   {"text/plain", `[]`, document.JSON, []any{}},
		"byte order mark":            {"application/json", "\ufeff{}", document.JSON, object{}},
		"guard":                      {"application/json", ")]}'\n{}", document.JSON, object{}},
		"old charset":                {"application/json", "{\"a\":\"\xe7\"}", document.JSON, object{"a": "ç"}},
		"broken json":                {"application/json", `{"a":`, document.JSON, nil},
		"the first of several":       {"application/x-ndjson", "{}\n{\"a\":1}", document.JSON, object{}},
		"xml":                        {"text/xml", `<n:a xmlns:n="x" k="1"><b>2</b><b/><c>t<d/></c></n:a>`, document.XML, object{"a": object{"@k": "1", "b": []any{"2", ""}, "c": object{"#text": "t", "d": ""}}}},
		"broken xml":                 {"text/xml", `<a><b></a>`, document.XML, nil},
		"xml that breaks off":        {"text/xml", `<a><b>`, document.XML, nil},
		"page":                       {"application/json", `<!DOCTYPE html><p>x`, document.HTML, nil},
		"page that is called a page": {"text/html; charset=utf-8", `<p>x`, document.HTML, nil},
		"nothing":                    {"application/json", " \n", document.Empty, nil},
		"text":                       {"text/plain", "ok", document.Other, nil},
		"bottomless":                 {"text/xml", strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100), document.XML, nil},
		"too large":                  {"application/json", `["` + strings.Repeat("x", document.TreeLimit) + `"]`, document.JSON, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			d := open(test.kind, test.body)
			if d.Syntax != test.syntax {
				t.Errorf("syntax %q, want %q", d.Syntax, test.syntax)
			}
			if diff := cmp.Diff(test.want, d.Tree()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTreeOfACutCopy(t *testing.T) {
	d := document.Open(proxy.Body{Data: []byte(`{}`), Size: 9, Cut: true, Complete: true}, nil)
	if d.Tree() != nil || !d.Part {
		t.Errorf("got %v, part %v from a copy that was cut", d.Tree(), d.Part)
	}
	if open("", `["`+strings.Repeat("x", document.TreeLimit)+`"]`).Within(document.Limit) == nil {
		t.Error("no tree within the larger limit")
	}
}

func TestGet(t *testing.T) {
	doc := open("", `{"Código":"7","erro":{"mensagem_erro":"x"},"list":[{"a":1},{"a":2}],"one":{"only":3},"customerUserErrors":["y"],"off":0}`).Tree()
	tests := map[string]any{
		"codigo": "7", "erro.mensagemErro": "x", "erro.mensagem-erro": "x", "list.a": json.Number("1"), "list.1.a": json.Number("2"), "list.9.a": nil, "one.*": json.Number("3"),
		"*": nil, "*userErrors.0": "y", "*nothing": nil, "codigo.a": nil, "off": json.Number("0"),
	}
	for path, want := range tests {
		if diff := cmp.Diff(want, document.Get(doc, path)); diff != "" {
			t.Errorf("%s: -want +got:\n%s", path, diff)
		}
	}
	if got := document.First(doc, "off|nothing|erro.mensagemErro|codigo"); got != "x" {
		t.Errorf("the first that holds something is %v", got)
	}
}

func TestStreamError(t *testing.T) {
	tests := map[string]struct {
		kind, body string
		want       any
	}{
		"event":             {"text/event-stream", "event: message\ndata: {}\n\nevent: error\ndata: {\"code\":\"X\"}\n", object{"code": "X"}},
		"data":              {"text/event-stream", "data: {\"error\":{\"message\":\"m\"}}\r\n\r\n", object{"error": object{"message": "m"}}},
		"type":              {"text/event-stream", "data: {\"type\":\"error\"}\n", object{"type": "error"}},
		"line":              {"application/x-ndjson", "{}\n{\"error\":{\"code\":\"8\"}}\n", object{"error": object{"code": "8"}}},
		"an event after it": {"text/event-stream", "event: error\n\ndata: {\"errors\":1}\n", nil},
		"text of errors":    {"text/event-stream", "data: {\"text\":\"an error\"}\n", nil},
		"no stream":         {"application/json", "{\"error\":{\"code\":\"8\"}}", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, document.StreamError(open(test.kind, test.body))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func FuzzTree(f *testing.F) {
	f.Add("application/json", []byte(`{"a":[1]}`))
	f.Add("text/xml", []byte(`<a b="c"><d>e</d></a>`))
	f.Add("application/grpc-web-text", []byte("gAAAAA1ncnBjLXN0YXR1czow"))
	f.Add("application/connect+json", []byte("\x02\x00\x00\x00\x02{}"))
	f.Add("text/event-stream", []byte("event: error\ndata: {}\n"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		r := &proxy.Response{Header: proxy.Fields{{Name: "Content-Type", Value: kind}}, Body: proxy.Body{Data: body, Complete: true}}
		d := document.Open(r.Body, r.Header)
		if diff := cmp.Diff(d.Tree(), d.Tree()); diff != "" {
			t.Errorf("read again:\n%s", diff)
		}
		document.StreamError(d)
		document.GRPCStatus(r)
		document.ConnectError(r)
	})
}
