package contract_test

import (
	"fmt"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"flagrante/capture/contract"
	"flagrante/proxy"
)

const head = "openapi: 3.1.0\ninfo: {title: x, version: '1'}\nservers: [{url: 'https://x.example'}]\n"

// answering is a document of one answer with the schema A of schemas.
func answering(schemas string) string {
	return head + "paths: {/p: {get: {responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}}}}\ncomponents:\n  schemas:\n" + schemas
}

// TestWorkIsBounded takes schemas that try many others at each level, and bodies
// that make them do so. Without a bound some of them take longer than the test.
func TestWorkIsBounded(t *testing.T) {
	// More than this is the end of the test.
	defer debug.SetMaxStack(debug.SetMaxStack(32 << 20))
	deep := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	lists := strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	long := `"` + strings.Repeat("a", 1<<20-2) + `"`
	for name, test := range map[string]struct{ schemas, body string }{
		"branches":        {"    A: {anyOf: [{properties: {a: {$ref: '#/components/schemas/A'}}, required: [b]}, {properties: {a: {$ref: '#/components/schemas/A'}}, required: [c]}, {properties: {a: {$ref: '#/components/schemas/A'}}, required: [d]}]}", deep(60)},
		"a ring":          {"    A: {allOf: [{$ref: '#/components/schemas/B'}]}\n    B: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/A'}]}", "1"},
		"a ring of not":   {"    A: {not: {$ref: '#/components/schemas/A'}}", "1"},
		"depth":           {"    A: {type: array, items: {$ref: '#/components/schemas/A'}}", lists},
		"unique items":    {"    A: {uniqueItems: true}", "[" + strings.Repeat("0.1,", 200_000) + "1]"},
		"a pattern":       {"    A: {anyOf: [" + strings.Repeat("{type: string, pattern: '^(a|aa|[^b]+)+c(d{1,100}){5}$'},", 200) + "{type: integer}]}", long},
		"great numbers":   {"    A: {items: {type: number, multipleOf: 0.01}}", "[" + strings.Repeat("1e999999,", 100_000) + "1e-999999]"},
		"many violations": {"    A: {items: {type: string}}", "[" + strings.Repeat("1,", 400_000) + "1]"},
		"many trials":     {"    A: {items: {not: {items: {not: {type: string}}}}}", "[" + strings.Repeat("[1,2],", 150_000) + "1]"},
	} {
		t.Run(name, func(t *testing.T) {
			set := one(t, answering(test.schemas))
			done := make(chan int, 1)
			go func() { done <- len(set.Check(call("GET", "https://x.example/p", "", 200, test.body))) }()
			select {
			case n := <-done:
				if n > 16 {
					t.Errorf("%d violations", n)
				}
			case <-time.After(30 * time.Second):
				t.Fatal("the work does not end")
			}
		})
	}
}

// TestUnfinishedWorkConcludesNothing takes a body whose fault is found only after
// more work than is allowed.
func TestUnfinishedWorkConcludesNothing(t *testing.T) {
	set := one(t, answering("    A: {oneOf: [{items: {$ref: '#/components/schemas/B'}}, {type: string}]}\n    B: {anyOf: ["+strings.Repeat("{allOf: [{type: integer}, {type: string}]},", 20)+"{type: integer}]}"))
	body := func(n int) string { return "[" + strings.Repeat("1,", n) + `"x"]` }
	if found := set.Check(call("GET", "https://x.example/p", "", 200, body(10))); len(found) != 1 {
		t.Errorf("a short body: %v", found)
	}
	if found := set.Check(call("GET", "https://x.example/p", "", 200, body(100_000))); len(found) != 0 {
		t.Errorf("a long body: %v", found)
	}
}

func TestDocumentsThatTryToHang(t *testing.T) {
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 9 {
		bomb += fmt.Sprintf("a%d: &a%d [%s*a%d]\n", i+1, i+1, strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), i)
	}
	for name, document := range map[string]string{
		"aliases":   "x-bomb:\n  " + strings.ReplaceAll(strings.TrimSpace(bomb), "\n", "\n  ") + "\n" + answering("    A: {type: string}"),
		"a ring":    answering("    A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}"),
		"itself":    answering("    A: {$ref: '#/components/schemas/A'}"),
		"the file":  answering("    A: {$ref: 'x.yaml#/components/schemas/A'}"),
		"depth":     answering("    A: " + strings.Repeat("{items: ", 5000) + "{}" + strings.Repeat("}", 5000)),
		"many ways": strings.Replace(answering("    A: {}"), "servers: [{url: 'https://x.example'}]", "servers: [{url: 'https://{a}{b}{c}{d}.example', variables: {"+variables()+"}}]", 1),
		"too large": answering("    A: {}") + strings.Repeat("#", 17<<20),
	} {
		t.Run(name, func(t *testing.T) {
			done := make(chan error, 1)
			go func() {
				_, err := contract.Load([]contract.Document{{Name: "x", FS: fstest.MapFS{"x.yaml": {Data: []byte(document)}}, File: "x.yaml", Check: contract.Both}})
				done <- err
			}()
			select {
			case err := <-done:
				if refused := map[string]bool{"aliases": true, "too large": true}[name]; refused && err == nil {
					t.Error("the document was read")
				}
			case <-time.After(30 * time.Second):
				t.Fatal("reading does not end")
			}
		})
	}
}

func variables() string {
	var out []string
	for _, name := range []string{"a", "b", "c", "d"} {
		values := make([]string, 200)
		for i := range values {
			values[i] = fmt.Sprintf("v%d", i)
		}
		out = append(out, fmt.Sprintf("%s: {default: v0, enum: [%s]}", name, strings.Join(values, ", ")))
	}
	return strings.Join(out, ", ")
}

func FuzzCheck(f *testing.F) {
	set := vendors(f, contract.Both)
	f.Add("POST", cob, asked, "application/json", given)
	f.Add("GET", cob+period, "", "application/json", `{"periodo":{},"cobs":[`+given+`]}`)
	f.Add("POST", "https://boletos.outro.example:8443/v1/boletos", `{"valor":1e400,"pagador":{"pessoa":"J"}}`, "application/json", `{"situacao":"REGISTRADO"}`)
	f.Add("POST", "https://boletos.outro.example:8443/v1/boletos/1:cancelar", "motivo=%zz", "application/x-www-form-urlencoded", "")
	f.Add("POST", "https://ws.antigo.example/ted/transferencias?agencia=1&canais=a,,b", "{}", "application/json", "null")
	f.Fuzz(func(t *testing.T, method, url, request, kind, response string) {
		x := call(method, url, request, 200, response)
		x.Request.Header = proxy.Fields{{Name: "Content-Type", Value: kind}}
		first, again := fmt.Sprint(set.Check(x)), fmt.Sprint(set.Check(x))
		if first != again {
			t.Errorf("%s and %s", first, again)
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add(answering("    A: {type: [string, 'null'], pattern: 'x'}"))
	f.Add("swagger: '2.0'\nhost: x.example\npaths: {/p: {get: {parameters: [{name: a, in: query, type: array, items: {type: string}}], responses: {200: {description: x}}}}}")
	f.Fuzz(func(t *testing.T, document string) {
		set, err := contract.Load([]contract.Document{{Name: "x", FS: fstest.MapFS{"x.yaml": {Data: []byte(document)}}, File: "x.yaml", Check: contract.Both}})
		if (set == nil) == (err == nil) {
			t.Errorf("%v, %v", set, err)
		}
		if set != nil {
			set.Check(call("GET", "https://x.example/p?a=1", "{}", 200, "{}"))
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	set := vendors(b, contract.Both)
	for name, x := range map[string]*proxy.Exchange{
		"one":     call("POST", cob, asked, 201, given),
		"1000":    call("GET", cob+period, "", 200, `{"periodo":{},"cobs":[`+strings.Repeat(given+",", 999)+given+`]}`),
		"broken":  call("GET", cob+"/"+txid, "", 200, strings.Replace(given, "ATIVA", "X", 1)),
		"unknown": call("GET", "https://x.example/y", "", 200, given),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				set.Check(x)
			}
		})
	}
}
