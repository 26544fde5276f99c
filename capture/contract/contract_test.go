package contract_test

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/contract"
)

const folder = "../../testdata/contract"

// vendors are the documents of all vendors, all checked as mode says.
func vendors(t testing.TB, mode contract.Mode) *contract.Set {
	t.Helper()
	files := os.DirFS(folder)
	set, err := contract.Load([]contract.Document{
		{Name: "pix", FS: files, File: "pix.yaml", Check: mode},
		{Name: "boletos", FS: files, File: "boletos.json", Check: mode},
		{Name: "ted", FS: files, File: "ted.yaml", Hosts: []string{"*.Antigo.example", "127.0.0.1"}, Check: mode},
	})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// one is the set of a single small document.
func one(t testing.TB, document string) *contract.Set {
	t.Helper()
	set, err := contract.Load([]contract.Document{{Name: "x", FS: fstest.MapFS{"x.yaml": {Data: []byte(document)}}, File: "x.yaml", Check: contract.Both}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestTemplate(t *testing.T) {
	set := vendors(t, contract.Off)
	tests := []struct{ method, host, path, want string }{
		{"GET", "api.banco.example", "/pix/v2/cob", "/pix/v2/cob"},
		{"GET", "sandbox.banco.example:8443", "/pix/v2/cob/", "/pix/v2/cob"},
		{"GET", "api.banco.example", "/pix/v2/cob/7978c0c97ea847e78e8849634473c1f1", "/pix/v2/cob/{txid}"},
		// The literal wins, unless only the other one has the method.
		{"GET", "api.banco.example", "/pix/v2/cob/resumo", "/pix/v2/cob/resumo"},
		{"PUT", "api.banco.example", "/pix/v2/cob/resumo", "/pix/v2/cob/{txid}"},
		{"DELETE", "api.banco.example", "/pix/v2/cob/resumo", "/pix/v2/cob/resumo"},
		{"GET", "api.banco.example", "/pix/v2/cob/abc.pdf", "/pix/v2/cob/{txid}.pdf"},
		{"PUT", "api.banco.example", "/pix/v2/pix/E1/devolucao/%2F%20x", "/pix/v2/pix/{e2eid}/devolucao/{id}"},
		{"GET", "api.banco.example", "/pix/v2/%63ob;jsessionid=1", "/pix/v2/cob"},
		{"GET", "api.banco.example", "/pix/v2/cob//resumo", ""},
		{"GET", "api.banco.example", "/pix/v2", ""},
		{"GET", "api.banco.example", "/pix/v1/cob", ""},
		{"GET", "outro.banco.example", "/pix/v2/cob", ""},
		{"POST", "boletos.outro.example:8443", "/v1/boletos/12:cancelar", "/v1/boletos/{id}:cancelar"},
		{"POST", "boletos.outro.example", "/v1/boletos", ""},
		{"GET", "boletos.outro.example:8443", "/v1/arquivos/2026/11/a.txt", "/v1/arquivos/{caminho+}"},
		{"GET", "ws.antigo.example", "/ted/transferencias/9", "/ted/transferencias/{id}"},
		{"GET", "127.0.0.1:40123", "/ted/transferencias/9", "/ted/transferencias/{id}"},
		{"GET", "[::1]:40123", "/ted/transferencias/9", ""},
	}
	for _, tt := range tests {
		if got, ok := set.Template(tt.method, tt.host, tt.path); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s %s%s: got %q, %v; want %q", tt.method, tt.host, tt.path, got, ok, tt.want)
		}
	}
	if _, ok := (*contract.Set)(nil).Template("GET", "api.banco.example", "/pix/v2/cob"); ok {
		t.Error("no set knows a template")
	}
}

func TestServers(t *testing.T) {
	operation := "{get: {responses: {'200': {description: x}}}}"
	tests := []struct{ name, servers, host, path, want string }{
		{"any value in a host", "servers: [{url: 'https://{loja}.x.example/', variables: {loja: {default: a}}}]", "b.x.example", "/p", "/p"},
		{"any value in a path", "servers: [{url: 'https://x.example/{versao}', variables: {versao: {default: v1}}}]", "x.example", "/v3/p", "/{versao}/p"},
		{"a list of values", "servers: [{url: 'https://x.example/{v}', variables: {v: {default: v1, enum: [v1, v2]}}}]", "x.example", "/v2/p", "/v2/p"},
		{"any port", "servers: [{url: 'https://x.example:{p}/a', variables: {p: {default: '1'}}}]", "x.example:99", "/a/p", "/a/p"},
		{"the default port", "servers: [{url: 'https://X.example:443'}]", "x.example", "/p", "/p"},
		{"without scheme", "servers: [{url: '//x.example/a'}]", "x.example", "/a/p", "/a/p"},
		{"several", "servers: [null, {url: 'https://y.example'}, {url: 'https://x.example/b'}]", "x.example", "/b/p", "/b/p"},
		{"not of a path", "servers: [{url: 'https://x.example/b'}]", "x.example", "/p", ""},
		{"a list that is too short", "servers: [{url: 'https://x.example/{v}', variables: {v: {default: v1, enum: [v1, v2]}}}]", "x.example", "/v3/p", ""},
	}
	for _, tt := range tests {
		set := one(t, "openapi: 3.0.0\ninfo: {title: x, version: '1'}\n"+tt.servers+"\npaths: {/p: "+operation+"}\n")
		if got, _ := set.Template("GET", tt.host, tt.path); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestServersOfAPathAndOfAnOperation(t *testing.T) {
	set := one(t, `
openapi: 3.0.0
info: {title: x, version: '1'}
servers: [{url: 'https://x.example/a'}]
paths:
  /p:
    servers: [{url: 'https://y.example/b'}]
    get: {responses: {'200': {description: x}}}
    put: {servers: [{url: 'https://z.example/c'}], responses: {'200': {description: x}}}
`)
	for _, tt := range []struct{ method, host, path, want string }{
		{"GET", "x.example", "/a/p", ""}, {"GET", "y.example", "/b/p", "/b/p"}, {"PUT", "z.example", "/c/p", "/c/p"}, {"PUT", "y.example", "/c/p", ""},
	} {
		if got, _ := set.Template(tt.method, tt.host, tt.path); got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.method, tt.host, got, tt.want)
		}
	}
}

func TestLoadSaysWhatIsWrong(t *testing.T) {
	head := "openapi: 3.0.0\ninfo: {title: x, version: '1'}\nservers: [{url: 'https://x.example'}]\n"
	get := func(schema string) string {
		return head + "paths:\n  /p:\n    get:\n      responses:\n        '200':\n          description: x\n          content:\n            application/json:\n              schema: " + schema + "\n"
	}
	tests := []struct {
		name, document, want string
		is                   error
	}{
		{"no file", "", "open", fs.ErrNotExist},
		{"no document", "a: b", "neither OpenAPI", contract.ErrVersion},
		{"another version", "openapi: 4.0.0", "neither OpenAPI", contract.ErrVersion},
		{"broken YAML", head + "paths:\n\t/p: {}\n", "line 5", nil},
		{"broken JSON", `{"openapi":"3.0.0",`, "line 1", nil},
		{"no paths", head, "no paths", nil},
		{"no host", "openapi: 3.0.0\ninfo: {title: x, version: '1'}\npaths: {/p: {get: {responses: {'200': {description: x}}}}}", "GET /p", contract.ErrNoHost},
		{"a reference to nothing", get("{$ref: '#/components/schemas/Nada'}"), "line 12", nil},
		{"a reference outside", get("{$ref: '../segredo.yaml#/x'}"), "segredo", contract.ErrOutside},
		{"an absolute reference", get("{$ref: '/etc/passwd'}"), "passwd", contract.ErrOutside},
		{"a reference over the network", get("{$ref: 'http://127.0.0.1:1/x.yaml#/x'}"), "127.0.0.1", contract.ErrOutside},
		{"a reference to a file that is not there", get("{$ref: 'nada.yaml#/x'}"), "nada.yaml", fs.ErrNotExist},
		{"braces", head + "paths: {'/p/{id': {get: {responses: {'200': {description: x}}}}}", "{id", nil},
		{"a type of another kind", get("[1]"), "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := fstest.MapFS{}
			if tt.document != "" {
				files["x.yaml"] = &fstest.MapFile{Data: []byte(tt.document)}
			}
			_, err := contract.Load([]contract.Document{{Name: "x", FS: files, File: "x.yaml"}})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "read the contract x.yaml: ") {
				t.Fatalf("got %v, want one with %q", err, tt.want)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("%v is no %v", err, tt.is)
			}
		})
	}
	if _, err := contract.Load([]contract.Document{{FS: os.DirFS(folder), File: "pix.yaml", Check: "all"}}); err == nil || !strings.Contains(err.Error(), `"all"`) {
		t.Errorf("got %v", err)
	}
}

func TestNotesSayWhatIsNotChecked(t *testing.T) {
	want := []string{
		"boletos: not checked: patterns in a syntax that is not known (1)",
		"boletos: not checked: unevaluatedProperties or unevaluatedItems (1)",
	}
	if diff := cmp.Diff(want, vendors(t, contract.Both).Notes()); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkTemplate(b *testing.B) {
	set := vendors(b, contract.Off)
	for name, host := range map[string]string{"host": "api.banco.example", "pattern": "ws.antigo.example"} {
		path := map[string]string{"host": "/pix/v2/pix/E12345678202009091221kkkkkkkkkkk/devolucao/000AAA111", "pattern": "/ted/transferencias/9"}[name]
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := set.Template("PUT", host, path); !ok {
					b.Fatal("no template")
				}
			}
		})
	}
}
