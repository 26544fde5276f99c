package drafttest_test

import (
	"time"

	. "flagrante/draft/drafttest"
)

func recordings() []labelled {
	const minute, second = time.Minute, time.Second
	trace := "java.lang.NullPointerException: saldo\n\tat br.com.banco.core.Saldo.ler(Saldo.java:81)\n\tat br.com.banco.api.Pix.criar(Pix.java:40)\n"
	invalidClient := `{"error":"invalid_client","error_description":"Client authentication failed"}`
	short := `{"codigo":"PIX-0017","mensagem":"Saldo insuficiente"}`
	return []labelled{
		{"an outage over several endpoints", "api", "critical vendor", func(t *Tape) {
			t.Add(5, pix, boletos, saldo, ted).Add(6, down(pix), down(boletos), down(saldo), down(ted))
		}},
		{"an outage in which each endpoint fails in its own way", "api", "critical vendor", func(t *Tape) {
			t.Add(5, pix, boletos, saldo, ted).Add(6, down(pix), but(boletos, 500, `{"erro":"interno"}`), but(saldo, 502, "<html>Bad Gateway</html>"), lost(ted, "net::ERR_TIMED_OUT", 30*second))
		}},
		{"an outage that is over", "api", "high vendor", func(t *Tape) {
			t.Add(5, pix, boletos, saldo, ted).Add(10, down(pix), down(boletos), down(saldo), down(ted)).Add(40, pix, boletos, saldo, ted)
		}},
		{"an endpoint that is down", "api", "high vendor", func(t *Tape) {
			t.Add(20, pix, saldo).Add(15, down(pix), saldo)
		}},
		{"an endpoint that was down and works again", "api", "medium vendor", func(t *Tape) {
			t.Add(20, pix, saldo).Add(15, down(pix), saldo).Add(30, pix, saldo)
		}},
		{"three of three", "api", "medium vendor", func(t *Tape) { t.Add(3, down(pix)) }},
		{"one of one", "api", "low vendor", func(t *Tape) { t.Add(1, down(pix)) }},
		{"an expired certificate", "api", "critical vendor", func(t *Tape) { t.Add(4, pix).Add(1, lost(pix, "net::ERR_CERT_DATE_INVALID", second)) }},
		{"a certificate of another host", "api", "critical vendor", func(t *Tape) {
			t.Add(4, pix).Add(3, lost(pix, "net::ERR_CERT_COMMON_NAME_INVALID", second))
		}},
		{"a certificate of an unknown authority", "api", "critical unknown", func(t *Tape) {
			t.Add(3, lost(pix, "net::ERR_CERT_AUTHORITY_INVALID", second))
		}},
		{"401 after it worked", "api", "high unknown", func(t *Tape) {
			t.Add(20, pix).Add(8, but(pix, 401, `{"error":"invalid_token"}`))
		}},
		{"403 after it worked", "api", "high unknown", func(t *Tape) {
			t.Add(20, pix).Add(8, but(pix, 403, `{"mensagem":"Acesso negado"}`))
		}},
		{"403 where it never worked", "api", "medium request", func(t *Tape) {
			t.Add(10, saldo, but(ted, 403, `{"mensagem":"Sem permissão para este recurso"}`))
		}},
		{"403 for everything, by a firewall", "api", "high unknown", func(t *Tape) {
			blocked := func(c Call) Call {
				c = but(c, 403, "<html><title>Request blocked</title></html>")
				c.Type = "text/html"
				return c
			}
			t.Add(10, pix, boletos, saldo).Add(6, blocked(pix), blocked(boletos), blocked(saldo))
		}},
		{"the client is refused at the token endpoint, 401", "api", "high unknown", func(t *Tape) {
			t.Add(1, token).Add(20, pix).Every(20*second).Add(6, but(token, 401, invalidClient))
		}},
		{"the client is refused at the token endpoint, 400", "api", "high unknown", func(t *Tape) {
			t.Add(1, token).Add(20, pix).Every(20*second).Add(6, but(token, 400, invalidClient))
		}},
		{"the client was never accepted", "api", "medium request", func(t *Tape) {
			t.Add(6, but(token, 400, invalidClient))
		}},
		{"a token that expired and was renewed", "api", "", func(t *Tape) {
			old, fresh := saldo, saldo
			old.Path, fresh.Path = "/v1/saldo", "/v1/saldo"
			fresh.Header = []string{"X-Attempt", "2"}
			t.Add(1, token).Add(20, saldo).Add(1, but(old, 401, `{"error":"invalid_token","error_description":"token expired"}`), token, fresh).Add(10, saldo)
		}},
		{"timeouts far over what is usual", "api", "high vendor", func(t *Tape) {
			t.Mix(72, 6, pix, lost(pix, "net::ERR_TIMED_OUT", 30*second))
		}},
		{"gateway timeouts far over what is usual", "api", "high vendor", func(t *Tape) {
			t.Mix(72, 6, pix, taking(but(pix, 504, `{"title":"Gateway Timeout"}`), 29*second))
		}},
		{"timeouts of an endpoint that is always slow", "api", "medium vendor", func(t *Tape) {
			t.Every(40*second).Mix(72, 6, taking(pix, 25*second), lost(pix, "net::ERR_TIMED_OUT", 30*second))
		}},
		{"rate limit", "api", "medium request", func(t *Tape) {
			t.Mix(60, 4, saldo, but(saldo, 429, `{"title":"Limite de requisições excedido"}`, "Retry-After", "30"))
		}},
		{"one answer by the rate limit", "api", "low request", func(t *Tape) {
			t.Mix(60, 60, saldo, but(saldo, 429, `{"title":"Limite de requisições excedido"}`, "Retry-After", "30"))
		}},
		{"maintenance of one endpoint", "api", "high vendor", func(t *Tape) {
			t.Add(10, pix, saldo).Add(12, but(pix, 503, `{"mensagem":"Manutenção programada até 14h"}`, "Retry-After", "1800"), saldo)
		}},
		{"one endpoint of the sandbox is down", "sandbox", "medium vendor", func(t *Tape) { t.Add(10, saldo, but(pix, 500, `{"erro":"interno"}`)) }},
		{"the sandbox is down", "sandbox", "high vendor", func(t *Tape) { t.Add(6, down(pix), down(boletos), down(saldo), down(ted)) }},
		{"the sandbox gives a stack trace", "sandbox", "high vendor", func(t *Tape) { t.Add(10, saldo).Add(2, but(pix, 500, trace)) }},
		{"a spike", "api", "high vendor", func(t *Tape) {
			t.Every(2*minute).Mix(150, 50, pix, down(pix)).Every(20*second).Mix(100, 4, pix, down(pix))
		}},
		{"a few wrong requests", "api", "low request", func(t *Tape) {
			t.Mix(40, 10, pix, but(pix, 422, `{"title":"Requisição inválida","violacoes":[{"propriedade":"valor"}]}`))
		}},
		{"two wrong requests, 400", "api", "low request", func(t *Tape) {
			t.Add(10, boletos).Add(2, but(boletos, 400, `{"title":"campo valor é obrigatório"}`)).Add(10, boletos)
		}},
		{"an address with a typo", "api", "low request", func(t *Tape) {
			t.Add(10, pix).Add(2, Call{Path: "/v1/piix", Status: 404, Answer: `{"title":"Not Found"}`}).Add(10, pix)
		}},
		{"a stack trace", "api", "critical vendor", func(t *Tape) { t.Add(30, pix).Add(1, but(pix, 500, trace)).Add(5, pix) }},
		{"a connection string", "api", "critical vendor", func(t *Tape) {
			t.Add(30, pix).Add(1, but(pix, 500, `{"erro":"could not connect: jdbc:oracle:thin:app/segredo@10.20.0.5:1521/PIXPRD"}`))
		}},
		{"a page of a gateway, which exposes nothing", "api", "low vendor", func(t *Tape) {
			page := but(pix, 502, "<html><head><title>502 Bad Gateway</title></head><body><center>nginx/1.25.3</center></body></html>")
			page.Type = "text/html"
			t.Add(30, pix).Add(1, page).Add(30, pix)
		}},
		{"no balance, now and then", "api", "low request", func(t *Tape) { t.Mix(50, 10, pix, but(pix, 422, short)) }},
		{"no balance, each time", "api", "low request", func(t *Tape) { t.Add(30, but(pix, 422, short)) }},
		{"no balance, told in a 200", "api", "low request", func(t *Tape) {
			t.Mix(50, 10, pix, but(pix, 200, `{"sucesso":false,"codigo":"PIX-0017","mensagem":"Saldo insuficiente"}`))
		}},
		{"five in a hundred", "api", "medium vendor", func(t *Tape) { t.Every(10*second).Mix(300, 20, pix, but(pix, 500, `{"erro":"interno"}`)) }},
		{"one in thousands", "api", "low vendor", func(t *Tape) {
			t.Every(2*second).Add(1500, saldo).Add(1, but(saldo, 502, `{"erro":"upstream"}`)).Add(500, saldo)
		}},
		{"retries with an idempotency key heal", "api", "", func(t *Tape) {
			for i := range 6 {
				key := []string{"Idempotency-Key", "chave-" + string(rune('a'+i)) + "1c2f"}
				once := pix
				once.Body, once.Header = `{"valor":"10.00"}`, key
				t.Add(5, saldo).Add(1, down(once), once)
			}
		}},
		{"what retries do not heal", "api", "high vendor", func(t *Tape) {
			t.Add(10, pix)
			for i := range 5 {
				once := pix
				once.Body, once.Header = `{"valor":"10.00"}`, []string{"Idempotency-Key", "chave-" + string(rune('a'+i)) + "1c2f"}
				t.Add(3, down(once)).Add(2, saldo)
			}
		}},
		{"another host works", "api", "critical vendor", func(t *Tape) {
			other := saldo
			other.Host = "api.outrobanco.com.br"
			t.Add(8, down(pix), other, down(boletos), other, down(saldo), other)
		}},
		{"two calls a day, none of which works", "api", "high vendor", func(t *Tape) {
			t.Every(12*time.Hour).Add(4, pix).Add(10, down(pix))
		}},
		{"two calls a day, one of which fails", "api", "low vendor", func(t *Tape) {
			t.Every(12*time.Hour).Add(10, pix).Add(1, down(pix))
		}},
		{"three endpoints twice a day, none of which works", "api", "critical vendor", func(t *Tape) {
			t.Every(12*time.Hour).Add(3, pix, boletos, saldo).Add(6, down(pix), down(boletos), down(saldo))
		}},
		{"a batch at night with three errors", "api", "low vendor", func(t *Tape) {
			t.Every(300*time.Millisecond).Mix(600, 200, boletos, but(boletos, 500, `{"erro":"interno"}`))
		}},
		{"a batch at night in which all fails", "api", "high vendor", func(t *Tape) {
			t.Every(300*time.Millisecond).Add(300, boletos).Wait(24*time.Hour).Add(300, down(boletos))
		}},
		{"a clock that is years ahead", "api", "critical vendor", func(t *Tape) {
			t.Wait(5*365*24*time.Hour).Add(5, pix, boletos, saldo).Add(6, down(pix), down(boletos), down(saldo))
		}},
		{"resets now and then", "api", "medium network", func(t *Tape) {
			t.Every(10*second).Mix(200, 20, pix, lost(pix, "net::ERR_CONNECTION_RESET", second))
		}},
		{"no name, one endpoint", "api", "high network", func(t *Tape) { t.Add(10, pix).Add(8, lost(pix, "net::ERR_NAME_NOT_RESOLVED", second)) }},
		{"two endpoints are down and others work", "api", "high vendor", func(t *Tape) {
			t.Add(10, pix, boletos, saldo, ted).Add(8, down(pix), down(boletos), saldo, ted)
		}},
		{"several endpoints fail a third of the time", "api", "high vendor", func(t *Tape) {
			t.Mix(36, 3, pix, down(pix)).Mix(36, 3, boletos, down(boletos)).Mix(36, 3, ted, down(ted))
		}},
		{"a wrong request, told in a 500 of SOAP", "api", "low request", func(t *Tape) {
			soap := Call{Path: "/ws/boletos", Body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><registrar><valor>%d</valor></registrar></s:Body></s:Envelope>`,
				Status: 200, Type: "text/xml", Answer: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><ok/></s:Body></s:Envelope>`}
			fault := but(soap, 500, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>Valor inválido</faultstring></s:Fault></s:Body></s:Envelope>`)
			fault.Type = "text/xml"
			t.Mix(20, 10, soap, fault)
		}},
		{"a method that is not allowed", "api", "low request", func(t *Tape) {
			t.Add(20, pix).Add(2, Call{Method: "DELETE", Path: "/v1/pix", Status: 405, Answer: `{"title":"Method Not Allowed"}`})
		}},
		{"the app does not wait", "api", "low request", func(t *Tape) {
			t.Add(20, pix).Add(3, lost(pix, "net::ERR_ABORTED", 2*second))
		}},
	}
}
