package fingerprint_test

import (
	"strings"
	"testing"

	"flagrante/capture"
	"flagrante/capture/fingerprint"
	"flagrante/proxy"
)

func TestEndpoint(t *testing.T) {
	m := fingerprint.New()
	for path, want := range map[string]string{
		"":                                      "/",
		"/":                                     "/",
		"/v1/charges/123":                       "/v1/charges/{id}",
		"/v1/charges/123?expand=x":              "/v1/charges/{id}",
		"/v2.1/pix":                             "/v2.1/pix",
		"/v1beta2/pix":                          "/v1beta2/pix",
		"/oauth2/token":                         "/oauth2/token",
		"/cob/7978c0c97ea847e78e8849634473c1f1": "/cob/{id}",
		"/cob/deadbeefdeadbeef":                 "/cob/{id}",
		"/jobs/56a81b":                          "/jobs/{id}",
		"/cob/facade":                           "/cob/facade",
		"/a/0190163d-8694-739b-aea5-966c26f8ad91/b": "/a/{id}/b",
		"/a/01ARZ3NDEKTSV4RRFFQ69G5FAV":             "/a/{id}",
		"/dia/2026-11-23":                           "/dia/{id}",
		"/pix/E12345678202009091221kkkkkkkkkkk":     "/pix/{id}",
		"/pix/E59":                                  "/pix/{id}",
		"/pix/E60746948a1/devolucao/D123456":        "/pix/{id}/devolucao/{id}",
		"/1/sales/77":                               "/1/sales/{id}",
		"/iptu/1.0/debitos/7":                       "/iptu/1.0/debitos/{id}",
		"/gateway/2.1.0/pix":                        "/gateway/2.1.0/pix",
		"/cotacao/1.5":                              "/cotacao/{id}",
		"/cambio/10.50/BRL":                         "/cambio/{id}/BRL",
		"/2010-04-01/Accounts/AC1a2B3c/Messages":    "/2010-04-01/Accounts/{id}/Messages",
		"/7":                                        "/{id}",
		"/chave/ana%40example.com":                  "/chave/{id}",
		"/cliente/123.456.789-09":                   "/cliente/{id}",
		"/cliente/12345678909":                      "/cliente/{id}",
		"/empresa/12ABC34501DE35":                   "/empresa/{id}",
		"/empresa/12.ABC.345%2F01DE-35":             "/empresa/{id}",
		"/fone/+5511987654321":                      "/fone/{id}",
		"/charges/chg_1a2B3c":                       "/charges/{id}",
		"/boletos/ORD-2026-0001/pdf":                "/boletos/{id}/pdf",
		"/cob/pix-automatico":                       "/cob/pix-automatico",
		"/a/b;jsessionid=1234":                      "/a/b",
		"/a//b":                                     "/a//b",
		"/contas-a-pagar/segunda-via":               "/contas-a-pagar/segunda-via",
		"/cafe":                                     "/cafe",
		"/b2b/e2e/c6/p2p/ipv4/s3":                   "/b2b/e2e/c6/p2p/ipv4/s3",
		"/a/507f1f77bcf86cd799439011":               "/a/{id}",
		"/a/V1StGXR8_Z5jdHi6B-myT":                  "/a/{id}",
		"/a/ch_3NxQ2L2eZvKYlo2C":                    "/a/{id}",
		"/a/%3Ccpf:k3f9qa%3E/b":                     "/a/{id}/b",
		"/a/chave-%3Cemail:k3f9qa%3E":               "/a/{id}",
		"/nfe/NFe35190812345678000190550010000001231000001234": "/nfe/{id}",
		"/extratos/2026-11-24.csv":                             "/extratos/{id}.csv",
		"/boletos/12345.pdf":                                   "/boletos/{id}.pdf",
		"/swagger.json":                                        "/swagger.json",
		"/pain.001/envio":                                      "/{id}/envio",
		"/admin/api/2026-10/orders":                            "/admin/api/2026-10/orders",
		"/faturas/2026-10":                                     "/faturas/{id}",
		"/passo-1/confirma":                                    "/passo-1/confirma",
		"/auth_v2/token":                                       "/auth_v2/token",
		"/saldo/-12.50":                                        "/saldo/{id}",
		"/ip/2001:db8::1":                                      "/ip/{id}",
		"/ip/203.0.113.9":                                      "/ip/{id}",
		"/Pessoas('ALFKI')/Pedidos":                            "/Pessoas({id})/Pedidos",
		"/Pessoas(42)":                                         "/Pessoas({id})",
		"/getSaldoV2":                                          "/getSaldoV2",
		"/pagamentos/transacao-confirmada":                     "/pagamentos/transacao-confirmada",
		"/" + strings.Repeat("x", 200):                         "/{id}",
		strings.Repeat("/x", 100):                              strings.Repeat("/x", 32) + "/…",
	} {
		host, got := m.Endpoint(proxy.Request{Method: "POST", URL: "https://API.bank.example" + path})
		if want := "POST api.bank.example" + want; got != want || host != "api.bank.example" {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestEndpointOfATunnel(t *testing.T) {
	host, endpoint := fingerprint.New().Endpoint(proxy.Request{Method: "CONNECT", URL: "https://api.bank.example:443"})
	if host != "api.bank.example:443" || endpoint != "CONNECT api.bank.example:443" {
		t.Errorf("got %s and %s", host, endpoint)
	}
	opening := proxy.Request{Method: "CONNECT", URL: "https://api.bank.example:8443/ws/17", Header: proxy.Fields{{Name: ":protocol", Value: "websocket"}}}
	host, endpoint = fingerprint.New().Endpoint(opening)
	if host != "api.bank.example:8443" || endpoint != "CONNECT api.bank.example:8443/ws/{id}" {
		t.Errorf("over HTTP/2: got %s and %s", host, endpoint)
	}
}

func failure(change func(*capture.Failure)) *capture.Failure {
	f := &capture.Failure{
		Kind:     capture.KindHTTPStatus,
		Endpoint: "GET api.bank.example/v1/pix/{id}",
		Vendor:   capture.Vendor{Code: "E1", Message: "um"},
		Exchange: proxy.Exchange{Response: &proxy.Response{Status: 503}},
	}
	change(f)
	return f
}

func TestOf(t *testing.T) {
	m := fingerprint.New()
	same := m.Of(failure(func(*capture.Failure) {}))
	if !strings.HasPrefix(same, fingerprint.Version) {
		t.Errorf("%s does not say its version", same)
	}
	if got := m.Of(failure(func(f *capture.Failure) { f.ID, f.Vendor.Message = "other", "dois" })); got != same {
		t.Errorf("another ID and message made another fingerprint")
	}
	for name, change := range map[string]func(*capture.Failure){
		"endpoint": func(f *capture.Failure) { f.Endpoint = "PUT api.bank.example/v1/pix/{id}" },
		"kind":     func(f *capture.Failure) { f.Kind = capture.KindTruncated },
		"status":   func(f *capture.Failure) { f.Exchange.Response.Status = 500 },
		"host":     func(f *capture.Failure) { f.Endpoint = "GET api.other.example/v1/pix/{id}" },
		"code":     func(f *capture.Failure) { f.Vendor.Code = "E2" },
		"error":    func(f *capture.Failure) { f.Exchange.Response, f.Exchange.Err = nil, &proxy.Error{Type: "dns_error"} },
	} {
		if m.Of(failure(change)) == same {
			t.Errorf("another %s made the same fingerprint", name)
		}
	}
}

func TestMessagesCountWhereThereIsNoCode(t *testing.T) {
	m := fingerprint.New()
	of := func(message string) string {
		return m.Of(failure(func(f *capture.Failure) { f.Vendor = capture.Vendor{Message: message} }))
	}
	for name, pair := range map[string][2]string{
		"number":     {"cobrança 123 não encontrada", "cobrança 98765 não encontrada"},
		"uuid":       {"charge 0190163d-8694-739b-aea5-966c26f8ad91 expired", "charge 7f8e163d-0000-4000-8000-966c26f8ad91 expired"},
		"quotation":  {`field "nome" is invalid`, `field "logradouro completo" is invalid`},
		"apostrophe": {"can't find 'ana'", "can't find 'bia e caio'"},
		"mask":       {"CPF <cpf:k3f9qa> bloqueado", "CPF <cpf:aaaaaa> bloqueado"},
		"time":       {"retry after 2026-11-24T10:00:00Z", "retry after 2026-11-25T11:30:00Z"},
		"letters":    {"Fora do ar", "FORA  DO AR."},
		"several":    {"ids 1, 2, 3 inválidos", "ids 4 inválidos"},
	} {
		if of(pair[0]) != of(pair[1]) {
			t.Errorf("%s: %q and %q are apart", name, pair[0], pair[1])
		}
	}
	if of("saldo insuficiente") == of("conta bloqueada") || of("saldo insuficiente") == of("") {
		t.Error("different messages are together")
	}
}

func TestOperations(t *testing.T) {
	m := fingerprint.New()
	for name, test := range map[string]struct {
		path, field, value, body, want string
	}{
		"graphql by name":    {"/graphql", "", "", `{"operationName":"Pagar","query":"query A{b}"}`, "/graphql#Pagar"},
		"graphql by query":   {"/api/graphql", "", "", `{"query":"  mutation Criar($a:Int){b}"}`, "/api/graphql#Criar"},
		"graphql unnamed":    {"/graphql", "", "", `{"query":"{b}"}`, "/graphql"},
		"json-rpc":           {"/rpc", "", "", `{"jsonrpc":"2.0","method":"pix.enviar","id":1}`, "/rpc#pix.enviar"},
		"soap 1.1":           {"/ws", "SOAPAction", `"http://bank.example/ws/ConsultaSaldo"`, "<x/>", "/ws#ConsultaSaldo"},
		"soap 1.2":           {"/ws", "Content-Type", `application/soap+xml; charset=utf-8; action="urn:bank:Transferir"`, "<x/>", "/ws#Transferir"},
		"soap without":       {"/ws", "SOAPAction", `""`, "<x/>", "/ws"},
		"no name":            {"/graphql", "", "", `{"operationName":"a b\u0000<script>"}`, "/graphql"},
		"json that is none":  {"/graphql", "", "", `{"operationName":`, "/graphql"},
		"method of a charge": {"/charges", "", "", `{"method":"pix"}`, "/charges"},
	} {
		r := proxy.Request{Method: "POST", URL: "https://a.example" + test.path, Body: proxy.Body{Data: []byte(test.body)}}
		if test.field != "" {
			r.Header = proxy.Fields{{Name: test.field, Value: test.value}}
		}
		if _, got := m.Endpoint(r); got != "POST a.example"+test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
	}
}

type known struct{}

func (known) Template(method, host, path string) (string, bool) {
	return "/contas/{conta}", method == "GET" && host == "a.example" && path == "/contas/corrente"
}

func TestKnownTemplatesComeFirst(t *testing.T) {
	m := fingerprint.New(known{})
	for path, want := range map[string]string{"/contas/corrente": "/contas/{conta}", "/contas/12": "/contas/{id}"} {
		if _, got := m.Endpoint(proxy.Request{Method: "GET", URL: "https://a.example:443" + path}); got != "GET a.example"+want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func BenchmarkEndpoint(b *testing.B) {
	m := fingerprint.New()
	for name, path := range map[string]string{"words": "/v1/charges/search", "values": "/v1/charges/0190163d-8694-739b-aea5-966c26f8ad91/refunds/42"} {
		r := proxy.Request{Method: "GET", URL: "https://api.bank.example" + path}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if host, _ := m.Endpoint(r); host == "" {
					b.Fatal("no host")
				}
			}
		})
	}
}

func FuzzEndpoint(f *testing.F) {
	f.Add("https://a.example/v1/x;y/%zz?q")
	m := fingerprint.New()
	f.Fuzz(func(t *testing.T, url string) {
		_, endpoint := m.Endpoint(proxy.Request{Method: "GET", URL: url})
		_, again := m.Endpoint(proxy.Request{Method: "GET", URL: url})
		if endpoint != again {
			t.Errorf("%q gave %q and %q", url, endpoint, again)
		}
	})
}
