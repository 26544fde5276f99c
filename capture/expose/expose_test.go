package expose_test

import (
	"strings"
	"testing"

	"flagrante/capture/decode/decodetest"
	"flagrante/capture/expose"
	"flagrante/proxy"
)

func answer(body string) *proxy.Exchange {
	return &proxy.Exchange{
		Request: proxy.Request{Method: "POST", URL: "https://api.bank.example/v1/pix"},
		Response: &proxy.Response{Status: 500, Header: proxy.Fields{{Name: "Content-Type", Value: "application/json"}},
			Body: proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}},
	}
}

func kinds(x *proxy.Exchange) string {
	var found []string
	for _, r := range expose.New().Find(x) {
		found = append(found, strings.TrimPrefix(r.Key, "expose."))
	}
	return strings.Join(found, " ")
}

func TestFind(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"Java in JSON", `{"trace":"java.lang.NullPointerException: x\n\tat br.com.bank.pix.PixService.pay(PixService.java:42)\n\tat java.base/java.lang.Thread.run(Thread.java:840)"}`, "stack_trace"},
		{"Java in HTML", `<pre>br.com.bank.Main.&lt;init&gt;` + "\n at br.com.bank.Main.&lt;init&gt;(Main.java:3)</pre>", "stack_trace"},
		{"Kotlin", "\tat br.bank.PixKt.pay(Pix.kt:7)", "stack_trace"},
		{".NET", `{"details":"   at Bank.Pix.Api.Controllers.PixController.Post(Request r) in C:\\agent\\src\\PixController.cs:line 31"}`, "stack_trace server_path"},
		{".NET without files", `{"StackTrace":"   at System.Net.Http.HttpClient.Send(HttpRequestMessage m)\r\n"}`, "stack_trace"},
		{"Python", "Traceback (most recent call last):\n  File \"/srv/pix/views.py\", line 12, in post\nKeyError: 'x'", "stack_trace server_path"},
		{"PHP", "PHP Fatal error: Uncaught Error in /var/www/html/pix.php:12\nStack trace:\n#0 /var/www/html/index.php(3): pay()", "stack_trace server_path"},
		{"Ruby", "app/models/pix.rb:12:in `pay'", "stack_trace"},
		{"Node", `{"stack":"TypeError: x is undefined\n    at Object.pay (/usr/src/app/pix.js:10:5)\n    at node:internal/main/run:1:2"}`, "stack_trace server_path"},
		{"Go", "panic: nil map\n\ngoroutine 7 [running]:\nmain.pay()\n\t/build/pix.go:9 +0x1d", "stack_trace"},
		{"Rust", "thread 'main' panicked at src/main.rs:4:5", "stack_trace"},
		{"Oracle", `{"erro":"ORA-00001: unique constraint (PIX.UK_CHARGE) violated"}`, "sql"},
		{"Postgres", `{"message":"duplicate key value violates unique constraint \"uk_pix\""}`, "sql"},
		{"statement", `{"message":"could not execute SELECT id, cpf FROM contas WHERE id = 3"}`, "sql"},
		{"Laravel", `{"message":"SQLSTATE[42S02]: Base table or view not found"}`, "sql"},
		{"JDBC", `{"e":"no pool for jdbc:oracle:thin:@db01:1521/PIX"}`, "connection_string"},
		{"URL of a database", `{"e":"postgres://pix:secret@db01/pix"}`, "connection_string"},
		{"ADO", `{"e":"Server=db01;Database=Pix;User Id=sa;Password=x"}`, "connection_string"},
		{"environment", `{"env":{"PATH":"/bin","DB_HOST":"db01","AWS_REGION":"sa-east-1"}}`, "environment"},
		{"Django", `<p>You're seeing this error because you have <code>DEBUG = True</code>`, "debug_page"},
		{"service inside", `{"e":"connect ECONNREFUSED 10.2.3.4:8080"}`, "internal_host"},
		{"cluster", `{"e":"lookup pix-core.payments.svc.cluster.local: no such host"}`, "internal_host"},
		{"people", `{"contas":[{"cpf":"529.982.247-25"},{"cpf":"11144477735"}]}`, "people"},
		{"addresses of people", `{"to":["maria.silva@loja.com.br","jose@outra.com.br"]}`, "people"},

		{"a problem document", `{"type":"https://api.bank.example/erros/1","title":"Erro interno","status":500,"detail":"Tente novamente às 10:30","instance":"/v1/pix/9"}`, ""},
		{"an exception named", `{"error":"java.lang.NullPointerException","path":"/v1/pix","timestamp":"2026-11-20T12:00:00.000+00:00"}`, ""},
		{"prose", `{"message":"We look at your request; select another account from the list where possible, or update it. Contact us at suporte@bank.com.br or api@bank.com.br"}`, ""},
		{"a code of Oracle alone", `{"codigo":"ORA-12899"}`, ""},
		{"one person", `{"cpf":"529.982.247-25","outra":"529.982.247-25"}`, ""},
		{"numbers that are none", `{"ids":["12345678901","98765432100","11987654321"]}`, ""},
		{"an address of IPv4", `{"ip":"10.1.2.3"}`, ""},
		{"a page", `<html><title>502 Bad Gateway</title><hr>nginx/1.25.3</html>`, ""},
		{"a path of the API", `{"path":"/app/v1/config.json","docs":"https://bank.example/home/docs/index.html"}`, ""},
		{"an environment named", `{"message":"PATH: required","env":"production"}`, ""},
		{"nothing", ``, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := kinds(answer(tt.body)); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func TestPeopleWhomTheRequestNamedAreNotOthers(t *testing.T) {
	x := answer(`{"erro":"CPFs 529.982.247-25 e 111.444.777-35 repetidos; a@loja.com.br b@loja.com.br"}`)
	x.Request.Body.Data = []byte(`{"pagador":"52998224725","devedor":"111.444.777-35","para":["A@loja.com.br","b@loja.com.br"]}`)
	if got := kinds(x); got != "" {
		t.Errorf("found %q, want nothing", got)
	}
}

// Whom the request asks for may be named; somebody else is one too many.
func TestOneOtherPersonInPlaceOfTheOneAskedFor(t *testing.T) {
	for _, tt := range []struct{ name, request, answer, want string }{
		{"who has the key", `{"chave":"+5511987650001","titular":{"cpf":"52998224725"}}`, `{"codigo":"CHAVE_EM_USO","titular":{"nome":"João","cpf":"390.533.447-05"}}`, "people"},
		{"another card", `{"cartao":"4111 1111 1111 1111"}`, `{"erro":"recusado","cartao":"5555 5555 5555 4444"}`, "people"},
		{"in the address", "/clientes/52998224725/limites?x=1", `{"erro":"sem acesso","dono":"390.533.447-05"}`, "people"},
		{"the same one", `{"titular":{"cpf":"529.982.247-25"}}`, `{"codigo":"CHAVE_EM_USO","titular":{"cpf":"52998224725"}}`, ""},
		{"the same one, and who owns the account", `{"cpf":"52998224725"}`, `{"erro":"x","titular":"39053344705","cpf":"52998224725"}`, ""},
		{"nobody was asked for", `{"txid":"81"}`, `{"erro":"já paga","devedor":{"cpf":"39053344705"}}`, ""},
		{"a company that pays, and the app's own", `{"pagador":"11222333000181"}`, `{"erro":"convênio não habilitado","cnpj":"45.997.418/0001-53"}`, ""},
	} {
		x := answer(tt.answer)
		x.Request.Body.Data = []byte(tt.request)
		if strings.HasPrefix(tt.request, "/") {
			x.Request = proxy.Request{Method: "GET", URL: "https://api.bank.example" + tt.request}
		}
		if got := kinds(x); got != tt.want {
			t.Errorf("%s: found %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCodingsAreUndone(t *testing.T) {
	x := answer(string(decodetest.Pack(t, "gzip", []byte("goroutine 1 [running]:\n"))))
	x.Response.Header = append(x.Response.Header, proxy.Field{Name: "Content-Encoding", Value: "gzip"})
	if got := kinds(x); got != "stack_trace" {
		t.Errorf("found %q, want stack_trace", got)
	}
}

// Reasons hold counts only, whatever the answer is.
func FuzzFind(f *testing.F) {
	f.Add(`{"e":"postgres://pix:secret@db01/pix"}`)
	f.Add(`"529.982.247-25" "111.444.777-35"`)
	finder := expose.New()
	f.Fuzz(func(t *testing.T, body string) {
		for _, r := range finder.Find(answer(body)) {
			if len(r.Args) != 1 || strings.Trim(r.Args["count"], "0123456789") != "" {
				t.Errorf("%+v holds more than a count", r)
			}
		}
	})
}

func BenchmarkFind(b *testing.B) {
	finder := expose.New()
	x := answer(`{"type":"about:blank","title":"Erro interno","status":500,"detail":"` + strings.Repeat("Tente novamente mais tarde. ", 30) + `","id":"0f9c2a7e-3f53-4a34-9f0e-2c54f8a2b111"}`)
	b.ReportAllocs()
	for b.Loop() {
		finder.Find(x)
	}
}
