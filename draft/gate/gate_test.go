package gate_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/decode/decodetest"
	"flagrante/capture/redact"
	"flagrante/draft/gate"
)

func open() *gate.Gate { return gate.New(redact.New(redact.WithKey([]byte("0123456789abcdef")))) }

// found returns what a check found.
func found(t *testing.T, err error) []gate.Finding {
	t.Helper()
	if err == nil {
		return nil
	}
	blocked, ok := errors.AsType[*gate.BlockedError](err)
	if !ok {
		t.Fatal(err)
	}
	return blocked.Findings
}

func zipped(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestGateFinds holds where the gate says that something is.
func TestGateFinds(t *testing.T) {
	const aws = "AKIAQ3EGRIZX7W4MHKTP"
	tests := map[string]struct {
		part gate.Part
		want []gate.Finding
	}{
		"a document in a ticket": {
			gate.Part{Name: "ticket.md", ContentType: "text/markdown", Data: []byte("# Erro\n\nO cliente 529.982.247-25 não consegue pagar.\n")},
			[]gate.Finding{{Part: "ticket.md", Line: 3, Kind: "cpf", Rule: "cpf-form", By: "flagrante"}},
		},
		"a member of a payload": {
			gate.Part{Name: "body", ContentType: "application/json", Data: []byte(`{"Queue":"API","Custom":{"senha":"hunter22"}}`)},
			[]gate.Finding{{Part: "body", Where: "Custom/senha", Line: 1, Kind: "password", Rule: "member-name", By: "flagrante"}},
		},
		"a file in an archive in an archive": {
			gate.Part{Name: "b.zip", Data: zipped(t, "a.gz", decodetest.Pack(t, "gzip", []byte("fale com maria@cliente.example")))},
			[]gate.Finding{{Part: "b.zip!a.gz", Line: 1, Kind: "email", Rule: "email-form", By: "flagrante"}},
		},
		"a picture that nobody looked at": {
			gate.Part{Name: "print.png", ContentType: "image/png", Data: []byte("\x89PNG\r\n\x1a\n\x00\x00")},
			[]gate.Finding{{Part: "print.png", Kind: gate.Unchecked, Rule: "needs-a-look", By: "flagrante"}},
		},
	}
	g := open()
	for name, test := range tests {
		if diff := cmp.Diff(test.want, found(t, g.Check(test.part))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for name, text := range map[string]string{
		"plain":   "key " + aws + " in text",
		"allowed": "key = " + aws + " // gitleaks:allow",
		"base64":  "see " + base64.StdEncoding.EncodeToString([]byte("the key is "+aws+" of course")),
	} {
		rules := map[string]bool{}
		for _, f := range found(t, g.Check(gate.Part{Name: "note.txt", Data: []byte(text)})) {
			rules[f.By+" "+f.Rule] = true
		}
		if !rules["gitleaks aws-access-token"] {
			t.Errorf("%s: found by %v", name, rules)
		}
	}
}

// TestGatePasses holds what must not be held back.
func TestGatePasses(t *testing.T) {
	g := open()
	for name, part := range map[string]gate.Part{
		"masks":                {Data: []byte(`{"token":"<token:k3f7qa2b>","Authorization":"Bearer <token>","cpf":"<cpf:abcdefgh>"} senha=%3Cpassword%3E &lt;token:abcdefgh&gt; \u003ctoken:abcdefgh\u003e`)},
		"ids":                  {Data: []byte("Idempotency-Key: 6f1c2b1e-9a55-4f3a-8c11-0f3f7b9a4c11\nX-Request-Id: 8f0e3c5a7b9d1e2f4a6c\nETag: \"33a64df551425fcc\"\nsha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n")},
		"a key of a repeat":    {Data: []byte("curl --fail -X POST -H 'X-Idempotency-Key: 6f1c2b1e-9a55-4f3a-8c11-0f3f7b9a4c11' \\\n  https://api.bank.example/v1/payments")},
		"who asks":             {Data: []byte(`{"Requestor":"qa@integrator.example"}`), Meant: []string{"qa@integrator.example"}},
		"a picture looked at":  {ContentType: "image/png", Data: []byte("\x89PNG\r\n\x1a\n\x00\x00"), Checked: true},
		"nothing":              {},
		"a broken archive":     {Data: []byte("PK\x03\x04 is how a zip begins"), Checked: true},
		"what a vendor says":   {Data: []byte("O token informado expirou. Senha inválida. WWW-Authenticate: Bearer realm=\"api\"")},
		"the words of a token": {Data: []byte(`{"token_type":"Bearer","expires_in":3600,"key":"charge.created"}`)},
	} {
		part.Name = name
		if err := g.Check(part); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestGateSaysNoValue holds that errors and findings never hold what was found.
func TestGateSaysNoValue(t *testing.T) {
	values := []string{"529.982.247-25", "hunter22", "AKIAQ3EGRIZX7W4MHKTP", "maria@cliente.example"}
	err := open().Check(gate.Part{Name: "x", Data: []byte(`{"` + values[3] + `":{"senha":"` + values[1] + `"},"a":"` + values[2] + " " + values[0] + `"}`)})
	said := fmt.Sprintf("%v %+v", err, found(t, err))
	for _, value := range values {
		if strings.Contains(said, value) {
			t.Errorf("%q is in %s", value, said)
		}
	}
	if len(found(t, err)) < 4 {
		t.Errorf("found only %s", said)
	}
}

// TestGateBounds holds that an archive that unpacks without end is refused.
func TestGateBounds(t *testing.T) {
	data := make([]byte, 65<<20)
	err := open().Check(gate.Part{Name: "bomb", Data: decodetest.Pack(t, "gzip", data)})
	if _, blocked := errors.AsType[*gate.BlockedError](err); err == nil || blocked {
		t.Errorf("a bomb gives %v", err)
	}
}

// TestGateOfMany holds that many may ask at once, from the first check on.
func TestGateOfMany(t *testing.T) {
	g := open()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := g.Check(gate.Part{Name: "x", Data: []byte("api key token secret password: AKIAQ3EGRIZX7W4MHKTP")}); err == nil {
				t.Error("a key passes")
			}
		})
	}
	all.Wait()
}

// The variables of the steps to reproduce stand after names of secrets, and are none.
func TestVariablesMayLeave(t *testing.T) {
	g := gate.New(redact.New())
	for _, text := range []string{
		`curl -H 'Authorization: Bearer '"$ACCESS_TOKEN_1" --data-raw '{"client_secret":"'"$SECRET"'","chave":"'"$EMAIL"'","valor":"1"}'`,
		"ACCESS_TOKEN_1=$(jq -r '.access_token' step-1.body)\nTOKEN=${TOKEN:-} # token", "Authorization: Bearer {{ACCESS_TOKEN_1}}",
		`<code>Authorization: Bearer &#39;&#34;$ACCESS_TOKEN_1&#34;</code>`,
	} {
		if err := g.Check(gate.Part{Name: "ticket.md", Data: []byte(text)}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{`Authorization: Bearer 9f8e7d6c5b4a39281706`, `"client_secret":"s3cr3t-Value-99x"`} {
		if err := g.Check(gate.Part{Name: "ticket.md", Data: []byte(text)}); err == nil {
			t.Errorf("%s may leave", text)
		}
	}
}

// Masks stand escaped in what leaves, and are masks all the same.
func TestEscapedMasksMayLeave(t *testing.T) {
	g := open()
	for _, text := range []string{
		`# POST /v1: 500 – senha '\<password\>' incorreta`, `# 500 – tel \<phone:26swbe5h\>`, `{"body":"senha: '\\<password\\>'"}`, `{"body":"token: '\\\u003ctoken:26swbe5h\\\u003e'"}`,
	} {
		if err := g.Check(gate.Part{Name: "ticket.md", Data: []byte(text)}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := g.Check(gate.Part{Name: "ticket.md", Data: []byte(`senha '\<hunter22\>' incorreta`)}); err == nil {
		t.Error("what only looks like a mask may leave")
	}
}

// TestWhatTicketsSayMayLeave holds that counts, names of parameters, methods and masked
// addresses in tickets are not held back, and that values in the same places are.
func TestWhatTicketsSayMayLeave(t *testing.T) {
	g := open()
	const received = "{\"mensagem\":\"falha interna\",\"recebido\":\"{\\\"tokens\\\":{\\\"a\\\":\\\"<token:hboubigc>\\\"},\\\"otpauth\\\":\\\"otpauth://totp/Banco:loja?secret=%3Ctoken:ulurqqjw%3E&issuer=Banco\\\"}\"}"
	for _, test := range []struct{ name, passes, old, planted string }{
		{"ticket.md", "- `POST api.example/clientes/{id}/contas`: 1×", "1×", "12345-6"},
		{"ticket.md", "# POST /v1\\#login: 500 Internal Server Error", "500 Internal Server Error", "maria.silva"},
		{"exchange.har", `{"queryString":[{"name":"Expires","value":"1732444800"}]}`, "1732444800\"}", "1732444800\"},{\"name\":\"cpf\",\"value\":\"52998224725\"}"},
		{"exchange.har", `{"queryString":[{"name":"Expires","value":"1732444800"}],"cliente":{"name":"<name>"}}`, "<name>", "Maria"},
		{"ticket.md", "Corpo:\n" + received + "\n", "%3Ctoken:ulurqqjw%3E", "JBSWY3DPEHPK3PXP"},
		{"ticket.md", "Corpo:\n" + received + "\n", "<token:hboubigc>", "at-123456789abcdef"},
	} {
		if err := g.Check(gate.Part{Name: test.name, Data: []byte(test.passes)}); err != nil {
			t.Errorf("%s: %v", test.passes, err)
		}
		planted := strings.Replace(test.passes, test.old, test.planted, 1)
		if err := g.Check(gate.Part{Name: test.name, Data: []byte(planted)}); err == nil || planted == test.passes {
			t.Errorf("it may leave: %s", planted)
		}
	}
}

// TestHostsOfAPart holds that rules and allowances for single hosts hold for what belongs
// to those hosts, at the gate as well.
func TestHostsOfAPart(t *testing.T) {
	g := gate.New(redact.New(
		redact.WithRules(redact.Rule{Host: "*.banco.example", Names: []string{"matricula"}, Kind: "contract"}),
		redact.WithAllowances(redact.Allowance{Host: "api.loja.example", Names: []string{"telefone"}}),
	))
	const contract, phone = `{"matricula":"778899"}`, `{"telefone":"+5511987654321"}`
	for _, test := range []struct {
		data   string
		hosts  []string
		leaves bool
	}{
		{contract, []string{"api.banco.example"}, false}, {contract, []string{"api.loja.example"}, true}, {contract, nil, false}, {contract, []string{"api.loja.example", "api.banco.example"}, false},
		{phone, []string{"api.banco.example"}, false}, {phone, []string{"api.loja.example"}, true}, {phone, nil, false}, {phone, []string{"api.loja.example", "api.banco.example"}, true},
	} {
		part := gate.Part{Name: "body", Data: []byte(test.data), Hosts: test.hosts}
		if err := g.Check(part); (err == nil) != test.leaves {
			t.Errorf("%s to %v: %v", test.data, test.hosts, err)
		}
		part.Data = decodetest.Pack(t, "gzip", part.Data)
		if err := g.Check(part); (err == nil) != test.leaves {
			t.Errorf("%s to %v, packed: %v", test.data, test.hosts, err)
		}
	}
}

// A ticket shows the beginning of a long body, and a portal's limit cuts it anywhere. What
// is left there is all that leaves, so it is judged as it stands.
func TestWhatIsCutShortMayLeave(t *testing.T) {
	const page, plain = "<h2>Corpo</h2>\n<pre><code>{\"itens\":[{\"descricao\":\"parcela número 1\"},{\"%s</code></pre>\n<p>fim</p>\n", "Corpo:\n\n{\"itens\":[{\"descricao\":\"parcela número 1\"},{\"%s"
	for _, form := range []string{page, plain} {
		for _, rest := range []string{`descricao":"parcela de co`, `descricao":"parcela número 2, açã`, `valor":1`, `descr`} {
			if err := open().Check(gate.Part{Name: "body", Data: fmt.Appendf(nil, form, rest)}); err != nil {
				t.Errorf("%q: %v", rest, err)
			}
		}
		for _, rest := range []string{`senha":"Xk29!mmQz`, `descricao":"ghp_` + strings.Repeat("a1B2c3", 6), `descricao":"CPF 529.982.247-25 de co`} {
			if err := open().Check(gate.Part{Name: "body", Data: fmt.Appendf(nil, form, rest)}); err == nil {
				t.Errorf("%q may leave", rest)
			}
		}
	}
}
