package extract_test

import (
	"strings"
	"testing"

	"flagrante/capture/extract"
)

// TestPages reads pages that stand where an answer was to be, as servers, proxies and
// firewalls make them.
func TestPages(t *testing.T) {
	for name, test := range map[string]struct{ page, want string }{
		"nginx without a certificate":   {"<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n<center>No required SSL certificate was sent</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>", "No required SSL certificate was sent"},
		"nginx":                         {"<html><head><title>504 Gateway Time-out</title></head><body><center><h1>504 Gateway Time-out</h1></center><hr><center>nginx/1.25.3</center></body></html>", ""},
		"a firewall":                    {`<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title><script>var a="<h1>error</h1>"</script></head><body><h1>Sorry, you have been <b>blocked</b></h1><h2>You are unable to access api.bank.example</h2></body></html>`, "Sorry, you have been blocked"},
		"a delivery network":            {"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\nYou don't have permission to access \"http&#58;&#47;&#47;api\" on this server.<P>\nReference&#32;&#35;18\n</BODY></HTML>", "Access Denied"},
		"an incident in a frame":        {`<html><head><META NAME="robots" CONTENT="noindex"></head><iframe src="/_r?x=1" width="100%">Request unsuccessful. Incident ID: 778-1234</iframe></html>`, "Request unsuccessful. Incident ID: 778-1234"},
		"maintenance":                   {"<html><head><title>Sistema</title><style>h1{}</style></head><body><!-- <h1>erro</h1> --><h1>Estamos em manuten&ccedil;&atilde;o programada</h1><p>Voltamos logo.</p></body></html>", "Estamos em manutenção programada"},
		"tomcat":                        {"<!doctype html><html lang=\"pt\"><head><title>HTTP Status 500 – Erro Interno do Servidor</title></head><body><h1>HTTP Status 500 – Erro Interno do Servidor</h1></body></html>", "Erro Interno do Servidor"},
		"a route that there is not":     {"<!DOCTYPE html><html><head><title>Error</title></head><body><pre>Cannot GET /v2/nada</pre></body></html>", "Cannot GET /v2/nada"},
		"a page that does not complain": {"<html><head><title>Entrar | Banco</title></head><body><h1>Acesse a sua conta</h1></body></html>", "Acesse a sua conta"},
		"a long page":                   {"<html><head><title>Loja</title></head><body><p>Pagamento recusado? Veja como resolver.</p>" + strings.Repeat("<p>Mais um texto que nada diz.</p>", 100) + "</body></html>", "Loja"},
		"a break in a line":             {"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected.<br>Your support ID is: 77</body></html>", "The requested URL was rejected. Your support ID is: 77"},
		"hostile":                       {"<html><h1" + strings.Repeat("<", 2000), ""},
		"a script without an end":       {"<html><script>alert(1)", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := extract.Vendor(answer("text/html; charset=utf-8", test.page)); got.Message != test.want || got.Code != "" {
				t.Errorf("%+v, want the message %q", got, test.want)
			}
		})
	}
}

// TestMessagesOfFailedCalls are those that have a word of success, which matters only
// where the status claims one.
func TestMessagesOfFailedCalls(t *testing.T) {
	r := answer("application/json", `{"status":"ERROR","error":{"errorCode":"CBE100","message":"Existe um lançamento idêntico pendente."}}`)
	r.Status = 400
	if got := extract.Vendor(r); got.Code != "CBE100" || got.Message != "Existe um lançamento idêntico pendente." {
		t.Errorf("%+v", got)
	}
}
