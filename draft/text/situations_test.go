package text_test

import (
	"bytes"
	"compress/gzip"
	"net/netip"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the zone must be there on any machine

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/profile"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// at is the moment of the latest failure in every situation.
var at = time.Date(2026, 11, 23, 1, 2, 3, 45e6, time.UTC)

func saoPaulo(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func options(t testing.TB, lang draft.Lang) text.Options {
	t.Helper()
	p, err := profile.Default()
	if err != nil {
		t.Fatal(err)
	}
	return text.Options{Profile: p, Lang: lang, Zone: saoPaulo(t)}
}

func composed(t testing.TB, e draft.Evidence, lang draft.Lang) draft.Draft {
	t.Helper()
	o := options(t, lang)
	return compose.Decided("d-k3f9qa2m", e, compose.Decisions{}, compose.Settings{Profile: o.Profile, Lang: lang, Zone: o.Zone})
}

func body(s string) proxy.Body {
	return proxy.Body{Data: []byte(s), Size: int64(len(s)), Complete: true}
}

func zipped(s string) proxy.Body {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(s)); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return body(out.String())
}

// charge is a failing creation of a charge, by a server in Brazil.
func charge() *capture.Failure {
	return &capture.Failure{
		ID: "01KAQ8N3S5ZJ4X9T7W2B6V1C0D", Time: at, Kind: capture.KindHTTPStatus,
		Host:        "api.bank.example",
		Endpoint:    "POST api.bank.example/v1/charges",
		Fingerprint: "v1:9f2c51d07ab3e846",
		Origin:      capture.Origin{Country: "BR", Source: capture.SourceEgress, Addr: "203.0.113.7"},
		Redactions:  []capture.Redaction{{Where: "request.header.Authorization", Kind: "credential", Rule: "header"}},
		Exchange: proxy.Exchange{
			ID: "01KAQ8N3S5ZJ4X9T7W2B6V1C0D", Start: at,
			Client: netip.MustParseAddrPort("127.0.0.1:50112"),
			Request: proxy.Request{
				Method: "POST", URL: "https://api.bank.example/v1/charges", Proto: "HTTP/1.1",
				Header: proxy.Fields{
					{Name: "Host", Value: "api.bank.example"},
					{Name: "User-Agent", Value: "axios/1.7.9"},
					{Name: "Accept", Value: "application/json"},
					{Name: "Authorization", Value: "REDACTED"},
					{Name: "Content-Type", Value: "application/json"},
					{Name: "Idempotency-Key", Value: "5f3a-77c1"},
				},
				Body: body(`{"amount":"150.00","currency":"BRL"}`),
			},
			Phases: proxy.Phases{DNS: 12e6, Connect: 9e6, TLS: 21e6, Send: 250e3, Wait: 1180e6, Receive: 2e6, Total: 1224e6},
			Upstream: proxy.Upstream{
				Addr: "198.51.100.20:443", TLSVersion: "TLS 1.3", Cipher: "TLS_AES_128_GCM_SHA256", ALPN: "http/1.1",
				CertSubject: "CN=api.bank.example", CertIssuer: "CN=Example Trust CA", CertNotAfter: at.AddDate(0, 3, 0),
			},
		},
	}
}

// answered gives f an answer with a JSON body.
func answered(f *capture.Failure, status int, reason, contentType, content string) *capture.Failure {
	f.Exchange.Response = &proxy.Response{
		Status: status, Reason: reason, Proto: "HTTP/1.1",
		Header: proxy.Fields{
			{Name: "Date", Value: "Mon, 23 Nov 2026 01:02:04 GMT"},
			{Name: "Content-Type", Value: contentType},
			{Name: "X-Request-Id", Value: "req-7d1e"},
		},
		Body: body(content),
	}
	f.RequestIDs = []string{"req-7d1e"}
	return f
}

// unanswered gives f a transport error in place of an answer.
func unanswered(f *capture.Failure, kind capture.Kind, err proxy.Error) *capture.Failure {
	f.Kind, f.Exchange.Err = kind, &err
	f.Exchange.Phases.Wait, f.Exchange.Phases.Receive = 0, 0
	return f
}

// once is the evidence of a single failure, many that of count like it.
func once(f *capture.Failure) draft.Evidence { return many(f, 1, 0) }

func many(f *capture.Failure, count int64, span time.Duration) draft.Evidence {
	first := f
	if count > 1 {
		earlier := *f
		earlier.ID, earlier.Time = "01KAQ8F0000000000000000000", f.Time.Add(-span)
		first = &earlier
	}
	return draft.Evidence{
		Group: capture.Group{
			Fingerprint: f.Fingerprint, Host: f.Host, Endpoint: f.Endpoint, Method: f.Exchange.Request.Method,
			Kind: f.Kind, Status: f.Status(), VendorCode: f.Vendor.Code, Count: count,
			FirstSeen: first.Time, LastSeen: f.Time, FirstID: first.ID, LastID: f.ID,
		},
		First: first, Last: f, RequestIDs: slices.Clone(f.RequestIDs),
	}
}

func unavailable() *capture.Failure {
	f := answered(charge(), 503, "Service Unavailable", "application/json; charset=utf-8",
		`{"codigo":"SRV-001","mensagem":"Serviço temporariamente indisponível"}`)
	f.Vendor = capture.Vendor{Code: "SRV-001", Message: "Serviço temporariamente indisponível"}
	f.Reasons = []capture.Reason{{Key: "judge.status", Args: map[string]string{"status": "503", "phrase": "Service Unavailable"}}}
	return f
}

// situations are the calls whose tickets are kept under testdata/draft.
func situations() map[string]draft.Evidence {
	repeated := many(unavailable(), 12, 95*time.Minute)
	repeated.RequestIDs = []string{"req-7d1e", "req-6c02", "req-51aa"}
	return map[string]draft.Evidence{
		"unavailable-once":    once(unavailable()),
		"unavailable-many":    repeated,
		"expired-certificate": many(expiredCertificate(), 4, 10*time.Minute),
		"connection-refused":  many(refused(), 2, 40*time.Second),
		"read-timeout":        once(timedOut()),
		"gave-up":             once(gaveUp()),
		"validation":          once(invalid()),
		"unauthorized":        many(unauthorized(), 3, 4*time.Second),
		"truncated":           once(truncated()),
		"hostile":             once(hostile()),
		"soap-latin1":         once(soapFault()),
		"binary":              once(image()),
		"big":                 once(big()),
	}
}

func expiredCertificate() *capture.Failure {
	f := unanswered(charge(), capture.KindTLS, proxy.Error{
		Type: "tls_certificate_error", Phase: proxy.PhaseTLS,
		Text: "x509: certificate has expired or is not yet valid",
	})
	f.Exchange.Upstream.CertNotAfter = at.AddDate(0, 0, -3)
	return f
}

func refused() *capture.Failure {
	f := unanswered(charge(), capture.KindTransport, proxy.Error{
		Type: "connection_refused", Phase: proxy.PhaseConnect, Text: "connect: connection refused",
	})
	f.Host, f.Endpoint = "sandbox.bank.example:8443", "GET sandbox.bank.example:8443/v1/balances/{id}"
	f.Exchange.Request.Method = "GET"
	f.Exchange.Request.URL = "https://sandbox.bank.example:8443/v1/balances/87?currency=BRL"
	f.Exchange.Request.Body = proxy.Body{Complete: true}
	f.Exchange.Upstream = proxy.Upstream{}
	f.Exchange.Phases = proxy.Phases{DNS: 4e6, Connect: 1e6, Total: 5e6}
	f.Origin = capture.Origin{Source: capture.SourceUnknown}
	return f
}

func timedOut() *capture.Failure {
	f := unanswered(charge(), capture.KindTimeout, proxy.Error{
		Type: "http_response_timeout", Phase: proxy.PhaseWait, Text: "no answer within 30s",
	})
	f.Exchange.Phases = proxy.Phases{Send: 200e3, Wait: 30e9, Total: 30e9 + 2e6}
	f.Exchange.Upstream.Reused = true
	return f
}

func gaveUp() *capture.Failure {
	f := charge()
	f.Kind, f.Exchange.Aborted = capture.KindTimeout, true
	f.Reasons = []capture.Reason{{Key: "judge.gave_up", Args: map[string]string{"seconds": "15"}}}
	f.Exchange.Phases = proxy.Phases{Send: 200e3, Total: 15e9}
	return f
}

func invalid() *capture.Failure {
	f := answered(charge(), 422, "Unprocessable Content", "application/problem+json",
		`{"type":"https://bank.example/problems/validation","title":"Dados inválidos","status":422,"code":"CHG-017",`+
			`"detail":"O campo amount deve ser um número","errors":[{"field":"amount","rule":"number"}]}`)
	f.Host, f.Endpoint = "api-hml.bank.example", "POST api-hml.bank.example/v1/charges"
	f.Exchange.Request.URL = "https://api-hml.bank.example/v1/charges"
	f.Exchange.Request.Header[0].Value = f.Host
	f.Vendor = capture.Vendor{Code: "CHG-017", Message: "O campo amount deve ser um número"}
	f.Exchange.Response.Body = zipped(string(f.Exchange.Response.Body.Data))
	f.Exchange.Response.Header = append(f.Exchange.Response.Header, proxy.Field{Name: "Content-Encoding", Value: "gzip"})
	return f
}

func unauthorized() *capture.Failure {
	f := answered(charge(), 401, "", "application/json", `{"error":"invalid_token"}`)
	f.Exchange.Response.Proto, f.Exchange.Request.Proto = "HTTP/2.0", "HTTP/2.0"
	f.Vendor = capture.Vendor{Code: "invalid_token"}
	f.Exchange.Request.Header[1].Value = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
	f.Origin = capture.Origin{Country: "BR", Source: capture.SourceSetting}
	return f
}

func truncated() *capture.Failure {
	f := answered(charge(), 200, "OK", "application/json", `{"charges":[{"id":"87","amou`)
	f.Kind = capture.KindTruncated
	f.Exchange.Response.Body.Complete = false
	f.Exchange.Response.Body.Err = "unexpected EOF"
	return f
}

// hostile has in every field what breaks out of Markdown, HTML, terminals or
// reading order.
func hostile() *capture.Failure {
	evil := "``` \x1b[31m</pre><script>alert(1)</script>\u202e [x](javascript:alert(1)) ![i](https://evil.example/p.png) @team #1 www.evil.example"
	f := answered(charge(), 500, "Oops\x1b[2J", "text/html", "<h1>Erro</h1>\r\n```\r\n````\r\n# not a heading\r\n"+evil+"\r\n<!--\x9b-->\r\n")
	f.Vendor = capture.Vendor{Code: "`1`", Message: "line 1\n# line 2 " + evil}
	f.RequestIDs = []string{evil}
	f.Endpoint = "POST api.bank.example/v1/`</code><b>x"
	f.Exchange.Request.Header[1].Value = "<img src=x onerror=alert(1)>"
	f.Exchange.Request.Header = append(f.Exchange.Request.Header, proxy.Field{Name: "X-Evil", Value: evil})
	f.Exchange.Request.Body = body("'; rm -rf / #\n```\n" + evil)
	f.Redactions = append(f.Redactions, capture.Redaction{Where: "response.body./" + evil, Kind: "token", Rule: "name"})
	f.Exchange.Upstream.CertSubject = evil
	return f
}

func soapFault() *capture.Failure {
	f := answered(charge(), 500, "Internal Server Error", "text/xml; charset=ISO-8859-1",
		"<soap:Fault><faultstring>Opera\xe7\xe3o n\xe3o permitida</faultstring></soap:Fault>")
	f.Vendor = capture.Vendor{Code: "soap:Server", Message: "Operação não permitida"}
	return f
}

func image() *capture.Failure {
	return answered(charge(), 502, "Bad Gateway", "image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00")
}

func big() *capture.Failure {
	f := answered(charge(), 500, "Internal Server Error", "text/plain", string(bytes.Repeat([]byte("0123456789abcdeé\n"), 700)))
	f.Exchange.Response.Body.Size, f.Exchange.Response.Body.Cut = 3<<20, true
	f.Exchange.Request.Body = body(`{"items":"` + string(bytes.Repeat([]byte("x"), 20<<10)) + `"}`)
	return f
}
