package gate_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/capture/extract"
	"flagrante/capture/har"
	"flagrante/capture/redact"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/profile"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// exchanges have the bodies of a tenth of those of testdata/exchange, and of the corpora of
// testdata/redact, with their media types: one is sent, the next one is the answer.
func exchanges(t *testing.T) []proxy.Exchange {
	t.Helper()
	var all []proxy.Exchange
	sent := false
	add := func(kind, body string) {
		b := proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}
		headers := proxy.Fields(nil)
		if kind == "header" { // The message is fields of a header.
			for _, line := range strings.Split(body, "\n") {
				name, value, _ := strings.Cut(line, ": ")
				headers = append(headers, proxy.Field{Name: name, Value: value})
			}
			b, kind = proxy.Body{Complete: true}, "text/plain"
		}
		headers = append(headers, proxy.Fields{{Name: "Content-Type", Value: kind}, {Name: "Idempotency-Key", Value: "b7d1c0de-51f2-4a6e-9a55-0f3f7b9a4c11"}, {Name: "Authorization", Value: "Bearer 8f0e3c5a7b9d1e2f4a6c"}}...)
		if sent = !sent; sent {
			all = append(all, proxy.Exchange{Request: proxy.Request{Method: "POST", URL: "https://api.bank.example/v1/cob", Proto: "HTTP/1.1", Header: headers, Body: b}})
			return
		}
		all[len(all)-1].Response = &proxy.Response{Status: 500, Header: headers, Body: b}
	}
	for _, pattern := range []string{"exchange/*.txt", "redact/*/*.txt"} {
		files, err := filepath.Glob("../../testdata/" + pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(pattern, "redact") {
				for _, message := range strings.Split(string(data), "\n====\n") {
					kind, body, _ := strings.Cut(strings.NewReplacer("⟦", "", "⟧", "").Replace(strings.TrimRight(message, "\n")), "\n")
					add(kind, body)
				}
				continue
			}
			for i, block := range strings.Split("\n"+string(data), "\n=== ")[1:] {
				if i%10 > 0 {
					continue
				}
				answer := strings.Split(block, "---\n")[1]
				start, body, _ := strings.Cut(answer, "\n\n")
				start, _, _ = strings.Cut(start, "\n")
				_, kind, _ := strings.Cut(start, " ")
				add(kind, strings.TrimSuffix(body, "\n"))
			}
		}
	}
	if sent {
		add("application/json", "{}")
	}
	return all
}

// TestMaskedDraftsPass holds that what was masked passes the gate in every form:
// the masks, and the text around them.
func TestMaskedDraftsPass(t *testing.T) {
	r := redact.New(redact.WithKey([]byte("0123456789abcdef")))
	g := gate.New(r)
	guide, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	options := text.Options{Profile: guide, Lang: draft.Portuguese, Zone: time.UTC}
	all := exchanges(t)
	for i := range all {
		d := drafted(&all[i], r, guide)
		err := g.Check(gate.Part{Name: "ticket.md", Data: []byte(text.Markdown(d, options))})
		if err == nil && i%10 == 1 { // Every form of all of them would take a minute.
			err = export.Bundle(t.Context(), &bytes.Buffer{}, d, export.BundleOptions{Text: options, Creator: har.Creator{Name: "flagrante", Version: "test"}, Gate: g})
		}
		if err != nil {
			t.Errorf("%d: %v\n%s\n%s", i, err, all[i].Request.Body.Data, all[i].Response.Body.Data)
		}
	}
}

// drafted is the draft of one failing exchange.
func drafted(x *proxy.Exchange, r *redact.Redactor, guide profile.Profile) draft.Draft {
	masked, marks := r.Exchange(x)
	f := &capture.Failure{ID: "01JDCE0000000000000000000A", Kind: capture.KindHTTPStatus, Host: "api.bank.example", Endpoint: "POST api.bank.example/v1/cob", Fingerprint: "v2:3c1f", Exchange: masked, Redactions: marks}
	evidence := draft.Evidence{Group: capture.Group{Fingerprint: "v2:3c1f", Host: f.Host, Endpoint: f.Endpoint, Method: "POST", Status: 500, Count: 1}, First: f, Last: f}
	return compose.Decided("d-k3f9qa2m", evidence, compose.Decisions{}, compose.Settings{Profile: guide, Lang: draft.Portuguese, Zone: time.UTC, Redactor: r})
}

// TestLongBodiesPass holds that a ticket that shows the beginning of a long body leaves,
// wherever that ends, and that what follows in the ticket is looked at.
func TestLongBodiesPass(t *testing.T) {
	r := redact.New(redact.WithKey([]byte("0123456789abcdef")))
	g := gate.New(r)
	guide, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	for kind, form := range map[string][2]string{
		"application/json": {`{"a":"`, `","itens":[` + strings.Repeat(`{"cpf":"529.982.247-25","valor":12.50,"dito":"não \u00e9 \"um\" valor"},`, 200) + `{}]}`},
		"application/xml":  {`<r><a>`, `</a>` + strings.Repeat(`<i n="1"><cpf>529.982.247-25</cpf><dito>não é um valor &amp; mais</dito></i>`, 200) + `</r>`},
	} {
		for shift := 0; shift < 90; shift += 7 { // A record is about as long.
			body := []byte(form[0] + strings.Repeat("x", shift) + form[1])
			x := proxy.Exchange{
				Request:  proxy.Request{Method: "POST", URL: "https://api.bank.example/v1/cob", Proto: "HTTP/1.1"},
				Response: &proxy.Response{Status: 500, Header: proxy.Fields{{Name: "Content-Type", Value: kind}}, Body: proxy.Body{Data: body, Size: int64(len(body)), Complete: true}},
			}
			ticket := text.Markdown(drafted(&x, r, guide), text.Options{Profile: guide, Lang: draft.Portuguese, Zone: time.UTC})
			if err := g.Check(gate.Part{Name: "ticket.md", Data: []byte(ticket)}); err != nil {
				t.Errorf("%s, moved by %d: %v", kind, shift, err)
			}
			if g.Check(gate.Part{Name: "ticket.md", Data: []byte(ticket + "\n\nO CPF é 529.982.247-25.\n")}) == nil {
				t.Errorf("%s, moved by %d: a CPF behind it leaves", kind, shift)
			}
		}
	}
}

// TestPlantedInSteps holds that secrets are found in the steps to reproduce, beside
// variables that pass.
func TestPlantedInSteps(t *testing.T) {
	g := gate.New(redact.New(redact.WithKey([]byte("0123456789abcdef"))))
	const passes = `curl -u usuario:'"$LOGIN"' -H 'X-Api-Key: '"$TOKEN" --data-raw '{"dados":"cpf='"$CPF"'&senha='"$PASSWORD"'&id=9","xml":"<c><cpf>&lt;cpf:2hl2onty&gt;</cpf></c>"}' https://api.bank.example/v1`
	if err := g.Check(gate.Part{Name: "reproduce.sh", Data: []byte(passes)}); err != nil {
		t.Errorf("variables are held back: %v", err)
	}
	for _, planted := range []string{
		strings.Replace(passes, `'"$LOGIN"'`, "crlS3nha9k7", 1),
		strings.Replace(passes, `'"$TOKEN"`, "9f8e7d6c5b4a39281706'", 1),
		strings.Replace(passes, `'"$CPF"'`, "52998224725", 1),
		strings.Replace(passes, `'"$PASSWORD"'`, "f0rmS3nha9", 1),
		strings.Replace(passes, `&lt;cpf:2hl2onty&gt;`, "52998224725", 1),
	} {
		if g.Check(gate.Part{Name: "reproduce.sh", Data: []byte(planted)}) == nil {
			t.Errorf("it passes: %s", planted)
		}
	}
}

// Tickets of which everything was masked leave: our own sentences are no secrets.
func TestTicketsLeave(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "recording", "*", "*.md"))
	if err != nil || len(files) < 60 {
		t.Fatalf("%d tickets: %v", len(files), err)
	}
	last := gate.New(redact.New())
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := last.Check(gate.Part{Name: "draft", ContentType: "text/markdown", Data: data}); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// Complaints about fields leave: what is said of a name is none, nor is what is said of a password.
func TestComplaintsLeave(t *testing.T) {
	last := gate.New(redact.New())
	for _, field := range []string{"nome", "cardHolderName", "senha", "authorization", "access_token", "usuario", "endereco", "cvv", "pix_key"} {
		for _, said := range []string{"Inválido", "is required", "Expirada há 3 dias", "Usuário bloqueado", "incorrect"} {
			body := []byte(`{"message":"Dados recusados pelo banco","errors":[{"field":"` + field + `","message":"` + said + `"}]}`)
			v := extract.Vendor(&proxy.Response{Status: 422, Body: proxy.Body{Data: body, Size: int64(len(body)), Complete: true}})
			if !strings.Contains(v.Message, field) || !strings.Contains(v.Message, said) {
				t.Errorf("the message is %q", v.Message)
			}
			if err := last.Check(gate.Part{Name: "ticket.md", Data: []byte("# POST /v1/x: 422 – " + v.Message + "\n\n- **Mensagem:** `" + v.Message + "`\n")}); err != nil {
				t.Errorf("%s: %v", v.Message, err)
			}
		}
	}
}
