package document_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/document"
	"flagrante/proxy"
)

func TestDocumentsInsideOfOthers(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 20) + `"{\"b\":1}"` + strings.Repeat("}", 20)
	tests := map[string]struct {
		kind, body, path string
		want             any
	}{
		"json in json":       {"application/json", `"{\"erro\":\"E1\"}"`, "erro", "E1"},
		"json in a member":   {"application/json", `{"d":"[{\"erro\":\"E1\"}]"}`, "d.0.erro", "E1"},
		"xml in xml":         {"text/xml", `<r><s>&lt;erro&gt;&lt;cod&gt;E1&lt;/cod&gt;&lt;/erro&gt;</s></r>`, "r.s.erro.cod", "E1"},
		"text that is none":  {"application/json", `{"d":"{nada}"}`, "d", "{nada}"},
		"jsonp":              {"application/javascript", `/**/cb({"erro":"E1"});`, "erro", "E1"},
		"a script":           {"application/javascript", `f({a:1}); g()`, "a", nil},
		"a call in json":     {"application/json", `cb({"erro":"E1"})`, "erro", nil},
		"far too deep":       {"application/json", deep, strings.Repeat("a.", 19) + "a.b", nil},
		"utf-16":             {"application/json", "\xff\xfe{\x00\"\x00a\x00\"\x00:\x00\"\x00\xe7\x00\"\x00}\x00", "a", "ç"},
		"utf-16, big endian": {"application/json", "\xfe\xff\x00{\x00\"\x00a\x00\"\x00:\x00\"\x00\xe7\x00\"\x00}", "a", "ç"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			b := proxy.Body{Data: []byte(test.body), Size: int64(len(test.body)), Complete: true}
			d := document.Open(b, proxy.Fields{{Name: "Content-Type", Value: test.kind}})
			if diff := cmp.Diff(test.want, document.Get(d.Tree(), test.path)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
