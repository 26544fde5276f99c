package drafttest_test

import (
	"fmt"
	"time"

	. "flagrante/draft/drafttest"
)

// same are calls as simple tools make them: the same address again and again, without
// any field.
func same(path string) Call {
	return Call{Path: path, Status: 200, Answer: `{"ok":true}`, Bare: true}
}

// plainRecordings are of apps that poll, of tests, and of odd places.
func plainRecordings() []labelled {
	a, b, c, d := same("/a"), same("/b"), same("/c"), same("/d")
	oops := func(c Call) Call { return but(c, 500, `{"error":"internal"}`) }
	return []labelled{
		{"the same call fails from some time on", "api", "high vendor", func(t *Tape) { t.Every(time.Second).Add(10, a, b).Add(10, oops(a), b) }},
		{"the same call never worked", "api", "high vendor", func(t *Tape) { t.Every(time.Second).Add(10, oops(a), b) }},
		{"one in ten of the same call", "api", "medium vendor", func(t *Tape) { t.Every(time.Second).Mix(100, 10, a, oops(a)) }},
		{"nothing works, the same calls", "api", "critical vendor", func(t *Tape) { t.Every(time.Second).Add(10, oops(a), oops(b), oops(c)) }},
		{"nothing but a probe works", "api", "critical vendor", func(t *Tape) {
			t.Every(time.Second).Add(8, oops(a), oops(b), oops(c), oops(d), same("/health"))
		}},
		{"polls run into a limit", "api", "medium request", func(t *Tape) {
			t.Every(time.Second).Mix(60, 5, a, but(a, 429, `{"error":"too many"}`, "Retry-After", "1"))
		}},
		{"a token is revoked, for all endpoints", "api", "high unknown", func(t *Tape) {
			no := func(c Call) Call {
				c.Bare = false
				return but(c, 401, `{"error":"unauthorized"}`)
			}
			yes := func(c Call) Call {
				c.Bare = false
				return c
			}
			t.Every(time.Second).Add(6, yes(a), yes(b), yes(c)).Add(6, no(a), no(b), no(c))
		}},
		{"a retry a second later works", "api", "", func(t *Tape) { t.Every(time.Second).Add(1, oops(a), a) }},
		{"each endpoint heals by a retry", "api", "", func(t *Tape) {
			for i := range 8 {
				x := same(fmt.Sprintf("/x/%d", 7000+i))
				t.Every(30*time.Second).Add(1, same("/other")).Every(time.Second).Add(1, oops(x), x)
			}
		}},
		{"an endpoint always takes too long, others do not", "api", "high vendor", func(t *Tape) {
			t.Every(30*time.Second).Add(8, taking(but(a, 504, ""), 30*time.Second), b, c)
		}},
		{"many ids that are not there", "api", "low request", func(t *Tape) {
			t.Add(30, Call{Path: "/v1/pix/%d", Status: 404, Answer: `{"title":"não encontrado"}`})
		}},
		{"each request is found wrong, from the first", "api", "low request", func(t *Tape) {
			t.Add(25, but(pix, 422, `{"title":"campo obrigatório ausente: chave"}`))
		}},
		{"each request is found wrong, since some time", "api", "medium request", func(t *Tape) {
			t.Add(15, pix).Add(25, but(pix, 422, `{"title":"campo obrigatório ausente: chave"}`))
		}},
		{"two of two", "api", "low vendor", func(t *Tape) { t.Add(2, oops(pix)) }},
		{"five of five", "api", "high vendor", func(t *Tape) { t.Add(5, oops(pix)) }},
		{"two endpoints of two, three times each", "api", "high vendor", func(t *Tape) { t.Add(3, oops(pix), oops(ted)) }},
		{"two endpoints of two, none of which ever works", "api", "critical vendor", func(t *Tape) { t.Add(6, oops(pix), oops(ted)) }},
		{"two endpoints of two, none of which works any more", "api", "critical vendor", func(t *Tape) {
			t.Add(20, pix, ted).Wait(2*time.Hour).Add(5, down(pix), but(ted, 500, `{"erro":"interno"}`))
		}},
		{"two endpoints of two of the sandbox, none of which works", "sandbox", "high vendor", func(t *Tape) { t.Add(6, oops(pix), oops(ted)) }},
		{"two endpoints of two that work again", "api", "high vendor", func(t *Tape) { t.Add(12, down(pix), down(ted)).Wait(time.Hour).Add(20, pix, ted) }},
		{"two endpoints are down, and another one works now and then", "api", "high vendor", func(t *Tape) {
			t.Add(2, saldo).Add(10, down(pix), down(boletos)).Add(1, saldo).Add(10, down(pix), down(boletos))
		}},
		{"three endpoints are down and two work", "api", "high vendor", func(t *Tape) {
			t.Add(10, pix, boletos, token, saldo, ted).Add(8, down(pix), down(boletos), down(token), saldo, ted)
		}},
		{"one server of several has a bad certificate", "api", "critical vendor", func(t *Tape) {
			t.Mix(30, 10, pix, lost(pix, "net::ERR_CERT_DATE_INVALID", time.Second))
		}},
		{"a certificate, said by Node", "api", "critical vendor", func(t *Tape) {
			t.Add(2, lost(pix, "certificate has expired", time.Second))
		}},
		{"a certificate of its own making, said by Node", "api", "critical unknown", func(t *Tape) {
			t.Add(2, lost(pix, "self-signed certificate in certificate chain", time.Second))
		}},
		{"the answer is about another person", "api", "critical vendor", func(t *Tape) {
			ask := Call{Path: "/clientes/52998224725", Status: 200, Answer: `{"cpf":"52998224725"}`}
			t.Add(10, ask).Add(1, but(ask, 200, `{"cpf":"11144477735"}`)).Add(5, ask)
		}},
		{"the answer is about another account", "api", "critical vendor", func(t *Tape) {
			ask := Call{Path: "/contas/12345-6/saldo", Status: 200, Answer: `{"conta":"12345-6","saldo":1}`}
			t.Add(10, ask).Add(1, but(ask, 200, `{"conta":"98765-4","saldo":9}`))
		}},
		{"an error lists other people", "api", "critical vendor", func(t *Tape) {
			t.Add(10, saldo).Add(1, but(saldo, 500, `{"erro":"conflito","registros":["111.444.777-35","529.982.247-25","390.533.447-05"]}`))
		}},
		{"answers are slow and good", "api", "low vendor", func(t *Tape) {
			t.Every(10*time.Second).Add(60, saldo).Add(4, taking(saldo, 20*time.Second))
		}},
		{"the vendor's unknown error in a 200", "api", "high vendor", func(t *Tape) {
			t.Add(10, pix).Add(8, but(pix, 200, `{"status":"ERRO","mensagem":"Erro inesperado, tente novamente"}`))
		}},
		{"a webhook of the app is refused for its address", "api", "low request", func(t *Tape) {
			t.Add(2, Call{Method: "PUT", Path: "/v2/webhook/loja", Body: `{"webhookUrl":"http://loja.example/pix"}`, Status: 400, Answer: `{"title":"webhookUrl deve ser https"}`})
		}},
		{"staging by its path", "api", "medium vendor", func(t *Tape) {
			t.Add(8, but(Call{Path: "/sandbox/v1/pix"}, 500, `{"erro":"interno"}`), but(Call{Path: "/sandbox/v1/saldo"}, 200, `{"saldo":1}`))
		}},
	}
}
