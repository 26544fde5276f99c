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
		"/a/0190163d-8694-739b-aea5-966c26f8ad91/b": "/a/{id}/b",
		"/a/01ARZ3NDEKTSV4RRFFQ69G5FAV":             "/a/{id}",
		"/dia/2026-11-23":                           "/dia/{id}",
		"/pix/E12345678202009091221kkkkkkkkkkk":     "/pix/{id}",
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
		"/" + strings.Repeat("x", 200):              "/{id}",
		strings.Repeat("/x", 100):                   strings.Repeat("/x", 32) + "/…",
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
	if !strings.HasPrefix(same, "v1-") {
		t.Errorf("%s does not say its version", same)
	}
	if got := m.Of(failure(func(f *capture.Failure) { f.ID, f.Vendor.Message = "other", "dois" })); got != same {
		t.Errorf("another ID and message made another fingerprint")
	}
	for name, change := range map[string]func(*capture.Failure){
		"endpoint": func(f *capture.Failure) { f.Endpoint = "PUT api.bank.example/v1/pix/{id}" },
		"kind":     func(f *capture.Failure) { f.Kind = capture.KindTruncated },
		"status":   func(f *capture.Failure) { f.Exchange.Response.Status = 500 },
		"code":     func(f *capture.Failure) { f.Vendor.Code = "E2" },
		"error":    func(f *capture.Failure) { f.Exchange.Response, f.Exchange.Err = nil, &proxy.Error{Type: "dns_error"} },
	} {
		if m.Of(failure(change)) == same {
			t.Errorf("another %s made the same fingerprint", name)
		}
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
