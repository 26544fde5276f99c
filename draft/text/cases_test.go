package text_test

import (
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// situation is what a ticket is made of.
type situation struct {
	evidence draft.Evidence
	by       compose.Decisions
	// phone is that of those on duty, from the configuration.
	phone string
	// manual is what a person wrote in place of evidence.
	manual *draft.Manual
	// kept is what the book of drafts adds.
	kept func(*draft.Draft)
}

func (s situation) draft(t testing.TB, lang draft.Lang) draft.Draft {
	t.Helper()
	o := options(t, lang)
	settings := compose.Settings{Profile: o.Profile, Lang: lang, Zone: o.Zone, Phone: s.phone}
	const id = "d-k3f9qa2m"
	var d draft.Draft
	if s.manual != nil {
		d = compose.Manual(id, "manual:k3f9qa2m", *s.manual, s.by, settings)
	} else {
		d = compose.Decided(id, s.evidence, s.by, settings)
	}
	if s.kept != nil {
		s.kept(&d)
	}
	return d
}

// forms are all that a draft is written as.
func forms(t testing.TB, d draft.Draft, o text.Options) map[string]string {
	t.Helper()
	fragment, err := text.HTML(d, o)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"ticket.md": text.Markdown(d, o), "ticket.html": fragment, "ticket.txt": text.Plain(d, o), "draft.json": object(t, d, o),
	}
}

// cases are the situations whose tickets are kept under testdata/draft.
func cases() map[string]situation {
	all := map[string]situation{}
	for name, e := range situations() {
		all[name] = situation{evidence: e}
	}
	for name, e := range answers() {
		all[name] = situation{evidence: e}
	}
	for name, e := range transports() {
		all[name] = situation{evidence: e}
	}
	for name, s := range decided() {
		all[name] = s
	}
	return all
}

// said is a failing call with an answer, and what was concluded of it.
func said(kind capture.Kind, status int, mediaType, content string, vendor capture.Vendor, reasons ...capture.Reason) *capture.Failure {
	f := answered(charge(), status, "", mediaType, content)
	f.Kind, f.Vendor, f.Reasons = kind, vendor, reasons
	return f
}

func because(key string, pairs ...string) capture.Reason {
	r := capture.Reason{Key: key, Args: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		r.Args[pairs[i]] = pairs[i+1]
	}
	return r
}

// elsewhere moves a call to another host and path.
func elsewhere(f *capture.Failure, method, host, path, body string) *capture.Failure {
	r := &f.Exchange.Request
	f.Host, f.Endpoint = host, method+" "+host+path
	r.Method, r.URL, r.Header[0].Value = method, "https://"+host+path, host
	r.Body = proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}
	return f
}

// answers are calls that came back with something wrong.
func answers() map[string]draft.Evidence {
	limited := said(capture.KindHTTPStatus, 429, "application/json", `{"error":{"code":"too_many_requests","message":"Too Many Requests"}}`,
		capture.Vendor{Code: "too_many_requests", Message: "Too Many Requests"})
	limited.Exchange.Response.Header = append(limited.Exchange.Response.Header, proxy.Field{Name: "Retry-After", Value: "30"})
	gateway := said(capture.KindHTTPStatus, 504, "text/html", "<html><head><title>504 Gateway Time-out</title></head></html>", capture.Vendor{Message: "Gateway Timeout"})
	gateway.Exchange.Phases.Wait, gateway.Exchange.Phases.Total = 29e9, 29e9+44e6
	gone := counted(many(gateway, 14, 6*time.Minute), 90, at.Add(-7*time.Minute))
	gone.Figures.Latency = draft.Latency{Calls: 76, P50: 180e6, P99: 900e6, Failures: 29e9}
	slow := said(capture.KindSlow, 200, "application/json", `{"id":"87","status":"paid"}`, capture.Vendor{}, because("judge.slow", "seconds", "9.4", "usual", "0.2"))
	slow.Exchange.Phases.Wait, slow.Exchange.Phases.Total = 9400e6, 9450e6
	grpc := elsewhere(said(capture.KindBodyError, 200, "application/grpc", "", capture.Vendor{Code: "UNAVAILABLE", Message: "connection pool exhausted"}, because("judge.body.grpc")),
		"POST", "grpc.bank.example", "/bank.v1.Pix/Create", "\x00\x00\x00\x00\x05\x0a\x03abc")
	grpc.Exchange.Request.Header[4].Value = "application/grpc"
	grpc.Exchange.Response.Trailer = proxy.Fields{{Name: "grpc-status", Value: "14"}, {Name: "grpc-message", Value: "connection pool exhausted"}}
	exposed := once(said(capture.KindHTTPStatus, 500, "text/plain", "java.lang.IllegalStateException: pool\n\tat example.Pool.take(Pool.java:41)\n\tat example.Pix.create(Pix.java:87)\n",
		capture.Vendor{Message: "java.lang.IllegalStateException: pool"}))
	exposed.Exposed = []capture.Reason{because("expose.stack_trace")}
	staging := elsewhere(unavailable(), "POST", "api-hml.bank.example", "/v1/charges", `{"amount":"150.00"}`)
	return map[string]draft.Evidence{
		"rate-limited":    counted(many(limited, 40, 10*time.Minute), 300, at.Add(-time.Minute)),
		"gateway-timeout": gone,
		"slow":            counted(many(slow, 6, 20*time.Minute), 60, at.Add(-time.Minute)),
		"grpc-status":     many(grpc, 5, 2*time.Minute),
		"exposure":        exposed,
		"staging-down":    counted(many(staging, 20, 30*time.Minute), 20, time.Time{}),
		"invalid-json": once(said(capture.KindTruncated, 200, "application/json", `{"charges":[{"id":"87",]}`, capture.Vendor{},
			because("judge.unreadable", "what", "json", "type", "application/json"))),
		"body-error": many(said(capture.KindBodyError, 200, "application/json", `{"sucesso":false,"codigo":"PIX-0042","mensagem":"Chave não encontrada no DICT"}`,
			capture.Vendor{Code: "PIX-0042", Message: "Chave não encontrada no DICT"}, because("judge.rule", "rule", "sucesso")), 3, 5*time.Minute),
		"graphql-partial": once(elsewhere(said(capture.KindBodyError, 200, "application/json",
			`{"data":{"account":{"balance":null}},"errors":[{"message":"Upstream ledger unavailable","path":["account","balance"],"extensions":{"code":"LEDGER_DOWN"}}]}`,
			capture.Vendor{Code: "LEDGER_DOWN", Message: "Upstream ledger unavailable"}, because("judge.body.graphql")),
			"POST", "api.bank.example", "/graphql", `{"query":"{ account(id: 7) { balance } }"}`)),
		"contract": many(said(capture.KindContract, 200, "application/json", `{"id":87,"valor":"150.00"}`, capture.Vendor{},
			because("judge.contract", "contract", "pix", "side", "response", "where", "response.body/id", "rule", "type"),
			because("judge.contract", "contract", "pix", "side", "response", "where", "response.body/status", "rule", "required")), 8, time.Hour),
		"violacoes": once(said(capture.KindHTTPStatus, 400, "application/problem+json",
			`{"type":"https://bank.example/pix/error/CobOperacaoInvalida","title":"Cobrança inválida.","status":400,"detail":"Um campo tem o formato errado.",`+
				`"violacoes":[{"razao":"Use ponto e duas casas decimais.","propriedade":"cob.valor.original"}]}`,
			capture.Vendor{Code: "CobOperacaoInvalida", Message: "Cobrança inválida. Um campo tem o formato errado."})),
		"long-spell": longSpell(),
		"of-a-team":  ofATeam(),
	}
}

// ofATeam was caught by several proxies.
func ofATeam() draft.Evidence {
	e := counted(many(unavailable(), 90, 40*time.Minute), 700, at.Add(-time.Minute))
	e.Group.Origins = []capture.OriginCount{
		{ID: "o-1", Machine: "loja-api-1", App: "loja", Country: "BR", Count: 71, FirstSeen: at.Add(-40 * time.Minute), LastSeen: at},
		{ID: "o-2", Machine: "cobranca-7", App: "", Country: "BR", Count: 12, FirstSeen: at.Add(-31 * time.Minute), LastSeen: at.Add(-2 * time.Minute)},
		{ID: "o-3", Machine: "caja-ar", App: "caja*_<b>", Country: "AR", Count: 7, FirstSeen: at.Add(-20 * time.Minute), LastSeen: at.Add(-9 * time.Minute)},
	}
	return e
}

// longSpell fails for hours, most in one of them.
func longSpell() draft.Evidence {
	e := counted(many(unavailable(), 380, 9*time.Hour), 220, at.Add(-3*time.Minute))
	e.Step = time.Minute
	for i := range 120 {
		e.Timeline = append(e.Timeline, draft.Count{Start: e.First.Time.Truncate(time.Minute).Add(time.Duration(i) * 4 * time.Minute), Failures: int64(1 + i%7)})
	}
	e.Timeline[40].Failures = 31
	e.Timeline = append(e.Timeline, draft.Count{Start: at.Truncate(time.Minute), Failures: 1})
	return e
}

// transports are calls without an answer, and those that people gave up.
func transports() map[string]draft.Evidence {
	mutual := unanswered(charge(), capture.KindTLS, proxy.Error{Type: "tls_alert_received", Phase: proxy.PhaseTLS, Text: "remote error: tls: certificate required"})
	name := unanswered(charge(), capture.KindTransport, proxy.Error{Type: "dns_error", Phase: proxy.PhaseDNS, Text: "lookup api.bank.example: no such host"})
	name.Exchange.Upstream, name.Exchange.Phases = proxy.Upstream{}, proxy.Phases{DNS: 31e6, Total: 31e6}
	left := charge()
	left.Kind, left.Exchange.Aborted = capture.KindClientAbort, true
	left.Reasons = []capture.Reason{because("judge.client_abort", "seconds", "1.2")}
	left.Exchange.Phases = proxy.Phases{Send: 200e3, Total: 1200e6}
	return map[string]draft.Evidence{
		"mtls-demanded": many(mutual, 3, 30*time.Second),
		"dns-failure":   many(name, 5, time.Minute),
		"client-abort":  once(left),
		"host-outage":   outage(),
		"lost-access":   lostAccess(),
		"call-chain":    once(chained()),
		"retry-chain":   once(retried()),
		"good-then-bad": goodThenBad(),
		"merged":        merged(),
	}
}

func outage() draft.Evidence {
	e := counted(many(unavailable(), 64, 12*time.Minute), 64, time.Time{})
	e.Group.Method, e.Group.Endpoint, e.Group.VendorCode = "", e.Group.Host+"/*", ""
	e.Figures.Endpoints = nil
	for _, m := range []capture.Member{{Endpoint: "POST api.bank.example/v1/charges", Count: 40}, {Endpoint: "GET api.bank.example/v1/charges/{id}", Count: 18}, {Endpoint: "GET api.bank.example/v1/balance", Count: 6}} {
		e.Group.Members = append(e.Group.Members, m)
		tally := draft.Tally{Total: m.Count, Failing: m.Count, Faults: m.Count, FailingSince: m.Count, FaultsSince: m.Count, LastFailing: at}
		e.Figures.Endpoints = append(e.Figures.Endpoints, draft.EndpointTally{Endpoint: m.Endpoint, Tally: tally})
	}
	e.Step = time.Minute
	for i := range 13 {
		e.Timeline = append(e.Timeline, draft.Count{Start: e.First.Time.Truncate(time.Minute).Add(time.Duration(i) * time.Minute), Failures: int64(3 + i%4)})
	}
	return e
}

func lostAccess() draft.Evidence {
	e := counted(many(unauthorized(), 30, 15*time.Minute), 200, at.Add(-16*time.Minute))
	e.Figures.Credential = at.Add(-16 * time.Minute)
	return e
}

// before is a call that went ahead of a failure.
func before(id, method, url, content string, status int, answer string, links ...capture.Link) capture.Call {
	x := proxy.Exchange{ID: id, Start: at.Add(-time.Minute), Request: proxy.Request{Method: method, URL: url, Proto: "HTTP/1.1",
		Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, Body: body(content)}}
	x.Response = &proxy.Response{Status: status, Proto: "HTTP/1.1", Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, Body: body(answer)}
	return capture.Call{Exchange: x, Failing: status >= 400, Links: links}
}

func chained() *capture.Failure {
	f := elsewhere(unavailable(), "POST", "api.bank.example", "/v1/charges/chg_7f3a9b/capture", `{"amount":"150.00"}`)
	f.Endpoint = "POST api.bank.example/v1/charges/{id}/capture"
	f.Exchange.Request.Header[3].Value = "Bearer <token:6fnabapd>"
	f.Before = []capture.Call{
		before("1", "POST", "https://api.bank.example/oauth/token", `{"client_id":"loja","client_secret":"<secret:qqqqaaaa>"}`, 200, `{"access_token":"<token:6fnabapd>"}`,
			capture.Link{From: "response.body/access_token", To: "request.header.Authorization", ToID: f.ID}),
		before("2", "POST", "https://api.bank.example/v1/charges", `{"amount":"150.00"}`, 201, `{"id":"chg_7f3a9b"}`,
			capture.Link{From: "response.body/id", To: "request.url.path/2", ToID: f.ID}),
	}
	return f
}

func retried() *capture.Failure {
	f := unavailable()
	f.Chain, f.Attempt = "01KAQ8N3S5ZJ4X9T7W2B6V1C00", 4
	return f
}

func goodThenBad() draft.Evidence {
	e := many(unavailable(), 2, 5*time.Minute)
	good := unavailable().Exchange
	good.Start = at.Add(-20 * time.Minute)
	good.Response = &proxy.Response{Status: 201, Proto: "HTTP/1.1", Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}, {Name: "Server", Value: "gateway/2"}},
		Body: body(`{"id":"86","amount":"150.00","links":{"self":"/v1/charges/86"}}`)}
	good.Upstream.Addr = "198.51.100.19:443"
	e.Good = &good
	return e
}

func merged() draft.Evidence {
	e := many(unavailable(), 5, 10*time.Minute)
	other := many(elsewhere(unavailable(), "GET", "api.bank.example", "/v1/balance", ""), 3, 14*time.Minute)
	e.Merged = []draft.Evidence{other}
	return e
}

// decided are drafts of which people or portals decided something.
func decided() map[string]situation {
	pick := func(value, against string) draft.Choice {
		return draft.Choice{Value: value, By: "ana", At: at.Add(time.Hour), Suggested: against}
	}
	repeated := many(unavailable(), 12, 95*time.Minute)
	printed := draft.Attachment{ID: "a1", DraftID: "d-k3f9qa2m", Name: "tela.png", MediaType: "image/png", Size: 48211, Digest: "9f2c", Width: 1280, Height: 720,
		Added: at.Add(time.Hour), By: "ana", Checked: true, CheckedBy: "ana"}
	receipt := draft.Receipt{ID: "r1", DraftID: "d-k3f9qa2m", Portal: "banco", State: draft.ReceiptSent, Ticket: "48213", URL: "https://suporte.bank.example/t/48213", Time: at.Add(2 * time.Hour), Who: "ana", Told: 12}
	return map[string]situation{
		"person-chose": {evidence: repeated, by: compose.Decisions{Choices: map[draft.Field]draft.Choice{
			draft.FieldTitle: pick("Pix parado desde as 20h27", ""), draft.FieldSeverity: pick("critical", "medium"),
			draft.FieldDescription: pick("Nenhuma cobrança é criada.\nAfeta todas as lojas.", ""), draft.FieldExpected: pick("201 com o id da cobrança", ""),
		}}, phone: "+55 11 4000-0000"},
		"on-call-done": {evidence: many(expiredCertificate(), 4, 10*time.Minute), phone: "+55 11 4000-0000",
			by: compose.Decisions{Calls: []draft.Call{{By: "ana", Whom: "plantão", At: at.Add(10 * time.Minute)}}}},
		"on-call-due": {evidence: many(expiredCertificate(), 4, 10*time.Minute), phone: "+55 11 4000-0000"},
		"regressed":   {evidence: repeated, kept: func(d *draft.Draft) { d.State, d.ResolvedAt = draft.StateRegressed, at.Add(-time.Hour) }},
		"exported":    {evidence: repeated, kept: func(d *draft.Draft) { d.State, d.Receipts = draft.StateExported, []draft.Receipt{receipt} }},
		"prints":      {evidence: once(unavailable()), by: compose.Decisions{Attachments: []draft.Attachment{printed}}},
		"question": {manual: &draft.Manual{Title: "Qual é o limite de requisições por minuto?", Kind: draft.Question,
			Text: "Vamos dobrar o volume em dezembro.\nPrecisamos pedir aumento?"}},
		"reported": {manual: &draft.Manual{Title: "Comprovante sai sem o nome do recebedor", Kind: draft.Problem, Environment: draft.Production, Text: "Visto em três comprovantes."},
			by: compose.Decisions{Choices: map[draft.Field]draft.Choice{draft.FieldSteps: pick("Gerar um Pix\nBaixar o comprovante", "")}}},
	}
}
