package drafttest_test

import (
	"slices"
	"time"

	. "flagrante/draft/drafttest"
)

// situations are recordings of which the tickets are kept, by name.
func situations() map[string]func() *Tape {
	all := map[string]func() *Tape{}
	for _, some := range []map[string]func() *Tape{servers(), refusals(), connections(), bodies(), senders(), times()} {
		for name, tape := range some {
			all[name] = tape
		}
	}
	return all
}

// live and sandbox are the hosts of a bank.
const (
	live    = "api.bancoexemplo.com.br"
	sandbox = "api-sandbox.bancoexemplo.com.br"
)

// cob is an immediate Pix charge as the Central Bank's API has it.
var cob = Call{Method: "PUT", Path: "/pix/v2/cob/7978c0c97ea847e78e8849634473c1f1", Status: 201,
	Body:     `{"calendario":{"expiracao":3600},"devedor":{"cpf":"52998224725","nome":"Maria Quitéria de Jesus"},"valor":{"original":"%d.50"},"chave":"loja@exemplo.com.br"}`,
	Answer:   `{"txid":"7978c0c97ea847e78e8849634473c1f1","status":"ATIVA","location":"pix.bancoexemplo.com.br/qr/v2/%d"}`,
	Answered: []string{"Date", "Fri, 20 Nov 2026 12:00:00 GMT", "X-Request-Id", "req-8f-a71c"}}

// extrato is the statement of an account.
var extrato = Call{Path: "/banking/v2/extrato?dataInicio=2026-11-01&dataFim=2026-11-20", Status: 200, Answer: `{"transacoes":[{"tipo":"PIX","valor":"10.00"},{"tipo":"TED","valor":"%d.00"}]}`}

var registro = Call{Path: "/cobranca/v3/boletos", Body: `{"seuNumero":"%d","valorNominal":150.5,"pagador":{"cpfCnpj":"11222333000181","nome":"Padaria Estrela Ltda"}}`,
	Status: 201, Answer: `{"codigoSolicitacao":"bd-%d"}`}

func servers() map[string]func() *Tape {
	return map[string]func() *Tape{
		"outage": func() *Tape {
			gone := func(c Call) Call {
				return but(c, 503, `{"type":"about:blank","title":"Serviço indisponível","status":503,"detail":"Não foi possível atender a requisição"}`, "X-Request-Id", "req-8f-b0")
			}
			return New(live).Add(6, cob, registro, extrato).Add(8, gone(cob), gone(registro), gone(extrato))
		},
		"endpoint-down": func() *Tape {
			return New(live).Add(8, cob, extrato).Add(12, but(cob, 500, `{"codigo":"PIX-9001","mensagem":"Erro interno ao gravar a cobrança","correlationId":"c0ffee-%d"}`, "X-Request-Id", "req-8f-c1"), extrato)
		},
		"endpoint-recovered": func() *Tape {
			return New(live).Add(8, cob, extrato).Add(9, but(cob, 500, `{"codigo":"PIX-9001","mensagem":"Erro interno ao gravar a cobrança"}`), extrato).Add(12, cob, extrato)
		},
		"three-of-three": func() *Tape {
			return New(live).Add(3, but(registro, 500, `{"erro":"Falha inesperada"}`))
		},
		"one-bad-gateway": func() *Tape {
			page := but(extrato, 502, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", "Server", "nginx")
			page.Type = "text/html"
			return New(live).Add(120, extrato).Add(1, page).Add(60, extrato)
		},
		"maintenance": func() *Tape {
			return New(live).Add(6, registro, extrato).Every(30*time.Second).Add(15, but(registro, 503, `{"mensagem":"Em manutenção programada até as 14h"}`, "Retry-After", "3600"), extrato)
		},
		"intermittent": func() *Tape {
			return New(live).Every(9*time.Second).Mix(240, 20, cob, but(cob, 500, `{"codigo":"PIX-9001","mensagem":"Erro interno"}`, "X-Request-Id", "req-8f-d4"))
		},
		"degraded": func() *Tape {
			bad := func(c Call) Call { return but(c, 502, `{"title":"Bad Gateway"}`) }
			return New(live).Mix(36, 3, cob, bad(cob)).Mix(36, 3, registro, bad(registro)).Mix(36, 3, extrato, bad(extrato))
		},
		"sandbox-endpoint-down": func() *Tape {
			return New(sandbox).Add(10, extrato, but(cob, 500, `{"codigo":"PIX-9001","mensagem":"Erro interno"}`))
		},
		"sandbox-outage": func() *Tape {
			return New(sandbox).Add(6, down(cob), down(registro), down(extrato))
		},
		"stack-trace": func() *Tape {
			return New(live).Add(20, extrato).Add(2, but(extrato, 500, "java.lang.NullPointerException: Cannot invoke \"Conta.saldo()\" because \"conta\" is null\n\tat br.com.bancoexemplo.core.Extrato.ler(Extrato.java:81)\n\tat br.com.bancoexemplo.api.ExtratoResource.get(ExtratoResource.java:40)\n"))
		},
		"another-customer": func() *Tape {
			ask := Call{Path: "/cadastro/v1/clientes/52998224725", Status: 200, Answer: `{"nome":"Maria Quitéria de Jesus","cpf":"529.982.247-25","saldo":"%d.00"}`}
			return New(live).Add(12, ask).Add(2, but(ask, 200, `{"nome":"José Bonifácio de Andrada","cpf":"111.444.777-35","saldo":"90.00"}`))
		},
		"connection-string": func() *Tape {
			return New(live).Add(20, cob).Add(1, but(cob, 500, `{"erro":"ORA-12541: could not connect jdbc:oracle:thin:app/s3nh4@10.20.0.5:1521/PIXPRD"}`))
		},
	}
}

func refusals() map[string]func() *Tape {
	return map[string]func() *Tape{
		"credential-lost": func() *Tape {
			return New(live).Add(10, cob, extrato).Add(6, but(cob, 401, `{"error":"invalid_token","error_description":"The access token is not valid"}`, "WWW-Authenticate", `Bearer realm="pix", error="invalid_token"`))
		},
		"never-allowed": func() *Tape {
			return New(live).Add(8, extrato, but(cob, 403, `{"type":"https://pix.bcb.gov.br/api/v2/error/AcessoNegado","title":"Acesso Negado","status":403,"detail":"Requisição de participante autenticado que viola alguma regra de autorização."}`))
		},
		"client-refused": func() *Tape {
			t := New(live).Add(1, token).Add(12, extrato).Every(25 * time.Second)
			return t.Add(5, but(token, 400, `{"error":"invalid_client","error_description":"Client authentication failed"}`))
		},
		"rate-limit": func() *Tape {
			return New(live).Mix(80, 4, extrato, but(extrato, 429, `{"title":"Limite de requisições excedido","status":429}`, "Retry-After", "30", "X-RateLimit-Limit", "60", "X-RateLimit-Remaining", "0"))
		},
		"wrong-request": func() *Tape {
			return New(live).Add(20, cob).Add(2, but(cob, 400, `{"type":"https://pix.bcb.gov.br/api/v2/error/CobOperacaoInvalida","title":"Cobrança inválida.","status":400,"detail":"A requisição que busca criar uma cobrança não respeita o schema.","violacoes":[{"razao":"Use ponto e duas casas decimais.","propriedade":"cob.valor.original"}]}`))
		},
		"typo": func() *Tape {
			return New(live).Add(10, cob).Add(2, Call{Path: "/pix/v2/cobs", Status: 404, Answer: `{"title":"Not Found","status":404}`}).Add(10, cob)
		},
		"no-balance": func() *Tape {
			pay := Call{Path: "/banking/v2/pix", Body: `{"valor":"%d.00","destinatario":{"chave":"+5511987654321"}}`, Status: 200, Answer: `{"endToEndId":"E%d"}`}
			return New(live).Mix(30, 6, pay, but(pay, 422, `{"codigo":"PIX-0017","mensagem":"Saldo insuficiente para a operação"}`))
		},
	}
}

func connections() map[string]func() *Tape {
	return map[string]func() *Tape{
		"expired-certificate": func() *Tape {
			return New(live).Add(6, cob).Add(4, lost(cob, "net::ERR_CERT_DATE_INVALID", time.Second))
		},
		"certificate-of-another-host": func() *Tape {
			return New(live).Add(3, lost(cob, "net::ERR_CERT_COMMON_NAME_INVALID", time.Second))
		},
		"client-certificate-demanded": func() *Tape {
			return New(live).Add(3, lost(cob, "net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED", time.Second))
		},
		"no-name": func() *Tape {
			return New(live).Add(8, cob).Add(6, lost(cob, "net::ERR_NAME_NOT_RESOLVED", 40*time.Millisecond))
		},
		"connection-refused": func() *Tape {
			return New(live).Add(5, lost(registro, "net::ERR_CONNECTION_REFUSED", 20*time.Millisecond))
		},
		"resets": func() *Tape {
			return New(live).Every(10*time.Second).Mix(200, 20, cob, lost(cob, "net::ERR_CONNECTION_RESET", time.Second))
		},
		"timeouts": func() *Tape { return New(live).Mix(72, 6, cob, lost(cob, "net::ERR_TIMED_OUT", 30*time.Second)) },
		"gateway-timeouts": func() *Tape {
			return New(live).Mix(72, 6, extrato, taking(but(extrato, 504, `{"title":"Gateway Timeout","status":504}`), 29*time.Second))
		},
		"always-slow": func() *Tape {
			return New(live).Every(40*time.Second).Mix(72, 6, taking(extrato, 25*time.Second), lost(extrato, "net::ERR_TIMED_OUT", 30*time.Second))
		},
		"app-left": func() *Tape {
			return New(live).Add(12, extrato).Add(3, lost(extrato, "net::ERR_ABORTED", 2*time.Second))
		},
		"broken-off": func() *Tape {
			half := but(extrato, 200, `{"transacoes":[{"tipo":"PIX","va`)
			half.Err = "net::ERR_INCOMPLETE_CHUNKED_ENCODING"
			return New(live).Add(12, extrato).Add(4, half)
		},
	}
}

func bodies() map[string]func() *Tape {
	return map[string]func() *Tape{
		"error-in-200": func() *Tape {
			return New(live).Mix(30, 5, cob, but(cob, 200, `{"sucesso":false,"codigo":"PIX-0042","mensagem":"Falha ao processar a cobrança, tente novamente"}`))
		},
		"graphql": func() *Tape {
			ask := Call{Path: "/graphql", Body: `{"operationName":"Saldo","query":"query Saldo { conta(id: %d) { saldo } }"}`, Status: 200, Answer: `{"data":{"conta":{"saldo":"10.00"}}}`}
			return New(live).Add(10, ask).Add(3, but(ask, 200, `{"data":{"conta":{"saldo":null}},"errors":[{"message":"Razão indisponível","path":["conta","saldo"],"extensions":{"code":"LEDGER_DOWN"}}]}`))
		},
		"soap-fault": func() *Tape {
			soap := Call{Path: "/ws/cobranca", Header: []string{"SOAPAction", `"registrarBoleto"`}, Status: 200, Type: "text/xml; charset=utf-8",
				Body:   `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><registrarBoleto><nossoNumero>%d</nossoNumero></registrarBoleto></soapenv:Body></soapenv:Envelope>`,
				Answer: `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><ok/></soapenv:Body></soapenv:Envelope>`}
			fault := but(soap, 500, `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>Serviço de registro fora do ar</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>`)
			fault.Type = soap.Type
			return New(live).Add(6, soap).Add(5, fault)
		},
		"page-for-json": func() *Tape {
			page := but(extrato, 200, "<!DOCTYPE html><html><head><title>Manutenção</title></head><body><h1>Voltamos já</h1></body></html>")
			page.Type = "text/html"
			return New(live).Add(12, extrato).Add(5, page)
		},
		"json-that-is-none": func() *Tape {
			return New(live).Add(12, extrato).Add(3, but(extrato, 200, `{"transacoes":[{"tipo":"PIX","valor":"10.00"},]}`))
		},
		"personal-data": func() *Tape {
			c := Call{Method: "PATCH", Path: "/cadastro/v1/clientes/52998224725", Status: 500,
				Body:   `{"nome":"Maria Quitéria de Jesus","cpf":"529.982.247-25","email":"maria.quiteria@example.com","telefone":"+55 11 98765-4321","endereco":{"logradouro":"Rua das Flores, 10","cep":"01310-100"}}`,
				Answer: `{"codigo":"CAD-500","mensagem":"Falha ao atualizar o cliente 529.982.247-25"}`}
			return New(live).Add(4, c)
		},
		"hostile": func() *Tape {
			nasty := "<script>alert(1)</script>\n# x\n```\n$(reboot) `id` ![](http://evil.example/x) [a](javascript:b) \u202e\u2028\x1b[31m -o /etc/passwd @/etc/passwd 'x' \"y\" %0a {{host}}"
			c := Call{Method: "POST", Path: "/v1/x?q=$(id)&r='%22`&s={a,b}[1-9]&t=-o", Header: []string{"X-Nota", "'; rm -rf ~; '", "X-Arquivo", "@/etc/passwd"}, Status: 500, Type: "text/plain"}
			c.Body, c.Answer, c.Answered = `{"nota":"`+"$(touch pwned) `touch pwned` ' \\\" \\n @/etc/passwd %d"+`"}`, nasty, []string{"X-Request-Id", "<img src=x onerror=y>", "X-Msg", nasty}
			return New(live).Add(3, c)
		},
	}
}

func senders() map[string]func() *Tape {
	failing := func(agent ...string) Call {
		c := but(extrato, 500, `{"codigo":"EXT-1","mensagem":"Erro interno"}`, "X-Request-Id", "req-8f-e9")
		c.Bare, c.Header = true, slices.Concat(agent, []string{"Authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJsb2phIn0.c2lnbmF0dXJl"})
		return c
	}
	return map[string]func() *Tape{
		"android-app": func() *Tape {
			return New(live).Add(4, failing("User-Agent", "BancoExemplo/4.12.1 (Android 15; Pixel 8) okhttp/4.12.0"))
		},
		"browser": func() *Tape {
			c := failing("User-Agent", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
				"sec-ch-ua", `"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"`, "sec-ch-ua-platform", `"Windows"`, "sec-ch-ua-mobile", "?0", "Origin", "https://app.loja.com.br", "Referer", "https://app.loja.com.br/extrato")
			return New(live).Add(4, c)
		},
		"go-service": func() *Tape { return New(live).Add(4, failing("User-Agent", "Go-http-client/2.0")) },
		"python-script": func() *Tape {
			return New(sandbox).Add(4, failing("User-Agent", "python-requests/2.32.3"))
		},
		"call-chain": func() *Tape {
			charge := Call{Path: "/v1/charges", Body: `{"amount":"%d.00","customer":{"cpf":"52998224725"}}`, Status: 201, Answer: `{"data":{"id":"chg_7f3a9b21c0","status":"authorized"}}`, Bare: true,
				Header: []string{"User-Agent", "axios/1.7.9", "Authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJsb2phIn0.c2lnbmF0dX1000"}}
			capture := charge
			capture.Path, capture.Body = "/v1/charges/chg_7f3a9b21c0/capture", `{"amount":"10.00"}`
			ask := token
			ask.Body, ask.Header = `{"grant_type":"client_credentials","client_id":"loja","client_secret":"s3gr3d0-muito-longo"}`, []string{"User-Agent", "axios/1.7.9"}
			return New(live).Add(1, ask, charge, extrato, but(capture, 500, `{"code":"CAPTURE_FAILED","message":"Ledger did not answer"}`, "X-Request-Id", "req-cap-1"))
		},
		"retries": func() *Tape {
			once := cob
			once.Body, once.Header = `{"valor":{"original":"10.50"},"chave":"loja@exemplo.com.br"}`, []string{"Idempotency-Key", "0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"}
			return New(live).Add(6, cob).Add(4, but(once, 503, `{"mensagem":"Tente novamente"}`, "Retry-After", "2"))
		},
	}
}

func times() map[string]func() *Tape {
	return map[string]func() *Tape{
		"spike": func() *Tape {
			return New(live).Every(2*time.Minute).Mix(150, 50, cob, down(cob)).Every(20*time.Second).Mix(100, 4, cob, down(cob))
		},
		"twice-a-day": func() *Tape { return New(live).Every(12*time.Hour).Add(4, registro).Add(8, down(registro)) },
		"days": func() *Tape {
			return New(live).Every(40*time.Minute).Mix(120, 6, extrato, but(extrato, 500, `{"codigo":"EXT-1","mensagem":"Erro interno"}`))
		},
		"night-batch": func() *Tape {
			return New(live).Every(300*time.Millisecond).Add(40, registro).Wait(24*time.Hour).Add(60, but(registro, 500, `{"erro":"Falha inesperada"}`))
		},
	}
}
