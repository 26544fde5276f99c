package desk

import (
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/proxy"
)

// hostile is what a vendor or an app could send to whoever reads it.
const hostile = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">" +
	"</pre></article><form action=//evil.example><style>*{display:none}</style>\x1b[31m\u202egnp.exe `x` ```\n[a](javascript:document.title='taken')\xff"

// samples are the drafts of the tests, the latest first.
func samples() []draft.Draft {
	return []draft.Draft{unavailable(), expired(), refusedPix(), unauthorized(), hostileDraft()}
}

// sample is a draft around one failure.
func sample(f capture.Failure, env draft.Environment, severity draft.Severity, label, title string) draft.Draft {
	category := "TI - Operacional em Produção"
	if env == draft.Staging {
		category = "TI - Integração"
	}
	return draft.Draft{
		ID: "d-" + f.ID, Fingerprint: "1:" + f.ID, Title: title, State: draft.StateNew, Category: category, SeverityLabel: label,
		Environment: draft.Suggestion[draft.Environment]{Value: env, Reasons: []capture.Reason{{Key: "environment of " + f.Host}}},
		Severity:    draft.Suggestion[draft.Severity]{Value: severity, Reasons: f.Reasons},
		Evidence: draft.Evidence{
			Group: capture.Group{
				Fingerprint: f.Fingerprint, Host: f.Host, Endpoint: f.Endpoint, Method: f.Exchange.Request.Method, Kind: f.Kind,
				Status: f.Status(), Count: 1, FirstSeen: f.Time, LastSeen: f.Time, FirstID: f.ID, LastID: f.ID,
			},
			First: &f, Last: &f, RequestIDs: f.RequestIDs,
		},
		Checklist: []draft.Item{
			{Item: "title", Required: true, State: draft.Filled, Value: title},
			{Item: "time", Required: true, State: draft.Filled, Value: "23/11/2026 11:58:20"},
			{Item: "steps", Required: true, State: draft.Filled, Value: "curl"},
			{Item: "media", Required: true, State: draft.Missing},
			{Item: "device", State: draft.Filled, Value: "axios/1.7.9"},
			{Item: "endpoint", State: draft.Filled, Value: f.Endpoint},
			{Item: "request", State: draft.Filled, Value: f.Exchange.Request.Method},
			{Item: "country", State: draft.Missing},
			{Item: "response", State: draft.NotApplicable},
		},
	}
}

// failing is a failure of a call with an answer, or without one where status is 0.
func failing(id string, past time.Duration, method, host, path string, status int, body string) capture.Failure {
	f := capture.Failure{
		ID: id, Time: noon.Add(-past), Kind: capture.KindHTTPStatus, Host: host, Endpoint: method + " " + host + path, Fingerprint: "1:" + id,
		RequestIDs: []string{"7f3c9a52-" + id}, Origin: capture.Origin{Country: "BR", Source: capture.SourceSetting},
		Redactions: []capture.Redaction{{Where: "request.header.Authorization", Kind: "credential", Rule: "authorization"}},
		Exchange: proxy.Exchange{
			ID: id, Start: noon.Add(-past), Client: client,
			Request: proxy.Request{
				Method: method, URL: "https://" + host + path, Proto: "HTTP/1.1",
				Header: proxy.Fields{
					{Name: "Host", Value: host}, {Name: "Authorization", Value: "Bearer <token>"}, {Name: "Content-Type", Value: "application/json"},
					{Name: "Idempotency-Key", Value: "b7d1c0de-51f2-4a6e-9a55-0f3f7b9a4c11"}, {Name: "User-Agent", Value: "axios/1.7.9"},
				},
				Body: bodyWith("{\n  \"valor\": \"150.00\",\n  \"chave\": \"<pix_key>\",\n  \"descricao\": \"Fatura 8842\"\n}"),
			},
			Phases:   proxy.Phases{DNS: 3 * time.Millisecond, Connect: 11 * time.Millisecond, TLS: 24 * time.Millisecond, Send: time.Millisecond, Wait: 412 * time.Millisecond, Receive: 2 * time.Millisecond, Total: 453 * time.Millisecond},
			Upstream: proxy.Upstream{Addr: "203.0.113.20:443", TLSVersion: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ALPN: "http/1.1", CertSubject: "CN=" + host, CertIssuer: "CN=Example CA", CertNotAfter: noon.AddDate(0, 3, 0)},
		},
	}
	if status != 0 {
		f.Exchange.Response = &proxy.Response{
			Status: status, Proto: "HTTP/1.1", Body: bodyWith(body),
			Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Request-Id", Value: "7f3c9a52-" + id}, {Name: "Date", Value: "Mon, 23 Nov 2026 14:58:20 GMT"}},
		}
	}
	return f
}

func bodyWith(s string) proxy.Body {
	return proxy.Body{Data: []byte(s), Size: int64(len(s)), Complete: true}
}

func unavailable() draft.Draft {
	f := failing("k3f9qa2m", 100*time.Second, "POST", "api.banco.example", "/pix/v2/cob", 503, "{\n  \"codigo\": \"SPI-503\",\n  \"mensagem\": \"Serviço temporariamente indisponível\"\n}")
	f.Reasons = []capture.Reason{{Key: "judge.status", Args: map[string]string{"status": "503", "phrase": "Service Unavailable"}}}
	f.Vendor = capture.Vendor{Code: "SPI-503", Message: "Serviço temporariamente indisponível"}
	d := sample(f, draft.Production, draft.High, "Alto", "POST /pix/v2/cob responde 503: SPI-503 Serviço temporariamente indisponível")
	first := failing("k3f9first", 50*time.Minute, "POST", "api.banco.example", "/pix/v2/cob", 503, "{}")
	first.Reasons = f.Reasons
	d.Evidence.First, d.Evidence.Group.FirstSeen, d.Evidence.Group.Count = &first, first.Time, 1284
	return d
}

func expired() draft.Draft {
	f := failing("tls0cert", 9*time.Minute, "GET", "pix.banco.example", "/v2/dict/entries", 0, "")
	f.Kind, f.Exchange.Err = capture.KindTLS, &proxy.Error{Type: "tls_certificate_error", Phase: proxy.PhaseTLS, Text: "certificate has expired on 2026-11-22T23:59:59Z"}
	f.Exchange.Upstream.TLSVersion = ""
	f.Exchange.Phases = proxy.Phases{DNS: 2 * time.Millisecond, Connect: 10 * time.Millisecond, TLS: 31 * time.Millisecond, Total: 44 * time.Millisecond}
	f.Reasons = []capture.Reason{{Key: "judge.tls", Args: map[string]string{"type": "tls_certificate_error", "phase": "tls", "text": "certificate has expired"}}}
	d := sample(f, draft.Production, draft.Critical, "Crítico", "GET /v2/dict/entries sem resposta: o certificado do servidor expirou")
	d.Evidence.Group.Count = 37
	return d
}

func refusedPix() draft.Draft {
	f := failing("val1dade", 3*time.Hour, "POST", "api.sandbox.banco.example", "/boletos/v1/registros", 422, `{"type":"about:blank","title":"Vencimento inválido","status":422}`)
	f.Reasons = []capture.Reason{{Key: "judge.status", Args: map[string]string{"status": "422", "phrase": "Unprocessable Content"}}}
	f.Vendor = capture.Vendor{Message: "Vencimento inválido"}
	d := sample(f, draft.Staging, draft.Low, "Baixo", "POST /boletos/v1/registros responde 422: Vencimento inválido")
	d.State = draft.StateExported
	d.Receipts = []draft.Receipt{{ID: "r-0", DraftID: d.ID, Portal: "banco", State: draft.ReceiptSent, Ticket: "4711", URL: "https://suporte.banco.example/Ticket/Display.html?id=4711", Time: noon.Add(-time.Hour)}}
	return d
}

func unauthorized() draft.Draft {
	f := failing("auth0401", 26*time.Hour, "GET", "api.hml.banco.example", "/contas/v3/saldo", 401, `{"error":"invalid_token"}`)
	f.Reasons = []capture.Reason{{Key: "judge.status", Args: map[string]string{"status": "401", "phrase": "Unauthorized"}}}
	f.Vendor = capture.Vendor{Code: "invalid_token"}
	d := sample(f, draft.Staging, draft.Medium, "Médio", "GET /contas/v3/saldo responde 401: invalid_token")
	for i := range d.Checklist {
		d.Checklist[i].State = draft.Filled
	}
	return d
}

// hostileDraft has the hostile text wherever a stranger's text can be.
func hostileDraft() draft.Draft {
	f := failing("h0st1le0", 5*24*time.Hour, "GET", "api.banco.example", "/x", 500, hostile)
	f.Reasons = []capture.Reason{{Key: "judge.status", Args: map[string]string{"status": "500", "phrase": hostile}}}
	f.RequestIDs = []string{hostile}
	f.Endpoint += hostile
	f.Vendor = capture.Vendor{Code: hostile, Message: hostile}
	x := &f.Exchange
	x.Request.Method, x.Request.URL, x.Request.Body = "G<b>ET", x.Request.URL+hostile, bodyWith(hostile)
	x.Request.Header = append(x.Request.Header, proxy.Field{Name: "X-" + hostile, Value: hostile})
	x.Response.Reason, x.Response.Body.Err = hostile, hostile
	x.Response.Header = append(x.Response.Header, proxy.Field{Name: "Location", Value: "javascript:document.title='taken'"}, proxy.Field{Name: hostile, Value: hostile})
	x.Upstream.CertSubject, x.Upstream.CertIssuer, x.Upstream.ALPN = hostile, hostile, hostile
	d := sample(f, draft.Production, draft.Medium, "Médio", "GET /x responde 500: "+strings.ReplaceAll(hostile, "\n", " "))
	d.Receipts = []draft.Receipt{{ID: "r-9", DraftID: d.ID, Portal: "banco", State: draft.ReceiptFailed, Ticket: hostile, URL: "javascript:document.title='taken'", Error: hostile, Dropped: []string{hostile}, Time: noon}}
	return d
}
