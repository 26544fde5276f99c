package drafttest_test

import (
	"fmt"
	"time"

	. "flagrante/draft/drafttest"
)

// lead is a recording with what somebody who leads a support team says of its worst
// draft, decided before the rules had seen it.
type lead struct {
	name string
	host string
	// want is environment, severity and side of the worst draft, empty where no draft
	// should be there.
	want string
	tape func(*Tape)
}

// Calls of other vendors than those of the other recordings. What has no %d is sent the
// same each time.
var (
	transfer = Call{Path: "/transfers", Body: `{"amount":%d,"to":{"bank":"341","account":"12345-6"}}`, Status: 202, Answer: `{"transferId":"t-%d","state":"QUEUED"}`}
	balance  = Call{Path: "/accounts/8123/balance", Status: 200, Answer: `{"available":1930.22,"blocked":0}`}
	keys     = Call{Path: "/dict/keys/loja@exemplo.com.br", Status: 200, Answer: `{"key":"loja@exemplo.com.br","type":"EMAIL"}`}
	invoices = Call{Path: "/billing/invoices?page=%d", Status: 200, Answer: `{"items":[],"page":%d}`}
	refund   = Call{Method: "PUT", Path: "/pix/E1234%d/devolucao/1", Body: `{"valor":"7.90"}`, Status: 201, Answer: `{"rtrId":"D%d","status":"EM_PROCESSAMENTO"}`}
	signIn   = Call{Path: "/auth/oauth2/token", Body: "grant_type=client_credentials&client_id=loja-7&n=%d", Status: 200, Answer: `{"access_token":"at-%d-0f9d8c7b6a5e4d3c","token_type":"Bearer","expires_in":600}`, Bare: true}
	internal = func(c Call) Call {
		return but(c, 500, `{"error":{"code":"INTERNAL","message":"Something went wrong"}}`)
	}
	gateway   = func(c Call) Call { return but(c, 502, "") }
	noService = func(c Call) Call {
		c = but(c, 503, "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>")
		c.Type = "text/html"
		return c
	}
	silent = func(c Call) Call { return lost(c, "net::ERR_TIMED_OUT", 60*time.Second) }
)

// ofLeads are the recordings.
func ofLeads() []lead {
	const second, minute, hour = time.Second, time.Minute, time.Hour
	field := func(c Call) Call {
		return but(c, 400, `{"errors":[{"field":"amount","message":"must be greater than 0"}]}`)
	}
	return []lead{
		// Nothing works.
		{"all answers are 500 since a moment", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(10, transfer, balance, keys, invoices).Add(4, each(internal, transfer, balance, keys, invoices)...)
		}},
		{"nothing ever worked, five endpoints twice each", "openapi.bancomike.com.br", "production critical vendor", func(t *Tape) {
			t.Every(20*second).Add(2, each(noService, transfer, balance, keys, invoices, refund)...)
		}},
		{"each endpoint has another error", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(6, transfer, balance, keys).Add(5, internal(transfer), gateway(balance), noService(keys))
		}},
		{"the name is gone for all", "pix.bancosierra.com.br", "production critical network", func(t *Tape) {
			gone := func(c Call) Call { return lost(c, "getaddrinfo ENOTFOUND pix.bancosierra.com.br", 15*time.Millisecond) }
			t.Add(5, transfer, balance, keys).Add(5, each(gone, transfer, balance, keys)...)
		}},
		{"nobody listens", "pix.bancosierra.com.br", "production critical network", func(t *Tape) {
			refused := func(c Call) Call { return lost(c, "connect ECONNREFUSED 203.0.113.9:443", 3*time.Millisecond) }
			t.Add(5, transfer, balance).Add(6, each(refused, transfer, balance)...)
		}},
		{"a page says maintenance everywhere, status 200", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(8, balance, keys, invoices).Add(6, each(page(200, "<html><head><title>Manutenção</title></head><body>Estamos em manutenção. Volte em breve.</body></html>"), balance, keys, invoices)...)
		}},
		{"every call waits and ends", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(10, transfer, balance, keys).Every(61*second).Add(4, each(silent, transfer, balance, keys)...)
		}},
		{"a three weeks' recording, all fails in the last four days", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Every(2*hour).Add(68, transfer, balance, keys).Add(16, each(noService, transfer, balance, keys)...)
		}},
		{"nothing works and the app also sends wrong requests", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(6, transfer, balance, keys, invoices).Add(5, internal(transfer), internal(balance), internal(keys), internal(invoices), field(refund))
		}},
		// Certificates.
		{"Python says that it expired", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(12, balance).Add(2, lost(balance, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)", second))
		}},
		{"Node says that the name is another", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(1, lost(keys, "Hostname/IP does not match certificate's altnames: Host: api.bancolima.com.br. is not in the cert's altnames: DNS:*.bancolima.net", second))
		}},
		{"the certificate of a sandbox expired", "sandbox.bancolima.com.br", "staging high vendor", func(t *Tape) {
			t.Add(4, lost(balance, "net::ERR_CERT_DATE_INVALID", second))
		}},
		{"ours is refused that was accepted", "mtls-api.bancolima.com.br", "production high unknown", func(t *Tape) {
			t.Add(12, transfer).Add(5, lost(transfer, "write EPROTO: sslv3 alert certificate expired: SSL alert number 45", 80*time.Millisecond))
		}},
		{"the session is over and the API sends to the login", "internet.bancolima.com.br", "production high unknown", func(t *Tape) {
			t.Add(20, balance).Add(4, moved(balance, "https://internet.bancolima.com.br/login?expired=1"))
		}},
		{"the login's page comes in place of data", "internet.bancolima.com.br", "production high unknown", func(t *Tape) {
			t.Add(20, balance).Add(4, page(200, "<html><body><form action=/entrar method=post><input name=senha type=password></form></body></html>")(balance))
		}},
		{"maintenance by redirection is none of a credential", "internet.bancolima.com.br", "production high vendor", func(t *Tape) {
			t.Add(20, balance, keys).Add(8, moved(balance, "https://internet.bancolima.com.br/manutencao.html"), keys)
		}},
		{"nginx does not accept our certificate, once it did", "mtls-api.bancolima.com.br", "production high unknown", func(t *Tape) {
			t.Add(12, transfer).Add(5, page(400, "<html>\r\n<head><title>400 The SSL certificate error</title></head>\r\n<body><center><h1>400 Bad Request</h1></center>\r\n<center>The SSL certificate error</center><hr><center>nginx</center></body></html>")(transfer))
		}},
		{"nginx misses our certificate", "mtls-h.bancolima.com.br", "staging medium request", func(t *Tape) {
			t.Add(4, page(496, "<html><head><title>496 SSL Certificate Required</title></head></html>")(balance))
		}},
		// What the app asked for in a wrong way.
		{"GraphQL knows no such field", "graphql.dev.bancolima.com.br", "staging low request", func(t *Tape) {
			ask := Call{Path: "/graphql", Body: `{"query":"{ conta { limite } }","n":%d}`, Status: 200, Answer: `{"data":{"conta":{"limite":"1.00"}}}`}
			t.Add(6, ask).Add(2, but(ask, 200, `{"data":null,"errors":[{"message":"Cannot query field \"limiteEspecial\" on type \"Conta\".","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}`))
		}},
		{"three lines of a file were not taken", "cnab.bancolima.com.br", "production low request", func(t *Tape) {
			file := Call{Path: "/remessas", Body: "01REMESSA%d", Status: 200, Answer: `{"id":"R%d","processados":100,"rejeitados":0,"ocorrencias":[]}`}
			t.Add(6, file).Add(1, but(file, 200, `{"id":"R9","processados":98,"rejeitados":2,"ocorrencias":[{"linha":14,"codigo":"03","descricao":"CEP inválido"},{"linha":52,"codigo":"16","descricao":"Data de vencimento inválida"}]}`))
		}},
		// What must not be seen.
		{"SQL in the message", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(20, keys).Add(1, but(keys, 500, `{"message":"SQLSTATE[42S02]: Base table or view not found: 1146 Table 'core.dict_keys' doesn't exist (SQL: select * from dict_keys where owner = 71 limit 1)"}`))
		}},
		{"the debug page of a framework", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(9, invoices).Add(2, page(500, "<html><title>OperationalError at /billing/invoices</title><body><pre>Traceback (most recent call last):\n  File \"/srv/app/billing/views.py\", line 214, in get\n    rows = Invoice.objects.filter(owner=request.user)\ndjango.db.utils.OperationalError: FATAL: too many connections</pre></body></html>")(invoices))
		}},
		{"a path of the server and a line", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(9, balance).Add(1, page(200, "<br />\n<b>Fatal error</b>:  Uncaught TypeError: Unsupported operand types in /var/www/html/api/src/Balance.php:88\nStack trace:\n#0 /var/www/html/api/public/index.php(12): Balance->sum()\n#1 {main}\n  thrown in <b>/var/www/html/api/src/Balance.php</b> on line <b>88</b><br />")(balance))
		}},
		{"frames of .NET in a problem", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			t.Add(15, transfer).Add(1, but(transfer, 500, `{"type":"https://tools.ietf.org/html/rfc9110#section-15.6.1","title":"System.NullReferenceException","status":500,"detail":"   at Lima.Core.Transfers.TransferService.Create(TransferRequest r) in C:\\build\\src\\Transfers\\TransferService.cs:line 57\r\n   at Lima.Api.Controllers.TransfersController.Post()"}`))
		}},
		{"a conflict names who has the key", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			claim := Call{Path: "/dict/keys", Body: `{"key":"+5511987650001","type":"PHONE","owner":{"taxId":"52998224725"}}`, Status: 201, Answer: `{"ok":true}`}
			t.Add(3, claim).Add(1, but(claim, 409, `{"code":"KEY_IN_USE","owner":{"name":"João Batista de Almeida","taxId":"390.533.447-05","account":{"branch":"0001","number":"778812-3"}}}`))
		}},
		{"the list of another company", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			ask := Call{Path: "/companies/11222333000181/statements", Status: 200, Answer: `{"cnpj":"11.222.333/0001-81","entries":[{"value":10}]}`}
			t.Add(8, ask).Add(1, but(ask, 200, `{"cnpj":"45.997.418/0001-53","entries":[{"value":99}]}`))
		}},
		{"the sandbox shows where its database is", "sandbox.bancolima.com.br", "staging high vendor", func(t *Tape) {
			t.Add(8, balance).Add(2, but(balance, 500, `{"error":"connect ETIMEDOUT postgres://core:x9@10.12.0.7:5432/ledger"}`))
		}},
		// One endpoint.
		{"payments are down, the rest is well", "api.bancolima.com.br", "production high vendor", func(t *Tape) {
			t.Add(15, transfer, balance, keys).Add(10, noService(transfer), balance, keys)
		}},
		{"the log-in is down, nothing else is called any more", "api.bancolima.com.br", "production high vendor", func(t *Tape) {
			t.Add(1, signIn).Add(10, transfer, balance).Every(10*second).Add(9, internal(signIn))
		}},
		{"each attempt is tried thrice and never works", "api.bancolima.com.br", "production high vendor", func(t *Tape) {
			t.Add(10, transfer, balance)
			for i := range 4 {
				same := gateway(transfer)
				same.Body, same.Header = `{"amount":10}`, []string{"X-Idempotency-Key", fmt.Sprintf("6f1c-%d-ab", i)}
				t.Every(2*second).Add(3, same).Every(20*second).Add(1, balance)
			}
		}},
		{"GraphQL answers an internal error each time", "api.bancolima.com.br", "production high vendor", func(t *Tape) {
			ask := Call{Path: "/graphql", Body: `{"query":"query Me { me { id limit(%d) } }","operationName":"Me"}`, Status: 200, Answer: `{"data":{"me":{"id":"7"}}}`}
			t.Add(10, ask, balance).Add(8, but(ask, 200, `{"errors":[{"message":"Internal server error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"data":null}`), balance)
		}},
		{"the webhook can't be registered", "api.bancolima.com.br", "production high vendor", func(t *Tape) {
			hook := Call{Method: "PUT", Path: "/webhooks/pix", Body: `{"url":"https://loja.exemplo.com.br/pix"}`}
			t.Every(minute).Add(6, internal(hook), balance)
		}},
		{"down for twenty minutes, and well again", "api.bancolima.com.br", "production medium vendor", func(t *Tape) {
			t.Every(15*second).Add(20, transfer, balance).Add(40, gateway(transfer), balance).Add(60, transfer, balance)
		}},
		{"all was down for twenty minutes, and is well again", "api.bancolima.com.br", "production high vendor", func(t *Tape) {
			t.Every(15*second).Add(20, transfer, balance, keys).Add(25, each(gateway, transfer, balance, keys)...).Add(40, transfer, balance, keys)
		}},
		// Several endpoints, partly.
		{"three of five endpoints fail every third time", "api.bancolima.com.br", "production high vendor", func(t *Tape) {
			t.Every(4 * second)
			for i := range 48 {
				if i%3 == 1 {
					t.Add(1, internal(transfer), balance, gateway(keys), invoices, internal(refund))
					continue
				}
				t.Add(1, transfer, balance, keys, invoices, refund)
			}
		}},
		{"two of four endpoints fail half of the time", "api.bancolima.com.br", "production high vendor", func(t *Tape) {
			t.Every(4 * second)
			for i := range 40 {
				if i%2 == 1 {
					t.Add(1, internal(transfer), balance, gateway(keys), invoices)
					continue
				}
				t.Add(1, transfer, balance, keys, invoices)
			}
		}},
		// Credentials.
		{"the key was revoked", "api.bancolima.com.br", "production high unknown", func(t *Tape) {
			t.Add(10, balance, transfer).Add(5, said401(balance), said401(transfer))
		}},
		{"one permission was taken away", "api.bancolima.com.br", "production high unknown", func(t *Tape) {
			t.Add(10, balance, transfer).Add(6, balance, but(transfer, 403, `{"code":"FORBIDDEN","message":"Missing scope transfers:write"}`))
		}},
		{"the key never worked", "api.bancolima.com.br", "production medium request", func(t *Tape) { t.Add(7, said401(balance)) }},
		{"a token ran out and was renewed", "api.bancolima.com.br", "", func(t *Tape) {
			ask := Call{Path: "/accounts/8123/balance", Status: 200, Answer: balance.Answer}
			t.Add(1, signIn).Add(12, ask).Every(second).Add(1, said401(ask), signIn, ask).Every(3*second).Add(8, ask)
		}},
		{"the sandbox's key was revoked", "api-h.bancolima.com.br", "staging high unknown", func(t *Tape) {
			t.Add(10, balance).Add(5, said401(balance))
		}},
		// Time.
		{"one in five waits a minute for nothing", "api.bancolima.com.br", "production high vendor", func(t *Tape) { t.Mix(80, 5, transfer, silent(transfer)) }},
		{"one call waits for nothing", "api.bancolima.com.br", "production low vendor", func(t *Tape) { t.Mix(80, 80, transfer, silent(transfer)) }},
		{"reports that always take long time out", "api.bancolima.com.br", "production medium vendor", func(t *Tape) {
			t.Every(50*second).Mix(50, 5, taking(invoices, 28*second), silent(invoices))
		}},
		{"the sandbox times out far over what is usual", "api.uat.bancolima.com.br", "staging high vendor", func(t *Tape) { t.Mix(60, 6, balance, silent(Call{Path: balance.Path})) }},
		// Now and then.
		{"one in fifteen", "api.bancolima.com.br", "production medium vendor", func(t *Tape) { t.Every(10*second).Mix(300, 15, transfer, internal(transfer)) }},
		{"four in a hundred for five days", "api.bancolima.com.br", "production medium vendor", func(t *Tape) {
			t.Every(14*minute).Mix(500, 25, transfer, gateway(transfer))
		}},
		{"a batch at two at night, of which a third fails for a while", "api.bancolima.com.br", "production medium vendor", func(t *Tape) {
			t.Wait(14*hour).Every(500*time.Millisecond).Add(200, invoices).Mix(150, 3, invoices, noService(invoices)).Add(300, invoices)
		}},
		{"three errors in a batch of a thousand", "api.bancolima.com.br", "production low vendor", func(t *Tape) {
			t.Every(200*time.Millisecond).Mix(1000, 333, invoices, internal(invoices))
		}},
		{"the limit is reached again and again", "api.bancolima.com.br", "production medium request", func(t *Tape) {
			t.Every(second).Mix(90, 6, invoices, but(invoices, 429, `{"code":"TOO_MANY_REQUESTS"}`, "Retry-After", "2", "RateLimit-Remaining", "0"))
		}},
		{"the limit of the sandbox is reached", "sandbox.bancolima.com.br", "staging medium request", func(t *Tape) {
			t.Every(second).Mix(60, 4, balance, but(balance, 429, `{"code":"TOO_MANY_REQUESTS"}`))
		}},
		{"it was one in a hundred, and is one in three now", "api.bancolima.com.br", "production high vendor", func(t *Tape) {
			t.Every(90*second).Mix(300, 100, transfer, internal(transfer)).Every(15*second).Mix(90, 3, transfer, internal(transfer))
		}},
		// Staging.
		// Whether the firewall is wrong about the call, or right, nobody sees from here.
		{"one endpoint of the sandbox is blocked by a firewall", "sandbox.bancolima.com.br", "staging medium unknown", func(t *Tape) {
			t.Add(6, page(403, "<html><body>Request blocked. Incident 8812</body></html>")(transfer), balance)
		}},
		{"one endpoint of the sandbox has an error each time", "pix-h.api.bancolima.com.br", "staging medium vendor", func(t *Tape) { t.Add(6, internal(refund), balance) }},
		{"nothing works in the sandbox", "apihml.bancolima.com.br", "staging high vendor", func(t *Tape) { t.Add(5, each(noService, transfer, balance, keys)...) }},
		{"a header says that it is no business", "api.bancolima.com.br", "staging medium vendor", func(t *Tape) {
			tried := internal(refund)
			tried.Header = []string{"X-Environment", "homologacao"}
			t.Add(7, tried)
		}},
		// What can wait.
		{"one error in eighty calls", "api.bancolima.com.br", "production low vendor", func(t *Tape) { t.Mix(80, 80, transfer, internal(transfer)) }},
		{"a field is wrong each time", "api.bancolima.com.br", "production low request", func(t *Tape) { t.Add(12, field(transfer)) }},
		{"a field is wrong now and then", "api.bancolima.com.br", "production low request", func(t *Tape) { t.Mix(40, 8, transfer, field(transfer)) }},
		{"what is not there is asked for", "api.bancolima.com.br", "production low request", func(t *Tape) {
			t.Add(9, Call{Path: "/transfers/t-%d", Status: 404, Answer: `{"code":"TRANSFER_NOT_FOUND"}`}, balance)
		}},
		{"there is no money", "api.bancolima.com.br", "production low request", func(t *Tape) {
			t.Mix(30, 5, transfer, but(transfer, 422, `{"code":"INSUFFICIENT_FUNDS","message":"Insufficient funds"}`))
		}},
		{"all is healed by the next attempt", "api.bancolima.com.br", "", func(t *Tape) {
			for i := range 9 {
				once := transfer
				once.Body, once.Header = `{"amount":10}`, []string{"Idempotency-Key", fmt.Sprintf("k-%d-81f0", i)}
				t.Every(8*second).Add(2, balance).Every(second).Add(2, noService(once)).Add(1, once)
			}
		}},
		// One label was another at first: that the next call of the same makes up for those that
		// the app gave up was not thought of.
		{"the app gives up, and asks again", "api.bancolima.com.br", "", func(t *Tape) {
			t.Add(10, balance).Add(4, lost(balance, "net::ERR_ABORTED", 3*second)).Add(5, balance)
		}},
		{"the app gives up", "api.bancolima.com.br", "production low request", func(t *Tape) {
			t.Add(10, transfer).Add(4, lost(transfer, "net::ERR_ABORTED", 3*second)).Add(5, transfer)
		}},
		{"three of three, and nothing else", "api.bancolima.com.br", "production medium vendor", func(t *Tape) { t.Add(3, internal(keys)) }},
		{"one call to each of three endpoints", "api.bancolima.com.br", "production low vendor", func(t *Tape) { t.Add(1, internal(keys), gateway(balance), noService(invoices)) }},
		{"good answers that take long", "api.bancolima.com.br", "production low vendor", func(t *Tape) {
			t.Every(12*second).Add(70, balance).Add(5, taking(balance, 25*second))
		}},
		// Several hosts.
		{"one vendor is down, another is well", "api.bancolima.com.br", "production critical vendor", func(t *Tape) {
			well := invoices
			well.Host = "api.fiscal.exemplo.com.br"
			t.Add(6, transfer, well, balance, well, keys).Add(5, internal(transfer), well, internal(balance), well, internal(keys))
		}},
		{"a name that only looks like a test", "api.devbank.com.br", "production high vendor", func(t *Tape) { t.Add(10, transfer, balance).Add(6, internal(transfer), balance) }},
	}
}
