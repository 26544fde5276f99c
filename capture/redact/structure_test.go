package redact_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"flagrante/capture/redact"
	"flagrante/proxy"
)

// maker makes messages by chance.
type maker struct{ *rand.Rand }

func (m maker) one(of ...string) string { return of[m.IntN(len(of))] }

func (m maker) digits(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte('0' + m.IntN(10))
	}
	return string(out)
}

// space is what may stand between the tokens of JSON.
func (m maker) space() string { return m.one("", "", " ", "\n", "\t", "\r\n  ") }

// member is a name and a value as JSON, some of which are masked.
func (m maker) member(depth int) string {
	name := m.one("id", "valor", "criadoEm", "itens", "ativo", "x")
	var value string
	switch n := m.IntN(9); {
	case n == 0:
		name, value = "cpf", m.one(`"`+m.digits(11)+`"`, `"123.456.789-`+m.digits(2)+`"`, "1"+m.digits(10))
	case n == 1:
		name, value = m.one("senha", "client_secret"), m.one(`"a\u0062\"\\x`+m.digits(8)+`"`, `"ç`+m.digits(9)+`"`, "12345678")
	case n == 2:
		name, value = "email", `"ana.`+m.digits(4)+`@cliente.example"`
	case n < 5 && depth < 4:
		value = m.value(depth + 1)
	default:
		value = m.one("1.0", "-0", "1E+5", "0.10", "12345678901234567890", "true", "null", `"\u00e7\/"`, `"PENDENTE"`, `""`, `"2026-11-24T10:00:00Z"`)
	}
	return m.space() + `"` + name + `"` + m.space() + ":" + m.space() + value
}

func (m maker) value(depth int) string {
	var parts []string
	for range m.IntN(4) {
		if member := m.member(depth); depth%2 == 0 {
			parts = append(parts, member+m.space())
		} else {
			parts = append(parts, m.space()+"{"+member+"}")
		}
	}
	if depth%2 == 0 {
		return "{" + strings.Join(parts, ",") + "}"
	}
	return "[" + strings.Join(parts, ",") + m.space() + "]"
}

// differ compares two messages token by token. Where they differ there must be a mask in
// the second one; it returns how many there are, and what differs otherwise.
func differ(tokens, mask *regexp.Regexp, before, after string) (masks int, wrong string) {
	a, b := tokens.FindAllString(before, -1), tokens.FindAllString(after, -1)
	if strings.Join(a, "") != before || strings.Join(b, "") != after || len(a) != len(b) {
		return 0, fmt.Sprintf("%d tokens became %d", len(a), len(b))
	}
	for i := range a {
		switch {
		case a[i] == b[i]:
		case mask.MatchString(b[i]):
			masks++
		default:
			return masks, fmt.Sprintf("%q became %q", a[i], b[i])
		}
	}
	return masks, ""
}

// TestStructureStays holds of messages made by chance that all but the masked values stays
// byte by byte: order, text of numbers, escapes, white space, tags, separators.
func TestStructureStays(t *testing.T) {
	const kind = `(token|password|cpf|email)(:[a-z2-7]{8})?`
	m := maker{rand.New(rand.NewPCG(5, 7))}
	r := redact.New(redact.WithKey(testKey()))
	escape := strings.NewReplacer(`"`, "", "\\", "", "<", "", "&", "", "=", "", "+", "", "\n", "", "\r", "", "\t", "", "{", "", "[", "")
	for _, test := range []struct {
		kind         string
		tokens, mask string
		make         func() string
	}{
		{"application/json", `(?s)"(\\.|[^"\\])*"|[^"\s,:{}\[\]]+|.`, `^"<` + kind + `>"$`, func() string { return m.value(0) }},
		{"text/xml", `(?s)<!\[CDATA\[.*?\]\]>|<[^>]*>|[^<]+`, `^(&lt;` + kind + `&gt;|<!\[CDATA\[<` + kind + `>\]\]>)$`, func() string {
			var b strings.Builder
			b.WriteString("<?xml version='1.0'?>\n<r>")
			for range m.IntN(8) {
				name := m.one("id", "cpf", "senha", "valor", "email")
				fmt.Fprintf(&b, "%s<%s>%s</%s><!-- c --><b/>", m.space(), name, m.one(m.digits(11), "PENDENTE", "10.50", "ana@cliente.example", "<![CDATA[x]]>"), name)
			}
			return b.String() + "\n</r>"
		}},
		{"application/x-www-form-urlencoded", `[&=]|[^&=]+`, `^%3C` + kind + `%3E$`, func() string {
			var pairs []string
			for range 1 + m.IntN(8) {
				pairs = append(pairs, m.one("id", "cpf", "senha", "valor", "email", "a%5Bb%5D")+"="+m.one("", m.digits(11), "a+b", "%C3%A7", "ana%40cliente.example", "10.50"))
			}
			return strings.Join(pairs, "&")
		}},
		{"multipart/form-data; boundary=B", `(?s)\r\n|[^\r]+|\r`, `^<` + kind + `>$`, func() string {
			var b strings.Builder
			for range 1 + m.IntN(5) {
				fmt.Fprintf(&b, "--B\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", m.one("id", "cpf", "senha", "valor", "email", "descricao"), escape.Replace(m.one(m.digits(11), "10.50", "ana@cliente.example", "s3nh4"+m.digits(4))))
			}
			return b.String() + "--B--\r\n"
		}},
	} {
		tokens, mask, masks := regexp.MustCompile(test.tokens), regexp.MustCompile(test.mask), 0
		for range 400 {
			body := test.make()
			out, _ := r.Personal(request("https://a.example/", proxy.Fields{{Name: "Content-Type", Value: test.kind}}, body))
			n, wrong := differ(tokens, mask, body, string(out.Request.Body.Data))
			if masks += n; wrong != "" {
				t.Fatalf("%s: %s:\n%s\n%s", test.kind, wrong, body, out.Request.Body.Data)
			}
		}
		if masks < 200 {
			t.Errorf("%s: only %d masks", test.kind, masks)
		}
	}
}

// TestOneValueOneMask holds of values made by chance that they have the same mask in every
// form and place: as string, number without its zeros, with and without punctuation, in
// header, address, JSON, XML, form and text.
func TestOneValueOneMask(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(3, 9))}
	r := redact.New(redact.WithKey(testKey()))
	masks := regexp.MustCompile(`cpf:[a-z2-7]{8}`)
	seen := map[string]bool{}
	for range 300 {
		d := m.one("0", "00", "1") + m.digits(11)
		d = d[:11]
		formed := d[:3] + "." + d[3:6] + "." + d[6:9] + "-" + d[9:]
		body := fmt.Sprintf(`{"cpf":%s,"b":{"cpf":%q},"c":{"nrCpf":%q},"t":"CPF %s","x":"<cpf>%s</cpf>","f":"a=1&cpf=%s","e":%q}`, strings.TrimLeft(d, "0"), d, formed, formed, d, d, base64.StdEncoding.EncodeToString([]byte(`{"cpf":"`+d+`"}`)))
		x := request("https://a.example/clientes/"+d+"?cpf="+d, proxy.Fields{{Name: "X-Cpf", Value: d}}, body)
		out, _ := r.Personal(x)
		all := out.Request.URL + out.Request.Header.Get("X-Cpf") + string(out.Request.Body.Data)
		if i := strings.Index(all, `"e":"`); i > 0 {
			plain, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(all[i+5:], `"}`))
			if err != nil {
				t.Fatal(err)
			}
			all += string(plain)
		}
		all = strings.ReplaceAll(all, "%3A", ":")
		found := masks.FindAllString(all, -1)
		for _, f := range found {
			if f != found[0] {
				t.Fatalf("%s has %v in %s", d, found, all)
			}
		}
		if len(found) < 9 || seen[found[0]] {
			t.Fatalf("%s has %d masks, or that of another: %s", d, len(found), all)
		}
		seen[found[0]] = true
	}
}

// TestFailsClosed holds of bytes made by chance, whatever their type is called, that
// nothing of them is kept but size, type and digest.
func TestFailsClosed(t *testing.T) {
	m := maker{rand.New(rand.NewPCG(1, 4))}
	r := redact.New(redact.WithKey(testKey()))
	form := regexp.MustCompile(`^<binary:[a-z2-7]{8}> \([a-z/+.-]+( type)?, \d+ bytes\)$`)
	for range 300 {
		data := make([]byte, 32+m.IntN(2000))
		for i := range data {
			data[i] = byte(m.IntN(256))
		}
		data[m.IntN(len(data))] = 0
		copy(data[m.IntN(len(data)-30):], "senha=S3gr3d0Xk29&cpf=761092776")
		kind := m.one("", "application/octet-stream", "application/grpc", "image/png", "application/json", "text/plain", "application/xml")
		x := request("https://a.example/", proxy.Fields{{Name: "Content-Type", Value: kind}}, string(data))
		if m.IntN(3) == 0 {
			x.Request.Body.Cut, x.Request.Body.Complete = true, false
		}
		out, marks := r.Exchange(x)
		if got := out.Request.Body.Data; !form.Match(got) || bytes.Contains(got, []byte("S3gr3d0")) || len(marks) == 0 {
			t.Fatalf("%q of %d bytes became %.300q %v", kind, len(data), got, marks)
		}
	}
}
